"""One row at a time: LightGBM's C interface for single rows, over a buffer that is filled in place.

`LGBM_BoosterPredictForMatSingleRowFast` prepares everything once; a call then costs the walk through the trees. The
Python interface spends many times that on checks and copies.
"""

import ctypes
import weakref
from ctypes import byref, c_char_p, c_double, c_int, c_int64, c_void_p
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sealane.model.errors import Misconfigured

__all__ = ["Buffer", "SingleRow", "buffer_of", "has_lightgbm"]

Buffer = ctypes.Array[c_double]
_RAW, _CONTRIBUTIONS = 1, 3
_FLOAT64 = 1


def buffer_of(size: int) -> Buffer:
    """Return a row of so many numbers, all 0."""
    return (c_double * size)()


def has_lightgbm() -> bool:
    """Return whether LightGBM is installed; it comes with the extra `learning`."""
    return find_spec("lightgbm") is not None


class SingleRow:
    """A forest over the first `columns` numbers of a buffer. Not for two threads at once."""

    def __init__(self, text: str, row: Buffer, columns: int) -> None:
        self._library = _library()
        self._columns = columns
        self._row = row
        handle, rounds = c_void_p(), c_int()
        self._call("LGBM_BoosterLoadModelFromString", c_char_p(text.encode()), byref(rounds), byref(handle))
        weakref.finalize(self, self._library.LGBM_BoosterFree, handle)
        self._handle = handle
        self._size, self._sum = c_int64(), c_double()
        self._fast = self._prepared(_RAW)
        self._walk = self._library.LGBM_BoosterPredictForMatSingleRowFast
        self._asked = self._fast, row, byref(self._size), byref(self._sum)
        self._parts: tuple[c_void_p, Buffer] | None = None

    def raw(self) -> float:
        """Return the sum of all trees for what stands in the buffer.

        Raises:
            RuntimeError: when LightGBM refuses, which it has no reason to.
        """
        if self._walk(*self._asked):
            raise RuntimeError(_last_error(self._library))
        return self._sum.value

    def contributions(self) -> list[float]:
        """Return the exact TreeSHAP values (Lundberg 2018) of each column, and the expected value last.

        Raises:
            RuntimeError: when LightGBM refuses, which it has no reason to.
        """
        if self._parts is None:
            self._parts = self._prepared(_CONTRIBUTIONS), buffer_of(self._columns + 1)
        fast, found = self._parts
        if self._walk(fast, self._row, byref(self._size), found):
            raise RuntimeError(_last_error(self._library))
        return list(found)

    def _prepared(self, kind: int) -> c_void_p:
        """Return LightGBM's preparation for calls of one kind."""
        fast = c_void_p()
        self._call(
            "LGBM_BoosterPredictForMatSingleRowFastInit", self._handle, c_int(kind), c_int(0), c_int(-1),
            c_int(_FLOAT64), ctypes.c_int32(self._columns), c_char_p(b"num_threads=1"), byref(fast),
        )  # fmt: skip
        weakref.finalize(self, self._library.LGBM_FastConfigFree, fast)
        return fast

    def _call(self, name: str, *arguments: Any) -> None:
        """Call a function of LightGBM.

        Raises:
            Misconfigured: when it refuses, for instance a damaged forest.
        """
        if getattr(self._library, name)(*arguments):
            why = _last_error(self._library)
            raise Misconfigured(f"LightGBM refuses the model: {why}", remedy="Train it again: sealane risk train.")


@cache
def _library() -> ctypes.CDLL:
    """Return LightGBM's shared library, without its Python package: that costs a start seconds, this milliseconds.

    Raises:
        Misconfigured: when LightGBM is not installed, or has no library for this machine.
    """
    package = find_spec("lightgbm")
    if package is None:
        raise Misconfigured(
            "A trained model is to judge, and LightGBM is not installed.",
            remedy="Install it: make extra-learning or pip install 'sealane[learning]', or set model = \"scorecard\".",
        )
    folders = package.submodule_search_locations or ()
    for found in [each for folder in folders for each in sorted(Path(folder).glob("*/lib_lightgbm.*"))]:
        library = ctypes.CDLL(str(found))
        library.LGBM_GetLastError.restype = c_char_p
        return library
    raise Misconfigured("LightGBM has no library for this machine.", remedy="Install lightgbm from a wheel.")


def _last_error(library: ctypes.CDLL) -> str:
    """Return why the last call failed."""
    found: bytes = library.LGBM_GetLastError()
    return found.decode(errors="replace")
