"""From the text in a cell to a value of the wire: money, times, whole numbers, codes.

Every reader takes the text of a filled cell and returns a value, or raises `ValueError` with a code and a sentence
that does not repeat the text.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sealane.model.codes import CURRENCIES, Currency
from sealane.model.errors import InvalidInput, Misconfigured
from sealane.model.money import Money, parse_decimal

__all__ = ["CellRefused", "Numerals", "Times", "read_code", "read_integer", "read_money", "read_zone"]

DecimalMark = Literal[".", ","]
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_GROUPED = {
    ".": re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII),
    ",": re.compile(r"-?[0-9]{1,3}([. ][0-9]{3})+(,[0-9]+)?", re.ASCII),
}
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):(?P<minutes>[0-9]{2})", re.ASCII)


class CellRefused(ValueError):
    """A cell that cannot be read, with the code and the sentence for its row."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Numerals:
    """How the file writes numbers: `1,234.50` or `1.234,50`."""

    decimal_mark: DecimalMark = "."

    def plain(self, text: str) -> str:
        """Return the number with a point and no grouping.

        Raises:
            CellRefused: when the text is no plain number in this notation.
        """
        grouping = " .".replace(self.decimal_mark, "") + ("," if self.decimal_mark == "." else "")
        if _GROUPED[self.decimal_mark].fullmatch(text):
            text = text.translate(dict.fromkeys(map(ord, grouping)))
        elif self.decimal_mark == "," and "." in text:
            raise CellRefused("not-a-number", "This is not a number with a decimal comma.")
        text = text.replace(self.decimal_mark, ".")
        if not _PLAIN.fullmatch(text):
            raise CellRefused("not-a-number", "This is not a plain number.")
        return text


@dataclass(frozen=True, slots=True)
class Times:
    """How the file writes times: formats of `datetime.strptime`, or `iso`; a time without a zone is in `zone`."""

    formats: tuple[str, ...]
    zone: tzinfo

    def read(self, text: str) -> datetime:
        """Return the moment in UTC.

        Raises:
            CellRefused: when no format fits.
        """
        for form in self.formats:
            try:
                moment = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows below
            except ValueError:
                continue
            aware = moment if moment.tzinfo else moment.replace(tzinfo=self.zone)
            try:
                return aware.astimezone(UTC)
            except OverflowError:
                break
        raise CellRefused("not-a-time", "This is not a time in the mapping's formats.")


def read_zone(name: str) -> tzinfo:
    """Return the time zone of `UTC`, a fixed offset such as `-03:00`, or an IANA name such as `America/Sao_Paulo`.

    Raises:
        Misconfigured: when there is no such zone on this machine.
    """
    offset = _OFFSET.fullmatch(name)
    if offset:
        span = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
        return timezone(-span if offset["sign"] == "-" else span)
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Misconfigured(
            f"There is no time zone {name!r} on this machine.",
            remedy="Use UTC, an offset such as -03:00, or an IANA name such as Europe/Lisbon (package tzdata).",
        ) from None


def read_money(text: str, currency: str, numerals: Numerals) -> Money:
    """Return the amount that the cell writes in major units.

    Raises:
        CellRefused: when the number or the currency is not one.
    """
    code = currency.upper()
    if code not in CURRENCIES:
        raise CellRefused("unknown-currency", "The currency is not one of ISO 4217.")
    try:
        return parse_decimal(numerals.plain(text), cast("Currency", code))
    except InvalidInput as refusal:
        raise CellRefused("not-an-amount", refusal.detail) from None


def read_integer(text: str, numerals: Numerals, scale: Decimal | None = None) -> int:
    """Return a whole number; with a scale the cell is multiplied by it and rounded, as kilograms become grams.

    Raises:
        CellRefused: when it is no number, or not whole and no scale is given.
    """
    number = Decimal(numerals.plain(text))
    if scale is not None:
        return int((number * scale).to_integral_value(ROUND_HALF_UP))
    if number != number.to_integral_value():
        raise CellRefused("not-whole", "This must be a whole number.")
    return int(number)


def read_code(text: str, allowed: frozenset[str]) -> str:
    """Return one of the allowed codes, put into the case the wire uses.

    Raises:
        CellRefused: when it is none of them.
    """
    for written in (text, text.upper(), text.lower()):
        if written in allowed:
            return written
    raise CellRefused("not-allowed", "The value is not one of the allowed ones; map it with `values`.")
