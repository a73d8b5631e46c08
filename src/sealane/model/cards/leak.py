"""The leak scan: finds card numbers where none may stand.

Three questions, each dearer than the one before: `scan_bytes` asks of a raw JSON body whether a closer look is worth
it, `find_card_number` looks into one text, `scan` walks a decoded document and names the field. A number counts when
its issuer, its length and its check digit are those of a card, written in plain, spaced, dashed, dotted or slashed
digits of any script, inside other text, backwards, split over neighbouring fields as it is grouped on a card, or hidden
in URL, JSON or HTML escapes, base64 (RFC 4648) or hexadecimal.

About one number in ten passes the check by chance, so what is plainly something else is let through:

    106141411234567897   18 digits with a GS1 check digit: a pallet or parcel (SSCC)
    4006381333931        13 or 14 digits with a GS1 check digit where goods are named: a goods number (GTIN)
    +4915123456789       up to 15 digits after a plus sign: a phone number (ITU-T E.164)
    38.72225241234567    the fraction of a decimal number
    1Z5R89390357567127   digits within a word of letters and digits: a waybill, a hexadecimal text
    4002847016405018     for tracking numbers, with a check digit of the carrier that is named beside it: a waybill
"""

import base64
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from sealane.model.cards.number import is_card_number

__all__ = ["find_card_number", "scan", "scan_bytes"]

_SHORTEST = 13
_LONGEST = 19
_LONGEST_PHONE = 15
_LONGEST_LOCAL_PHONE = 13
_SSCC = 18
_DEPTH = 2

# A body is first reduced to classes of bytes: a digit, a sign that digits may be hidden (an escape, or the first byte
# of a UTF-8 sequence that may be a digit), or neither. Separators vanish, those beyond ASCII (C2.. and E2..) as well.
_HIDING = frozenset(b"\\%\xd9\xdb\xdf\xe0\xe1\xea\xef\xf0")
_CLASSES = bytes(0 if code in b"0123456789" else 1 if code in _HIDING else 2 for code in range(256))
_SEPARATORS = b" -._+/\t\n\r\xc2\xe2" + bytes(range(0x80, 0xC0))
_LONG_DIGITS = bytes(_SHORTEST)
_HIDDEN = b"\1"

# Three ASCII digits are four base64 characters out of [MNO][DTjz][AEIMQUYcgk][w-z0-5]; a search that starts at the
# rare second one is six times as fast.
_BASE64_DIGITS = r"[DTjz][AEIMQUYcgk][w-z0-5](?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){3,}"
_BASE64_TEXT = re.compile(_BASE64_DIGITS)
_BASE64_BYTES = re.compile(_BASE64_DIGITS.encode())
_QUARTET = 4
_LONE, _PAIRED, _LAST = 0xD800, 0xDFFF, 0x10FFFF
"""Where halves of characters begin and end, and the last character of all."""
_BASE64_REST = re.compile(r"[A-Za-z0-9+/_-]{0,4}")
_HEX_WORD = re.compile(rf"[0-9A-Fa-f]{{{2 * _SHORTEST},}}")

_GROUP = re.compile(r"[0-9]+")
_RUN = re.compile(r"[0-9](?:[ ._+/\t\n\r-]{0,3}[0-9]){12,}")
_ONE_NUMBER = re.compile(r"[0-9](?:[ \t\n\r-]{0,3}[0-9]){12,18}")
# Groups as they stand on cards; a look-ahead finds those that overlap.
_JOINT = r"[ ._+/\t\n\r-]{1,3}"
_FOUR = "[0-9]{4}"
_CARD_SHAPES = tuple(
    re.compile(rf"(?<![0-9])(?=({_JOINT.join(groups)})(?![0-9]))")
    for groups in (
        ("[0-9]{13,19}",),
        (_FOUR, _FOUR, _FOUR, _FOUR),
        (_FOUR, _FOUR, _FOUR, _FOUR, "[0-9]{3}"),
        (_FOUR, _FOUR, _FOUR, "[0-9]"),
        (_FOUR, "[0-9]{6}", "[0-9]{4,5}"),
    )
)
# Lengths of neighbouring fields over which a number may be split.
_LEAST_PART = 3
_HALVES = [(first, total - first) for total in (14, 15, 16, 19) for first in range(4, total - 3)]
_GROUPS = [(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 4, 5), (6, 6, 4), (5, 5, 5)]
_PARTS = frozenset(map(bytes, [*_GROUPS, *_HALVES]))
_SIZES = (2, 3, 4, 5)
_PART = re.compile(r"[0-9]{3,15}")
_ONLY_DIGITS = bytes(code if code in b"0123456789" else 32 for code in range(256))
_BACKWARDS = frozenset({14, 15, 16, 19})

