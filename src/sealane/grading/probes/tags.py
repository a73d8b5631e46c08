"""Tags: the elements of an HTML page, read in one pass that takes as long as the page is, however it is written.

    <a href='/x'>text<script>go()</script>  ->  ("a", {"href": "/x"}, ""), ("script", {}, "go()")

The rules are those of the HTML standard's tokenizer (section 13.2.5) as far as elements go: comments, raw text, quoted
and bare attributes. What a browser drops because the page ends inside it, is dropped here too.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

__all__ = ["Tag", "read_tags"]

_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_COMMENT_END = re.compile(r"--!?>")
_GAP = re.compile(r"[\s/]*")
_ATTRIBUTE = re.compile(r"=?[^\s/>=]*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE = re.compile(r"[^\s>]*")
_RAW = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in (
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
)}  # fmt: skip


class Tag(NamedTuple):
    """A start tag: its name and attributes in lower case, the first of a name counting, and the raw text inside."""

    name: str
    attributes: dict[str, str]
    text: str


def read_tags(html: str) -> Iterator[Tag]:
    """Yield the start tags of a page in order."""
    place = html.find("<")
    while place != -1:
        name = _NAME.match(html, place + 1)
        if name is None:
            place = _past_other(html, place)
        else:
            attributes, place = _read_attributes(html, name.end())
            if place == -1:
                return
            text, place = _read_raw(html, name[0].lower(), place)
            yield Tag(name[0].lower(), attributes, text)
        place = html.find("<", place) if place != -1 else -1


def _past_other(html: str, place: int) -> int:
    """Return the place after a comment, an end tag or a lone sign; -1 when the page ends inside it."""
    if html.startswith("<!--", place):
        end = _COMMENT_END.search(html, place + 2)
        return end.end() if end else -1
    if html[place + 1 : place + 2] in {"!", "?", "/"}:
        end_at = html.find(">", place)
        return end_at + 1 if end_at != -1 else -1
    return place + 1


def _read_attributes(html: str, place: int) -> tuple[dict[str, str], int]:
    """Return the attributes and the place after the tag; -1 when the page ends inside it."""
    found: dict[str, str] = {}
    while True:
        place = _end_of(_GAP, html, place)
        if place >= len(html):
            return found, -1
        if html[place] == ">":
            return found, place + 1
        end = _end_of(_ATTRIBUTE, html, place)
        name = html[place:end].lower()
        value, place = _read_value(html, end)
        if place == -1:
            return found, -1
        found.setdefault(name, value)


def _read_value(html: str, place: int) -> tuple[str, int]:
    equals = _EQUALS.match(html, place)
    if equals is None:
        return "", place
    place = equals.end()
    quote = html[place : place + 1]
    if quote in {'"', "'"}:
        end = html.find(quote, place + 1)
        return unescape(html[place + 1 : end]), end + 1 if end != -1 else -1
    end = _end_of(_BARE, html, place)
    return unescape(html[place:end]), end


def _read_raw(html: str, name: str, place: int) -> tuple[str, int]:
    """Return the text of an element in which no tags count, and the place where it ends."""
    if name not in _RAW:
        return "", place
    end = _RAW[name].search(html, place)
    return (html[place : end.start()], end.start()) if end else (html[place:], -1)


def _end_of(pattern: re.Pattern[str], html: str, place: int) -> int:
    found = pattern.match(html, place)
    return found.end() if found else place
