"""Files of a matcher: errors as `open` gives them, and signals while a file keeps one waiting."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import poly_match
import pytest

MATCHER = poly_match.Matcher.from_arrays([(0, 0), (1, 0)], [5, 3], max_dist=2)


def caught(function, *arguments):
    """Give what an error of the system's says."""
    with pytest.raises(OSError) as raised:  # noqa: PT011 - what it says is compared
        function(*arguments)
    error = raised.value
    return type(error), error.errno, error.filename, error.strerror


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    (tmp_path / "x").symlink_to("y")
    (tmp_path / "y").symlink_to("x")
    (tmp_path / "dangling").symlink_to("none/file")
    yield tmp_path
    left = {entry.name for entry in tmp_path.iterdir()}
    assert left == {"file", "folder", "x", "y", "dangling"}
    assert (tmp_path / "file").read_bytes() == b"old"


WRONG = ["none/a", "none/", "none/.", "none/..", "file/a", "file/"]
WRONG += ["file/.", "none/a/", "file/a/", "folder", "folder/"]
WRONG += [".", "x", "x/a", "dangling", "n" * 300, "n" * 300 + "/a", "a/" * 3000 + "a"]


@pytest.mark.parametrize("name", WRONG, ids=lambda name: name[:20])
def test_errors_are_those_of_open(folder, name):
    text = f"{folder}/{name}"
    paths = [text, os.fsencode(text)]
    if str(Path(text)) == text:  # a Path has no slash at its end
        paths.append(Path(text))
    for path in paths:
        assert caught(MATCHER.save, path) == caught(open, path, "wb")
        assert caught(poly_match.Matcher.load, path) == caught(open, path, "rb")


