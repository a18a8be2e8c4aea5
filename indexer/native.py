"""The extension modules, optional parts in C: imported where they are built and wanted.

All that they do is done in Python too, with the same results, where one is missing or all are
turned off (`DRAGOMAN_KERNEL=off`). `kernel/kernel.h` has the contract of what
finds tokens and sentences.
"""

import os
import sys
from importlib import import_module
from types import ModuleType

OFF = "off"
"""What `DRAGOMAN_KERNEL` says to turn them off."""


def is_off() -> bool:
    """Whether the environment turns them off."""
    return os.environ.get("DRAGOMAN_KERNEL") == OFF


def extension(name: str) -> ModuleType | None:
    """An extension module; None where it is turned off, not built, or made for other machines."""
    if is_off() or sys.byteorder != "little":
        return None
    try:
        return import_module(name)
    except ImportError:
        return None


def kernel_module() -> ModuleType | None:
    """What finds tokens and sentences in C; None as with `extension`."""
    return extension("dragoman.indexer._kernel")
