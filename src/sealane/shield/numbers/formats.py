"""Formats: how each carrier writes its tracking numbers, read from the courier files beside this room.

The 39 formats of `tracking_number_data` 2.0.0 (MIT, see data/couriers/LICENSE) stand as published; `more.json` adds
carriers in the same shape, with where each rule is told. A format is a pattern, a check digit, and sometimes a table
that must know one of its parts (S10: the country of a post).
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from sealane.shield.numbers.checksums import Checksum, check_digit

__all__ = ["Format", "Match", "all_formats", "all_posts"]

FOLDER = Path(__file__).resolve().parent.parent / "data"
_GROUP = re.compile(r"\(\?<(?=[A-Za-z])")
_SPACE = re.compile(r"\s+")
_NO_NAME = re.compile(r"[^a-z0-9]+")


class Match(msgspec.Struct, frozen=True):
    """What a format says of a number that has its shape."""

    checksum_ok: bool
    issuer: str | None = None
    """Who gave the number out, where a part of it tells: the post of an S10 number."""


class Format(msgspec.Struct, frozen=True):
    """One format of one carrier."""

    carrier: str
    code: str
    name: str
    pattern: re.Pattern[str]
    checksum: Checksum | None
    prepend: tuple[re.Pattern[str], str] | None
    posts: Mapping[str, str] | None
    """The post of each country code; a number whose code is none of these is not valid."""

    def read(self, number: str) -> Match | None:
        """Return what this format says of a number without spaces; None when it has another shape."""
        found = self.pattern.fullmatch(number)
        if found is None:
            return None
        parts = found.groupdict()
        if self.posts is None:
            return Match(self._checks(parts))
        issuer = self.posts.get(parts["CountryCode"] or "")
        return Match(issuer is not None and self._checks(parts), issuer)

    def _checks(self, parts: Mapping[str, str | None]) -> bool:
        if self.checksum is None:
            return True
        serial = parts["SerialNumber"] or ""
        if self.prepend is not None and self.prepend[0].match(serial):
            serial = self.prepend[1] + serial
        return check_digit(self.checksum, serial) == parts["CheckDigit"]


@cache
def all_formats() -> tuple[Format, ...]:
    """Return every format, compiled once."""
    couriers = [_read(path) for path in sorted((FOLDER / "couriers").glob("*.json"))]
    couriers += _read(FOLDER / "more.json")["couriers"]
    return tuple(
        _format(courier["courier_code"], entry) for courier in couriers for entry in courier["tracking_numbers"]
    )


@cache
def all_posts() -> dict[str, str]:
    """Return the address of each post that S10 numbers can name, by the post's name; empty where none is told."""
    (entry,) = _read(FOLDER / "couriers" / "s10.json")["tracking_numbers"]
    table = next(table for table in entry["additional"] if table["name"] == "Courier")
    return {row["courier"]: row.get("courier_url") or "" for row in table["lookup"]}


def _read(path: Path) -> dict[str, Any]:
    return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])


def _format(carrier: str, entry: dict[str, Any]) -> Format:
    validation = entry.get("validation") or {}
    checksum, shape = validation.get("checksum"), validation.get("serial_number_format", {}).get("prepend_if")
    return Format(
        carrier=carrier,
        code=entry.get("id") or _NO_NAME.sub("-", entry["name"].lower()).strip("-"),
        name=entry["name"],
        pattern=_pattern("".join(entry["regex"])),
        checksum=None if checksum is None else msgspec.convert(checksum, Checksum),
        prepend=None if shape is None else (re.compile(shape["matches_regex"]), shape["content"]),
        posts=_posts(entry) if "Courier" in validation.get("additional", {}).get("exists", ()) else None,
    )


def _pattern(text: str) -> re.Pattern[str]:
    """Return the published pattern for Python, which numbers lose their spaces for, so that it never backtracks."""
    return re.compile(_GROUP.sub("(?P<", text).replace(r"\s*", ""), re.ASCII)


def _posts(entry: dict[str, Any]) -> dict[str, str]:
    table = next(table for table in entry["additional"] if table["name"] == "Courier")
    return {row["matches"]: row["courier"] for row in table["lookup"]}