@pytest.mark.parametrize("name", ["", "none/a", b"none/a"])
def test_errors_name_the_file_as_the_caller_did(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    assert caught(MATCHER.save, name) == caught(open, name, "wb")
    assert caught(poly_match.Matcher.load, name) == caught(open, name, "rb")


def test_a_name_with_a_null_byte_is_no_name():
    for path in ("a\0b", b"a\0b"):
        with pytest.raises(ValueError, match="embedded null byte"):
            MATCHER.save(path)
        with pytest.raises(ValueError, match="embedded null byte"):
            poly_match.Matcher.load(path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_is_an_error():
    no_space = OSError, errno.ENOSPC, "/dev/full", os.strerror(errno.ENOSPC)
    assert caught(MATCHER.save, "/dev/full") == no_space


def in_child(code, *arguments, **options):
    """Run Python in another process; the program must end by itself, and is not timed else."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, **options
    )


LIMITED = """
import errno, resource, sys
import numpy, poly_match
matcher = poly_match.Matcher.from_arrays(numpy.zeros((9999, 2)), numpy.zeros(9999), max_dist=2)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    matcher.save(sys.argv[1])
except OSError as error:
    print(error.errno == errno.EFBIG, error.filename == sys.argv[1], error.strerror)
"""


def test_a_limit_of_size_is_an_error(folder):
    for name in ("new", "file"):
        ran = in_child(LIMITED, folder / name)
        assert ran.stdout == f"True True {os.strerror(errno.EFBIG)}\n", ran.stderr


UNPRIVILEGED = """
import os, sys
import poly_match
matcher = poly_match.Matcher.from_arrays([(0, 0)], [1], max_dist=2)
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
for path in sys.argv[1:]:
    try:
        matcher.save(path)
    except PermissionError as error:
        print(error.errno, error.filename == path, error.strerror)
"""


def test_what_may_not_be_written_is_an_error():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        protected = folder / "protected"
        protected.write_bytes(b"old")
        protected.chmod(0o444)
        folder.chmod(0o555)
        ran = in_child(UNPRIVILEGED, folder / "new", protected)
        said = f"{errno.EACCES} True {os.strerror(errno.EACCES)}\n"
        assert ran.stdout == said * 2, ran.stderr
        assert [entry.name for entry in folder.iterdir()] == ["protected"]
        folder.chmod(0o777)
        ran = in_child(UNPRIVILEGED, protected)
        assert ran.stdout == said, ran.stderr
        assert protected.read_bytes() == b"old"


def test_a_file_that_is_replaced_keeps_its_mode_and_owner(tmp_path):
    path, link = tmp_path / "matcher", tmp_path / "link"
    link.symlink_to("matcher")
    MATCHER.save(link)
    assert not path.is_symlink()
    plain = tmp_path / "plain"
    plain.touch()
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o640)
    if os.getuid() == 0:
        os.chown(path, 12, 34)
    before = path.stat()
    MATCHER.save(link)
    after = path.stat()
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino
    assert link.is_symlink()
    assert len(poly_match.Matcher.load(path)) == 2


def test_other_names_of_a_file_that_is_replaced_keep_the_old_one(tmp_path):
    path, other = tmp_path / "matcher", tmp_path / "other"
    path.write_bytes(b"old")
    other.hardlink_to(path)
    MATCHER.save(path)
    assert other.read_bytes() == b"old"


# --- signals -------------------------------------------------------------------------------------

WAITING = """
import os, signal, sys, threading, time
import numpy, poly_match

class EnoughError(Exception):
    pass

def enough(*_):
    raise EnoughError

signal.signal(signal.SIGUSR1, enough)
signal.signal(signal.SIGINT, signal.default_int_handler)
what, path, number = sys.argv[1], sys.argv[2], getattr(signal, sys.argv[3])
matcher = poly_match.Matcher.from_arrays(numpy.zeros((99999, 2)), numpy.zeros(99999), max_dist=2)
if what == "load from a silent writer":
    writer = os.open(path, os.O_RDWR)
if what == "save to a full pipe":
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
threading.Timer(0.3, os.kill, [os.getpid(), number]).start()
try:
    if what.startswith("load"):
        poly_match.Matcher.load(path)
    else:
        matcher.save(path)
except (KeyboardInterrupt, EnoughError) as error:
    print(type(error).__name__)
"""


@pytest.mark.parametrize("number", ["SIGINT", "SIGUSR1"])
@pytest.mark.parametrize(
    "what",
    [
        "load without a writer",
        "load from a silent writer",
        "save without a reader",
        "save to a full pipe",
    ],
)
def test_a_signal_ends_the_wait_for_a_pipe(tmp_path, what, number):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    ran = in_child(WAITING, what, path, number)
    expected = {"SIGINT": "KeyboardInterrupt", "SIGUSR1": "EnoughError"}[number]
    assert ran.stdout == f"{expected}\n", ran.stderr
    assert path.is_fifo()


def test_pipes_carry_a_matcher(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    centers = np.random.default_rng(1).random((20_000, 2))
    matcher = poly_match.Matcher.from_arrays(centers, np.arange(20_000), max_dist=2)
    load = "import sys, poly_match; print(len(poly_match.Matcher.load(sys.argv[1])))"
    command = [sys.executable, "-c", load, path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        matcher.save(path)
        assert reader.communicate(timeout=60)[0] == "20000\n"


def test_what_does_not_end_is_refused():
    with pytest.raises(ValueError, match=r"/dev/zero: not a saved matcher: .* 00 00"):
        poly_match.Matcher.load("/dev/zero")


def test_a_signal_ends_a_long_save(tmp_path):
    """The handler raises at whatever moment it comes; the file is there whole or not at all."""
    path = tmp_path / "matcher"
    centers = np.random.default_rng(1).random((300_000, 2))
    matcher = poly_match.Matcher.from_arrays(centers, np.arange(300_000), max_dist=2)

    class EnoughError(Exception):
        pass

    def enough(*_):
        raise EnoughError

    before = signal.signal(signal.SIGALRM, enough)
    stopped = 0
    try:
        for delay in np.linspace(1e-4, 0.1, 20):
            path.unlink(missing_ok=True)
            try:
                signal.setitimer(signal.ITIMER_REAL, delay)
                matcher.save(path)
                signal.setitimer(signal.ITIMER_REAL, 0)
            except EnoughError:
                stopped += 1
            if path.exists():
                assert len(poly_match.Matcher.load(path)) == 300_000
            assert {entry.name for entry in tmp_path.iterdir()} <= {"matcher"}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
