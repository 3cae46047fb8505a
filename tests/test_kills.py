"""Whoever is killed while a file is written leaves the old file or the new one, and nothing beside.

Kills come at random moments of the write. `make test` does a few; POLY_MATCH_KILLS=200 does as many
for each of the tests. No verdict depends on when a kill comes, only how much the test can find.
"""

from __future__ import annotations

import itertools
import os
import random
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import poly_match
import pytest

from tests.test_cli import program

KILLS = int(os.environ.get("POLY_MATCH_KILLS", "10"))
SIGNALS = [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def as_at_start():
    """Undo what the parent did to signals; and write no core files."""
    for number in SIGNALS[1:]:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def draws(seconds):
    """Draw a signal, whether there is a file to replace, and a moment of the write."""
    random.seed(KILLS)
    ways = itertools.cycle(itertools.product(SIGNALS, [True, False]))
    for number, is_replaced in itertools.islice(ways, KILLS):
        yield number, is_replaced, random.uniform(0, 1.2 * seconds)


def scratch_in(folder):
    return [entry for entry in folder.iterdir() if entry.name.startswith(".poly-match-")]


# --- Matcher.save --------------------------------------------------------------------------------


def save_in_child(matcher, path):
    """Fork a process that saves; give its number once it begins."""
    begun, begin = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            as_at_start()
            os.write(begin, b"!")
            matcher.save(path)
            os._exit(0)
        finally:
            os._exit(1)
    os.read(begun, 1)
    os.close(begun)
    os.close(begin)
    return pid


def test_a_killed_save_leaves_the_old_file_or_the_new(tmp_path):
    small = poly_match.Matcher.from_arrays([(0, 0)], [1], max_dist=1)
    centers = np.random.default_rng(3).random((400_000, 2))
    large = poly_match.Matcher.from_arrays(centers, np.arange(400_000), max_dist=0.01)
    old, new = small.to_bytes(), large.to_bytes()
    path = tmp_path / "matcher.plym"
    took = []
    for _ in range(3):
        pid, begun = save_in_child(large, path), time.perf_counter()
        assert os.waitpid(pid, 0)[1] == 0
        took.append(time.perf_counter() - begun)
    ended = Counter()
    for number, is_replaced, delay in draws(statistics.median(took)):
        path.unlink(missing_ok=True)
        if is_replaced:
            path.write_bytes(old)
        pid = save_in_child(large, path)
        time.sleep(delay)
        os.kill(pid, number)
        _, status = os.waitpid(pid, 0)
        name = signal.Signals(number).name
        found = path.read_bytes() if path.exists() else None
        assert found in ((old, new) if is_replaced else (None, new)), (name, is_replaced)
        scratch = scratch_in(tmp_path)
        # Between the two calls that replace a file, for some 0.1 ms, a kill leaves one name. Ctrl-C
        # is an exception in Python, and no kill.
        allowed = is_replaced and number != signal.SIGINT
        assert len(scratch) <= allowed, (name, is_replaced, scratch)
        for entry in scratch:
            assert entry.read_bytes() == new
            entry.unlink()
        assert {entry.name for entry in tmp_path.iterdir()} <= {path.name}
        ended["killed" if status else "done before"] += 1
        ended["new" if found == new else "old" if found else "none"] += 1
        ended["scratch"] += len(scratch)
    print(f"\nsave: {KILLS} kills: {dict(ended)}")


# --- the program ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    rows = [f"{i},{i % 1000},{i // 1000}" for i in range(100_000)]
    (folder / "points.csv").write_text("\n".join(["n,x,y", *rows, ""]))
    zones = [f'{i},"POLYGON (({i} 0, {i + 9} 0, {i + 9} 70, {i} 70))"' for i in range(0, 900, 9)]
    (folder / "zones.csv").write_text("\n".join(["id,wkt", *zones, ""]))
    return folder


@pytest.fixture(scope="module")
def no_tmpfile(tmp_path_factory):
    """Give what makes files without a name impossible in a child."""
    compiler = shutil.which("cc")
    assert compiler, "Rust links by cc, so it should be there"
    library = tmp_path_factory.mktemp("library") / "no_tmpfile.so"
    source = Path(__file__).with_name("no_tmpfile.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


OUTPUTS = ["out.csv", "rest.csv"]


def start(tables, folder, environment):
    command = [program(), "match", tables / "points.csv", tables / "zones.csv", "--near", "covers"]
    command += ["--workers", "1", "--quiet", "-o", folder / "out.csv"]
    command += ["--unmatched", folder / "rest.csv"]
    environment = os.environ | environment
    return subprocess.Popen(
        command, env=environment, preexec_fn=as_at_start, stderr=subprocess.DEVNULL
    )


def wait_for_the_write(process):
    """Wait until the program has a file open that is not under its name; or until it ends."""
    opened = Path("/proc", str(process.pid), "fd")
    while process.poll() is None:
        for entry in opened.glob("*"):
            try:
                to = str(entry.readlink())
            except OSError:
                continue
            if to.endswith(" (deleted)") or "/.poly-match-" in to:
                return


def test_a_killed_program_leaves_the_old_files_or_the_new(tables, tmp_path):
    kill_the_program(tables, tmp_path, {}, [signal.SIGKILL])


def test_a_killed_program_leaves_nothing_where_every_file_has_a_name(tables, tmp_path, no_tmpfile):
    kill_the_program(tables, tmp_path, no_tmpfile, [signal.SIGKILL])


def kill_the_program(tables, folder, environment, leaving):
    took = []
    for _ in range(3):
        process = start(tables, folder, environment)
        wait_for_the_write(process)
        begun = time.perf_counter()
        assert process.wait() == 0
        took.append(time.perf_counter() - begun)
    new = [(folder / name).read_bytes() for name in OUTPUTS]
    assert len(new[0]) > 1_000_000
    assert new[1].count(b"\n") > 10_000
    ended = Counter()
    for number, is_replaced, delay in draws(statistics.median(took)):
        for name in OUTPUTS:
            (folder / name).unlink(missing_ok=True)
            if is_replaced:
                (folder / name).write_bytes(b"old")
        process = start(tables, folder, environment)
        wait_for_the_write(process)
        time.sleep(delay)
        process.send_signal(number)
        status = process.wait()
        name = signal.Signals(number).name
        assert status in (0, 130 if number == signal.SIGINT else -number), name
        found = [
            (folder / name).read_bytes() if (folder / name).exists() else None for name in OUTPUTS
        ]
        old = b"old" if is_replaced else None
        for got, whole in zip(found, new, strict=True):
            assert got in (old, whole), (name, is_replaced)
        scratch = scratch_in(folder)
        if number not in leaving:
            assert (found[0] == old) == (found[1] == old), (name, is_replaced, "together")
            assert not scratch, (name, is_replaced)
        elif not environment:
            # One of the files at most is between the two calls that replace another.
            assert len(scratch) <= is_replaced, (name, is_replaced, scratch)
        for entry in scratch:
            entry.unlink()
        assert {entry.name for entry in folder.iterdir()} <= set(OUTPUTS)
        ended["killed" if status else "done before"] += 1
        ended["new" if found == new else "old"] += 1
        ended["scratch"] += len(scratch)
    print(f"\nprogram, {sorted(environment)}: {KILLS} kills: {dict(ended)}")
