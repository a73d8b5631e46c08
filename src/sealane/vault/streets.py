"""Postal addresses in one spelling, with the unit (flat, floor, suite, locker) told apart from the building.

    Rua Augusta 10, 3.º Dto.    building `r augusta 10`    unit `r augusta 10 3 dto`
    12 Main Street, Apt. #4B    building `12 main st`      unit `12 main st apt 4b`
    Unit 4b, 12 Main St.        building `12 main st`      unit `12 main st apt 4b`

The unit is the building followed by what tells the unit, wherever that was written; flat, suite, unit, room and office
are one word, because people mix them up.

Street words are shortened the way people shorten them. The list is short on purpose: a word missing from it costs a
link between two spellings of one address, a word too many joins two addresses.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from sealane.vault.normalise import split_words

__all__ = ["Place", "place_of"]

_SHORT = {
    short: first
    for first, *others in (
        line.split()
        for line in """
        st street saint sankt
        str strasse strasze
        av ave avenue avenida avda
        rd road
        blvd boulevard boul bd bulevar
        dr drive
        ln lane
        ct court
        sq square
        pl place platz plaza praca plac
        hwy highway
        pkwy parkway
        ter terrace
        r rua rue
        c calle
        trv travessa travesia
        n north
        s south
        e east
        w west
        ne northeast
        nw northwest
        se southeast
        sw southwest
        apt apartment apartamento apto appartement appt apartamentos flat wohnung whg lgh depto dpto departamento
        apt interno mieszkanie
        ste suite
        unit unidade unidad
        fl floor piso andar etage stock og planta
        rm room sala
        dto direito
        esq esquerdo
        izq izda izquierda
        dcha derecha
        pta puerta porta tur
        locker casillero casilla
        bus bte boite
        office oficina ofi
        """.strip().splitlines()
    )
    for short in (first, *others)
}
_SIDES = frozenset({"dto", "esq", "izq", "dcha"})
_MARKS = _SIDES | {"apt", "ste", "unit", "fl", "rm", "pta", "locker", "bus", "office", "pmb"}
_ROOMS = frozenset({"ste", "unit", "rm", "office", "pmb"})
_NUMBER_WORDS = frozenset({"no", "nr", "num", "number", "numero", "n"})
_LOOSE = _NUMBER_WORDS | {"apt"}
_DIGIT = re.compile("[0-9]")
_DIGITS = frozenset("0123456789")
_PAIR = 2
_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th|o)")

_SUITE_CODE = re.compile(
    r"(?:#|\b(?:apt|apartment|suite|ste|unit|flat|room|rm|locker|pmb|casillero|casilla)\b)"
    r"[\s.:#-]*[a-z]{0,5}[\s-]?[0-9]{5,}"
)


class Place(NamedTuple):
    """An address line by line in one spelling; a suite code has five digits or more, as forwarders number customers."""

    building: str
    unit: str
    has_suite_code: bool


def place_of(lines: Sequence[str]) -> Place | None:
    """Return the place that the address lines describe, None when they hold no word."""
    text = "\n".join(lines)
    rows = [_shorten(split_words(line)) for line in text.replace("#", " apt ").splitlines()]
    words = [word for row in rows for word in row]
    if not words:
        return None
    unit = " ".join(words)
    if _MARKS.isdisjoint(words):
        return Place(unit, unit, has_suite_code=False)
    kept, told = _part_units(rows, len([word for word in words if word[0] in _DIGITS]))
    building = " ".join(kept) or unit
    unit = " ".join([*kept, *("apt" if word in _ROOMS else word for word in told)])
    return Place(building, unit, _SUITE_CODE.search(text.lower()) is not None)


def _shorten(words: list[str]) -> list[str]:
    shorter = _joined(list(map(_short, words)))
    if _LOOSE.isdisjoint(shorter):
        return shorter
    kept: list[str] = []
    for word, after in zip(shorter, [*shorter[1:], ""], strict=True):
        is_number_word = word in _NUMBER_WORDS and after[:1] in _DIGITS
        is_second_mark = word == "apt" and kept[-1:] and kept[-1] in _MARKS
        if not is_number_word and not is_second_mark:
            kept.append(word)
    return kept


def _joined(words: list[str]) -> list[str]:
    """Return the words with a letter at the end joined to its number: `hauptstr 5 a` is `hauptstr 5a`."""
    if len(words) > _PAIR and len(words[-1]) == 1 and words[-1].isalpha() and words[-2].isdigit():
        return [*words[:-2], words[-2] + words[-1]]
    return words


@lru_cache(4_096)
def _short(word: str) -> str:
    if word[0] in _DIGITS:
        ordinal = _ORDINAL.fullmatch(word)
        return ordinal[1] if ordinal else word
    return _SHORT.get(word) or (word.removesuffix("asse") if word.endswith("strasse") else word)


def _part_units(rows: list[list[str]], numbers: int) -> tuple[list[str], list[str]]:
    """Return the words of the building and those of the unit; of that many numbers the last one left is the house's."""
    kept: list[str] = []
    told: list[str] = []
    for row in rows:
        if _MARKS.isdisjoint(row):
            kept += row
            continue
        dropped: set[int] = set()
        for at, word in enumerate(row):
            if word in _MARKS and at not in dropped:
                found = _unit_at(row, at, dropped, has_house=numbers > 1 or len(row) == _PAIR)
                numbers -= len([place for place in found if row[place][0] in _DIGITS])
                dropped |= found
        kept += [word for at, word in enumerate(row) if at not in dropped]
        told += [word for at, word in enumerate(row) if at in dropped]
    return kept, told


def _unit_at(row: list[str], at: int, dropped: set[int], *, has_house: bool) -> set[int]:
    """Return the positions of a mark and of the number or letter it goes with; none when it stands alone."""
    word, before, after = row[at], at - 1, at + 1
    leads = has_house and before >= 0 and before not in dropped and row[before][0] in _DIGITS
    if leads and (word in _SIDES or (word == "fl" and before == 0)):
        return {before, at}
    if word in _SIDES:
        return {at}
    if after < len(row) and (len(row[after]) == 1 or _DIGIT.search(row[after])):
        return {at, after}
    return {before, at} if leads and word == "fl" else set()
