"""The words that stand beside brands in invented domains, and endings and hosts that hide who stands behind them."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

__all__ = ["Vocabulary", "fold", "vocabulary"]

FILE = Path(__file__).resolve().parent.parent / "data" / "words.toml"
_FOLDED = ("lures", "fillers", "ordinary", "company", "compounds")


class Vocabulary(msgspec.Struct, frozen=True):
    """The lists of words.toml, as sets."""

    lures: frozenset[str]
    fillers: frozenset[str]
    cheap_endings: frozenset[str]
    open_endings: frozenset[str]
    shorteners: frozenset[str]
    honest: frozenset[str]
    closed_endings: frozenset[str]
    trackers: frozenset[str]
    ordinary: frozenset[str]
    company: frozenset[str]
    compounds: frozenset[str]


def fold(text: str) -> str:
    """Return a lower-case ASCII text with letters that read alike made one: `roya1mai1` becomes `royalmall`."""
    for written, read in _folds():
        text = text.replace(written, read)
    return text


@cache
def vocabulary() -> Vocabulary:
    """Return the words that come with this release; those that are looked for inside hosts are folded, as hosts are."""
    sets = {name: frozenset(text.split()) for name, text in _table().items() if isinstance(text, str)}
    folded = {name: frozenset(map(fold, sets[name])) for name in _FOLDED}
    return Vocabulary(**{**sets, **folded})


@cache
def _folds() -> tuple[tuple[str, str], ...]:
    return tuple((written, read) for written, read in (pair.split() for pair in _table()["folds"]))


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
