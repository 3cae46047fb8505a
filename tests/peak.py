"""Runs a command, and says how it ended: `peak.py REPORT COMMAND ARGUMENT...`.

The report has the exit status and the peak of memory in bytes. The kernel counts the memory of the
process that starts a command as the command's own (it is there until `exec`), so this one stays
small: it imports next to nothing.
"""

import os
import sys

report, command = sys.argv[1], sys.argv[2:]
child = os.posix_spawn(command[0], command, os.environ)
_, status, used = os.wait4(child, 0)
with open(report, "w", encoding="ascii") as file:  # noqa: PTH123 - pathlib would take memory
    print(os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024, file=file)
