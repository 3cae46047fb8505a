"""Environment of the processes that run rungs; BLAS reads it once, when NumPy is loaded.

One thread: the products are ten elements long, and a thread pool only adds noise. For exact
comparisons also a kernel: on x86 the one that OpenBLAS calls Haswell multiplies and adds
separately in a two-element `dot`, newer ones fuse the two. Elsewhere the name means nothing and is
ignored; `ladder.oracle.dot_is_plain` says what is the case.
"""

import os
import sysconfig
from pathlib import Path

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
EXACT = ONE_THREAD | {"OPENBLAS_CORETYPE": "Haswell"}


def pypy() -> Path:
    """Return the Python of the PyPy environment that `ladder/install-pypy.sh` makes."""
    default = Path(__file__).resolve().parent.parent / ".venv-pypy"
    return Path(os.environ.get("LADDER_PYPY", default)) / "bin" / "pypy3"


def py_spy() -> Path:
    """Return the path of the sampling profiler, beside this Python."""
    return Path(sysconfig.get_path("scripts")) / "py-spy"
