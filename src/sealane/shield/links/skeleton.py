"""Skeletons: what a label reads as, so that two labels that look alike become equal (Unicode Technical Standard 39).

A label of Cyrillic letters that looks like `paypal` has the skeleton `paypal`.
"""

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

__all__ = ["is_mixed", "skeleton"]

FOLDER = Path(__file__).resolve().parent.parent / "data"
_LATIN = re.compile(
    r"LATIN (?:SMALL )?LETTER (?:SMALL CAPITAL |LONG |REVERSED |TURNED |DOTLESS )?(?P<letter>[A-Z])(?: WITH .*)?"
)
_COMMON = frozenset({"COMMON", "DIGIT", "HYPHEN-MINUS"})
_TOGETHER = (frozenset({"CJK", "HIRAGANA", "KATAKANA", "LATIN"}), frozenset({"CJK", "HANGUL", "LATIN"}),
             frozenset({"CJK", "BOPOMOFO", "LATIN"}))  # fmt: skip
"""Scripts that stand together in one word of one language (UTS 39 section 5.2, highly restrictive)."""


def skeleton(label: str) -> str:
    """Return the label in ASCII as it reads, lower case; what reads as no ASCII letter stays."""
    if label.isascii():
        return label
    plain = (c for c in unicodedata.normalize("NFD", label) if unicodedata.category(c) != "Mn")
    table = _confusables()
    return "".join(table.get(character) or _base_letter(character) for character in plain)


@lru_cache(maxsize=4096)
def _base_letter(character: str) -> str:
    """Return the plain letter of a Latin one with a stroke, a hook or a small capital's shape, else the character."""
    found = None if character.isascii() else _LATIN.fullmatch(unicodedata.name(character, ""))
    return found["letter"].lower() if found else character


def is_mixed(label: str) -> bool:
    """Tell whether the label mixes scripts that no language mixes, such as Latin and Cyrillic."""
    scripts = {_script(character) for character in label if not character.isascii() or character.isalpha()}
    scripts -= _COMMON
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """Return the script as the character's Unicode name begins with it; marks and symbols have none."""
    if unicodedata.category(character)[0] != "L":
        return "COMMON"
    return unicodedata.name(character, "COMMON").partition(" ")[0]


@cache
def _confusables() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in (FOLDER / "confusables.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            target, *lookalikes = line.split()
            table |= dict.fromkeys(lookalikes, target)
    return table
