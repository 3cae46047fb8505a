"""Imports a library that a conversion needs, or says what to install."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def library(name: str, what: str, package: str | None = None) -> Any:  # noqa: ANN401 - a module
    """Import a library.

    Parameters
    ----------
    name : str
        Its name, for the import and for pip.
    what : str
        What needs it, for the error message.
    package : str, optional
        What pip installs, if it is called otherwise.

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
        library = name.partition(".")[0]
        if error.name not in (library, name):
            raise
        message = f"{what} needs {library}: pip install {package or library}"
        raise ImportError(message, name=library) from None
