"""Claims: what a message says of itself: brands, topics, links, tracking numbers, e-mail addresses.

At most the first 8,000 characters and 40 links are read; `is_whole` says whether that was all.
"""

import re
from functools import lru_cache

import msgspec

from sealane.shield.links.address import Address, has_known_ending, parse
from sealane.shield.messages.phrases import LONGEST, branch, is_unspaced, normalise, topics
from sealane.shield.numbers.reading import compact, read_number
from sealane.shield.registry import Brand, Registry, default_registry

__all__ = ["Claims", "read_claims"]

MOST_LINKS = 40
_MOST_NUMBERS = 8
_OPENING = 24
"""Characters in which a message says who speaks; later on a brand is only mentioned."""
_TELLING = 0.4
"""Confidence from which a run of characters in a text counts as a tracking number."""

_ASIAN = r"\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
_NARROW = r"0-9A-Za-z\u00b7\u00c0-\u1fff"
"""Letters and digits of scripts that part words by spaces; others may stand right beside a link."""

_DEFANGED = re.compile(r"\[\.\]|\(\.\)|\[dot\]", re.IGNORECASE)
_LINK = re.compile(
    rf"(?:\bh(?:tt|xx)ps?:|\bftp:)[\\/]{{1,3}}[^\s<>\"{_ASIAN}]+"
    r"|\b(?:javascript|data|vbscript|file|blob|intent):[^\s<>\"]+",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<![{_NARROW}_@.%-])(?:[{_NARROW}_-]{{1,63}}\.){{1,8}}[A-Za-z\u00c0-\u1fff][{_NARROW}-]{{1,30}}"
    rf"(?::\d{{2,5}})?(?:[/?#][^\s<>\"{_ASIAN}]*)?"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?P<host>[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})")
_NUMBER = re.compile(r"(?<![\w./@-])(?=[A-Z0-9-]*[0-9]{4})[A-Z0-9][A-Z0-9-]{7,34}(?![\w@])")
_END = ".,;:!?)]}'\"*\u00bb\u201d\u2019"
_SENTENCES = re.compile(r"[a-z]\.[A-Z]")


class Claims(msgspec.Struct, frozen=True):
    """What a message says; links in the order in which they stand."""

    brands: tuple[Brand, ...]
    sender: Brand | None
    """The brand in whose name the message speaks: named at its very beginning."""
    topics: frozenset[str]
    links: tuple[Address, ...]
    numbers: tuple[str, ...]
    mail_hosts: tuple[str, ...]
    is_whole: bool


def read_claims(text: str) -> Claims:
    """Return what a message says."""
    head = _DEFANGED.sub(".", text[:LONGEST])
    links, without = _links(head)
    plain = normalise(without)
    named = _brands(plain)
    return Claims(
        brands=tuple(dict.fromkeys(brand for _, brand in named)),
        sender=next((brand for start, brand in named if start <= _OPENING), None),
        topics=topics(plain),
        links=links[:MOST_LINKS],
        numbers=_numbers(without),
        mail_hosts=tuple(dict.fromkeys(found["host"].lower() for found in _MAIL.finditer(head)))[:MOST_LINKS],
        is_whole=len(text) <= LONGEST and len(links) <= MOST_LINKS,
    )


def _links(text: str) -> tuple[tuple[Address, ...], str]:
    """Return each link once, and the text without them."""
    written = [found[0].rstrip(_END) for found in _LINK.finditer(text)]
    rest = _MAIL.sub(" ", _LINK.sub(" ", text))
    bare = [found[0].rstrip(_END) for found in _BARE.finditer(rest) if not _SENTENCES.search(found[0])]
    found: dict[Address, None] = {}
    for link in (*dict.fromkeys(written), *dict.fromkeys(bare)):
        if len(found) > MOST_LINKS:
            break
        address = parse(link)
        if address is not None and (address.has_scheme or address.is_ip or has_known_ending(address.host)):
            found[address] = None
    return tuple(found), _BARE.sub(lambda match: match[0] if _SENTENCES.search(match[0]) else " ", rest)


def _numbers(text: str) -> tuple[str, ...]:
    """Return what in a text is likely a tracking number, as carriers write it."""
    found = dict.fromkeys(compact(match[0]) for match in _NUMBER.finditer(text))
    numbers = [number for number in list(found)[: 4 * _MOST_NUMBERS] if _is_likely(number)]
    return tuple(numbers[:_MOST_NUMBERS])


def _is_likely(number: str) -> bool:
    best = next(iter(read_number(number)), None)
    return best is not None and best.checksum_ok and best.confidence >= _TELLING


def _brands(plain: str) -> list[tuple[int, Brand]]:
    """Return the brands that a text names, each with the place where."""
    brands, (known, pattern) = default_registry().brands, _names(default_registry())
    return [(found.start(), brands[known[found[0]]]) for found in pattern.finditer(plain)]


@lru_cache(maxsize=2)
def _names(registry: Registry) -> tuple[dict[str, str], re.Pattern[str]]:
    """Return the brand of each name that texts call it by, and one pattern of all of them."""
    known: dict[str, str] = {}
    for brand in registry.brands.values():
        told = {normalise(brand.title), *brand.names, *map(normalise, brand.aliases)}
        if brand.kind in {"psp", "marketplace"}:
            told -= set(brand.words)
        elif brand.kind == "carrier":
            told |= set(brand.words)
        for name in told:
            known.setdefault(name, brand.id)
    edge = r"\b"
    spaced = {name for name in known if not is_unspaced(name)}
    parts = [edge + branch(spaced, end=edge), branch(set(known) - spaced)]
    return known, re.compile("|".join(filter(None, parts)))