_WORD_BEFORE = re.compile(r"[0-9][A-Za-z]{1,2}$")
_WORD_AFTER = re.compile(r"[A-Za-z]{1,2}[0-9]")
_DIGEST = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?![0-9A-Za-z])")

_WRITTEN_ESCAPE = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{2,6})\}?|x([0-9A-Fa-f]{2}))")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|[nrt])")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_PLAIN = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xFE58, 0xFE63), "-") | dict.fromkeys(
    (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), ""
)

# Carriers whose waybills are as long as card numbers and have a check digit of their own (weights 3 and 1).
_WAYBILLS = {"canadapost": 16, "postescanada": 16, "fedex": 15}
_CARRIER = re.compile(r"carrier|courier|slug", re.IGNORECASE)
_WAYBILL_PREFIX = re.compile(r"(?<![A-Za-z])(?!card|visa|amex|pan|cc)[A-Za-z]{1,5}$", re.IGNORECASE)
_TRACKING = re.compile(r"tracking|waybill|awb", re.IGNORECASE)
_MEASURE = re.compile(r"weight|quantity|amount|minor|attempts|hs_code", re.IGNORECASE)
_PHONE = re.compile(r"phone|mobile|^tel$", re.IGNORECASE)
_GOODS = re.compile(r"sku|gtin|\bean|upc|isbn|barcode|article|product", re.IGNORECASE)


def scan_bytes(body: bytes) -> bool:
    """Tell whether a JSON body may hold a card number, so that `scan` of the decoded document is worth its time.

    Says yes a little too often, because it does not know the fields.
    """
    classes = body.translate(_CLASSES, _SEPARATORS)
    is_suspect = _LONG_DIGITS in classes or _HIDDEN in classes or b"&#" in body or _BASE64_BYTES.search(body)
    if not is_suspect:
        return _splits([part for part in body.translate(_ONLY_DIGITS).decode().split() if len(part) >= _LEAST_PART])
    if b"\\\\" in body:
        # An escape within a text is undone by the closer look alone.
        return True
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else " ", body.decode("utf-8", "replace"))
    # Digits beyond the first 65,536 characters are escaped as two halves, which belong together again.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return find_card_number(text) or _splits(_PART.findall(_fold(text)))


def scan(document: Any) -> str | None:
    """Return the JSON pointer (RFC 6901) of the first field that holds a card number, or None.

    A member whose very name holds one is told by the pointer of its object, so that the answer never does.
    """
    waiting: list[tuple[Any, str, int, str]] = [(document, "", 0, "")]
    while waiting:
        value, name, waybill, pointer = waiting.pop()
        if isinstance(value, dict):
            if any(map(find_card_number, value)) or _holds_parts(_unmeasured(value)):
                return pointer
            waybill = _waybill_digits(value) or waybill
            waiting += [(inner, key, waybill, f"{pointer}/{_escape(key)}") for key, inner in reversed(value.items())]
        elif isinstance(value, list | tuple):
            if _holds_parts(value):
                return pointer
            waiting += [(value[at], name, waybill, f"{pointer}/{at}") for at in reversed(range(len(value)))]
        elif _holds(_text_of(value), name, waybill):
            return pointer
    return None


def find_card_number(text: str) -> bool:
    """Tell whether a card number stands anywhere in the text."""
    return _holds(text, "")


def _waybill_digits(members: dict[str, Any]) -> int:
    """Return how many digits a waybill of the carrier has that an object names, 0 for one that no card is taken for."""
    for name, value in members.items():
        if isinstance(value, str) and _CARRIER.search(name):
            plain = "".join(filter(str.isalpha, value.lower()))
            return next((digits for carrier, digits in _WAYBILLS.items() if carrier in plain), 0)
    return 0


def _unmeasured(members: dict[str, Any]) -> Iterator[Any]:
    """Yield the members of an object, with None for those whose names say that their digits stand for themselves."""
    for name, value in members.items():
        yield None if _MEASURE.search(name) or _TRACKING.search(name) else value


def _holds_parts(values: Iterable[Any]) -> bool:
    """Tell whether members of one object or list that follow each other hold a card number in parts."""
    parts: list[str] = []
    for value in values:
        text = _fold(_text_of(value))
        if _PART.fullmatch(text):
            parts.append(text)
            continue
        if len(parts) > 1 and _splits(parts):
            return True
        parts.clear()
    return len(parts) > 1 and _splits(parts)


