"""Starts a command on some cores, and says what it took: `launch.py CORES COMMAND ARGUMENT...`.

The last line that it prints has the seconds, the seconds of user time, and the peak of memory in
bytes. The kernel counts the memory of the process that starts a command as the command's own (it
is there until `exec`), so this one stays small: it imports next to nothing.
"""

import os
import sys
import time

cores, command = int(sys.argv[1]), sys.argv[2:]
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
start = time.perf_counter()
child = os.posix_spawn(command[0], command, os.environ)
_, status, used = os.wait4(child, 0)
seconds = time.perf_counter() - start
print(seconds, used.ru_utime, used.ru_maxrss * 1024, flush=True)
sys.exit(1 if status else 0)
