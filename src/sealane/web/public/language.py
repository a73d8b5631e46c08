"""Language: which one a visitor reads, and the pages' texts in it.

    language = choose("de-AT,de;q=0.9,en;q=0.8")
    language.text("Check")  ->  "Prüfen"

The English text is the key, as in gettext; what a catalogue lacks stays English. A reason is translated by its code.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

import msgspec
from starlette.requests import Request

from sealane.shield import Reason

__all__ = ["ENGLISH", "LANGUAGES", "Language", "choose", "of_request"]

FOLDER = Path(__file__).resolve().parent / "catalogues"
_RANGE = re.compile(r"\s*(?P<tag>[A-Za-z]{1,8})(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q=(?P<weight>[01](?:\.\d{1,3})?))?\s*")
_MOST_RANGES = 20


class Language(msgspec.Struct, frozen=True):
    """One language: its tag (BCP 47), its own name, its direction and its texts."""

    tag: str
    name: str
    direction: str = "ltr"
    texts: dict[str, str] = {}
    reasons: dict[str, str] = {}

    def text(self, english: str) -> str:
        """Return a text of the pages in this language."""
        return self.texts.get(english, english)

    def knows(self, english: str) -> bool:
        """Return whether a text is there in this language."""
        return self.tag == "en" or english in self.texts

    def reason(self, reason: Reason) -> str:
        """Return what a reason says in this language; in English with its particulars."""
        return self.reasons.get(reason.code, reason.text)


ENGLISH = Language("en", "English")


@cache
def _load() -> dict[str, Language]:
    found = {ENGLISH.tag: ENGLISH}
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        table["reasons"] = {code: text for codes, text in table["reasons"].items() for code in codes.split()}
        found[path.stem] = msgspec.convert({"tag": path.stem, **table}, Language)
    return found


LANGUAGES = tuple(_load().values())
"""Every language there is, English first."""


def choose(accepted: str, asked: str = "") -> Language:
    """Return the language asked for, else the first that the visitor accepts (RFC 9110 section 12.5.4)."""
    known = _load()
    if asked in known:
        return known[asked]
    ranges = [found for part in accepted.split(",")[:_MOST_RANGES] if (found := _RANGE.fullmatch(part))]
    ranges.sort(key=lambda found: -float(found["weight"] or 1))
    tags = (found["tag"].lower() for found in ranges if float(found["weight"] or 1) > 0)
    return next((known[tag] for tag in tags if tag in known), ENGLISH)


def of_request(request: Request) -> Language:
    """Return the language of a request: `?lang=`, else `Accept-Language`."""
    return choose(request.headers.get("accept-language", ""), request.query_params.get("lang", ""))