def _splits(parts: list[str]) -> bool:
    """Tell whether parts that follow each other are a card number, cut where one may be cut."""
    lengths = bytes(map(len, parts))
    for size in _SIZES:
        for start in range(len(parts) - size + 1):
            if lengths[start : start + size] in _PARTS and is_card_number("".join(parts[start : start + size])):
                return True
    return False


def _text_of(value: Any) -> str:
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and abs(value) < 10**_LONGEST
    return repr(value) if is_number else ""


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _holds(text: str, name: str, waybill: int = 0, depth: int = _DEPTH) -> bool:
    if len(text) < _SHORTEST:
        return False
    text = _fold(text)
    is_tracking = _TRACKING.search(name) is not None
    for start, end in _spans(text):
        digits = "".join(_GROUP.findall(text, start, end))
        is_backwards = len(digits) in _BACKWARDS and not is_tracking and is_card_number(digits[::-1])
        if (
            (is_backwards or is_card_number(digits))
            and _stands_alone(text, start, end, digits)
            and not (is_tracking and _is_waybill(text[max(start - 6, 0) : start], digits, waybill))
            and not _is_other(digits, name)
        ):
            return True
    return depth > 0 and any(_holds(hidden, name, waybill, depth - 1) for hidden in _unhide(text))


def _fold(text: str) -> str:
    """Write digits, spaces and dashes of all scripts in ASCII and drop what cannot be seen."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return _FOREIGN_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where something stands that is written like one number: one group, groups as on a card, a whole run."""
    for run in _RUN.finditer(text):
        for shape in _CARD_SHAPES:
            for number in shape.finditer(text, run.start(), run.end()):
                yield number.span(1)
        if _ONE_NUMBER.fullmatch(text, run.start(), run.end()):
            yield run.span()


def _stands_alone(text: str, start: int, end: int, digits: str) -> bool:
    """Tell whether the digits are neither a phone number, nor a fraction, nor part of a word of letters and digits."""
    before = text[max(start - 3, 0) : start]
    if before.endswith("+") and len(digits) <= _LONGEST_PHONE:
        return False
    if before.endswith(".") and before[-2:-1].isdigit():
        return False
    if any(digest.start() <= start and end <= digest.end() for digest in _DIGEST.finditer(text)):
        return False
    return not _WORD_BEFORE.search(before) and not _WORD_AFTER.match(text, end)


def _is_waybill(before: str, digits: str, waybill: int) -> bool:
    """Tell whether digits for tracking stand after the letters of a carrier, or are those of the carrier named."""
    return _WAYBILL_PREFIX.search(before) is not None or (len(digits) == waybill and _passes_gs1(digits))


def _is_other(digits: str, name: str) -> bool:
    if len(digits) <= _LONGEST_LOCAL_PHONE and _PHONE.search(name):
        return True
    if len(digits) == _SSCC:
        return _passes_gs1(digits)
    return len(digits) in {13, 14} and _GOODS.search(name) is not None and _passes_gs1(digits)


def _passes_gs1(digits: str) -> bool:
    """Tell whether the last digit is the check digit of GS1 numbers and of several carriers (weights 3 and 1)."""
    return (sum(map(int, digits[-1::-2])) + 3 * sum(map(int, digits[-2::-2]))) % 10 == 0


def _unhide(text: str) -> Iterator[str]:
    """Yield what the text says once escapes of URLs, HTML and JSON, base64 and hexadecimal in it are undone."""
    if "%" in text and (plain := unquote(text)) != text:
        yield plain
    if "&#" in text and (plain := html.unescape(text)) != text:
        yield plain
    if "\\" in text and (plain := _WRITTEN_ESCAPE.sub(_written, text)) != text:
        yield plain
    for match in _BASE64_TEXT.finditer(text):
        yield _decode_base64(text, match.start() - 1, match.end())
    for match in _HEX_WORD.finditer(text):
        yield bytes.fromhex(match[0][: len(match[0]) // 2 * 2]).decode("latin-1")


def _written(match: "re.Match[str]") -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < _LONE or _PAIRED < code <= _LAST else " "


def _decode_base64(text: str, start: int, end: int) -> str:
    """Return what the quartets of digits stand for, with one quartet more on either side."""
    if start < 0:
        start += _QUARTET
    elif start >= _QUARTET and _BASE64_REST.fullmatch(text, start - _QUARTET, start):
        start -= _QUARTET
    rest = _BASE64_REST.match(text, end)
    word = text[start : rest.end() if rest else end]
    # One character alone carries six bits, which is no byte.
    word = word[: len(word) - (len(word) % _QUARTET == 1)].replace("+", "-").replace("/", "_")
    return base64.urlsafe_b64decode(word + "=" * (-len(word) % _QUARTET)).decode("latin-1")
