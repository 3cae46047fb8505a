"""Imports a library that a conversion needs, or says what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def library(name: str, what: str) -> Any:  # noqa: ANN401 - a module
    """Import a library.

    Parameters
    ----------
    name : str
        Its name, for the import and for pip.
    what : str
        What needs it, for the error message.

    Returns
    -------
    module
        The library.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise ImportError(f"{what} needs {name}: pip install {name}", name=name) from None
