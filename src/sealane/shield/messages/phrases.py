"""Phrases: what a text says, by meaning and not by language; the lists are word beginnings in some forty languages.

topics("Ihr Paket wird zurückgehalten, zahlen Sie 1,99")  ->  frozenset({"parcel", "held", "pay"})
"""

import re
import tomllib
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

from sealane.shield.links.skeleton import is_mixed, skeleton

__all__ = ["LONGEST", "branch", "is_unspaced", "normalise", "topics"]

FILE = Path(__file__).resolve().parent.parent / "data" / "phrases.toml"

LONGEST = 8_000
"""Characters that are read; some single characters stand for eighteen."""

_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MARKS = re.compile(r"[\u0300-\u036f]")
_WORD = re.compile(r"[^\W\d_]+")
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "\u0131": "i", "ß": "ss", "æ": "ae", "\u2019": "'"})
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def normalise(text: str) -> str:
    """Return a text as its reader takes it: no hidden characters, no accents, words of mixed alphabets made one."""
    plain = _HIDDEN.sub("", unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST]).casefold()
    plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", plain)))
    return _WORD.sub(_unmixed, plain.translate(_STROKES))


def is_unspaced(text: str) -> bool:
    """Tell whether a text is of a script that does not part its words by spaces."""
    return _UNSPACED.search(text) is not None


def topics(plain: str) -> frozenset[str]:
    """Return what a normalised text is about, as the names of the lists that it has a phrase of."""
    return frozenset(topic for topic, pattern in _patterns().items() if pattern.search(plain))


def _unmixed(found: re.Match[str]) -> str:
    word = found[0]
    return skeleton(word) if not word.isascii() and is_mixed(word) else word


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    lists = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {topic: _compile(text) for topic, text in lists.items()}


def _compile(text: str) -> re.Pattern[str]:
    """Return one pattern of all phrases of a topic; those of languages without spaces may stand anywhere."""
    phrases = {normalise(phrase.strip()) for line in text.splitlines() for phrase in line.split("|") if phrase.strip()}
    anywhere = {phrase.lstrip("~") for phrase in phrases if phrase.startswith("~") or is_unspaced(phrase)}
    beginnings = {phrase for phrase in phrases if phrase.lstrip("~") not in anywhere}
    parts = [rf"\b{branch(beginnings)}"]
    if anywhere:
        parts.append(branch(anywhere))
    return re.compile("|".join(parts))


def branch(phrases: set[str], end: str = "") -> str:
    """Return a pattern of phrases that tries each first letter once: hundreds of phrases then cost as much as a few.

    `end` has to hold after a phrase; without it a phrase that begins like another one is enough.
    """
    if "" in phrases and (not end or len(phrases) == 1):
        return end
    by_letter: dict[str, set[str]] = defaultdict(set)
    for phrase in phrases - {""}:
        by_letter[phrase[0]].add(phrase[1:])
    arms = [f"{re.escape(letter)}{branch(rest, end)}" for letter, rest in sorted(by_letter.items())]
    arms += [end] if "" in phrases else []
    return arms[0] if len(arms) == 1 else f"(?:{'|'.join(arms)})"
