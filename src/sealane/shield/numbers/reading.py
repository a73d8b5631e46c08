"""Reading: a tracking number against every format, and how much each fit tells.

    read_number("1Z5R89390357567127")  ->  Candidate(carrier="ups", format="ups", checksum_ok=True, confidence=0.97)

Confidence weighs how many other texts of the same shape the format would refuse: each character it fixes and the check
digit count. Formats that fit share it, and a part is left for carriers nobody told us of.
"""

import re
import unicodedata

import msgspec

from sealane.shield.numbers.formats import Format, Match, all_formats

__all__ = ["Candidate", "compact", "read_number"]

_LONGEST = 64
"""Characters; the longest format has 41."""
_SHORTEST = 8
_SPACES = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_MARKS = re.compile(r"[-.\u2010-\u2015/]")
_CHECK_WEIGHT = 10
_COUNTRY_WEIGHT = 4
"""Of 676 pairs of letters some 190 are countries with a post."""
_MOST_WEIGHT = 10**6
_OTHERS = 12
"""The weight of carriers we have no rule for: about that of one check digit."""
_MISTYPED = 0.01
_SURE = 0.97


class Candidate(msgspec.Struct, frozen=True):
    """One format that fits; `checksum_ok` says that every check the format has holds, `has_checksum` if it has one."""

    carrier: str
    format: str
    name: str
    checksum_ok: bool
    has_checksum: bool
    confidence: float
    issuer: str | None = None


def compact(text: str) -> str:
    """Return a number as carriers print it, without spaces and in upper case; empty when it is too long to be one."""
    if len(text) > 4 * _LONGEST:
        return ""
    number = _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()
    return number if number.isascii() and len(number) <= _LONGEST else ""


def read_number(text: str) -> tuple[Candidate, ...]:
    """Return every format that fits, the likeliest first; formats whose check fails come last."""
    for number in dict.fromkeys((compact(text), _MARKS.sub("", compact(text)))):
        found = _fits(number)
        if found:
            return _ranked(number, found)
    return ()


def _fits(number: str) -> list[tuple[Format, Match]]:
    if not _SHORTEST <= len(number) <= _LONGEST or not any(character.isdigit() for character in number):
        return []
    matches = ((form, form.read(number)) for form in all_formats())
    return [(form, match) for form, match in matches if match is not None]


def _ranked(number: str, found: list[tuple[Format, Match]]) -> tuple[Candidate, ...]:
    weights = [_weight(form, number) if match.checksum_ok else 0 for form, match in found]
    total = sum(weights) + _OTHERS
    candidates = [
        Candidate(
            carrier=form.carrier,
            format=form.code,
            name=form.name,
            checksum_ok=match.checksum_ok,
            has_checksum=form.checksum is not None,
            confidence=round(min(_SURE, weight / total), 3) if match.checksum_ok else _MISTYPED,
            issuer=match.issuer,
        )
        for (form, match), weight in zip(found, weights, strict=True)
    ]
    return tuple(sorted(candidates, key=lambda candidate: -candidate.confidence))


def _weight(form: Format, number: str) -> int:
    """Return how many texts of the number's shape there are for each one that the format takes, roughly."""
    weight = 1 if form.checksum is None else _CHECK_WEIGHT
    weight *= 1 if form.posts is None else _COUNTRY_WEIGHT
    for position, character in enumerate(number):
        other, choices = _another(character)
        if form.pattern.fullmatch(f"{number[:position]}{other}{number[position + 1 :]}") is None:
            weight *= choices
        if weight >= _MOST_WEIGHT:
            return _MOST_WEIGHT
    return weight


def _another(character: str) -> tuple[str, int]:
    """Return a character of the same kind far from this one, and how many there are of that kind."""
    if character.isdigit():
        return str((int(character) + 5) % 10), 10
    if character.isalpha():
        return chr((ord(character) - ord("A") + 13) % 26 + ord("A")), 26
    return character, 1
