"""The linter of rendered labels: does the text on it hide what the rules say? The rules are data, one file a standard.

13800138000        phone: at least six digits of the phone number
138******00        fine
"""

import re
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, NamedTuple
from xml.etree import ElementTree as ET

import msgspec

from sealane.model.errors import InvalidInput, Misconfigured

__all__ = ["Fault", "LabelRules", "lint", "read_rules", "shipped_rules", "texts_of"]

_PDF = b"%PDF"
Count = Annotated[int, msgspec.Meta(ge=0)]


class LabelRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of value, how to find it, and how many of its characters are to be hidden."""

    code: str
    what: str
    finds: str
    hide: Count
    least_digits: Count = 0
    most_digits: Count = 1_000


class LabelRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One standard."""

    name: str
    title: str
    valid_from: date
    mask: str
    rule: tuple[LabelRule, ...]


class Fault(NamedTuple):
    """A value that shows too much: on which line of the label's text, counted from 1, and what is to be hidden."""

    line: int
    code: str
    what: str
    hidden: int


def lint(lines: Iterable[str], rules: LabelRules) -> list[Fault]:
    """Return every value on the label that shows too much; the value itself is not repeated."""
    faults = []
    for number, line in enumerate(lines, 1):
        for rule in rules.rule:
            for found in re.finditer(rule.finds, line):
                value = found["value"]
                hidden = sum(each in rules.mask for each in value)
                signs = hidden + sum(each.isdigit() for each in value)
                if hidden < rule.hide and rule.least_digits <= signs <= rule.most_digits:
                    faults.append(Fault(number, rule.code, rule.what, hidden))
    return faults


def texts_of(label: bytes) -> list[str]:
    """Return the lines of text on a rendered label: of an SVG its texts, of a text file its lines.

    Raises:
        InvalidInput: when it is a PDF, a picture, or an SVG that cannot be read safely.
    """
    if label.startswith(_PDF):
        raise InvalidInput("The text of a PDF cannot be read here.", remedy="Render the label as SVG or text.")
    try:
        text = label.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput("The label is neither SVG nor UTF-8 text.", remedy="Render it as SVG or text.") from None
    if not text.lstrip().startswith("<"):
        return text.splitlines()
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InvalidInput("The SVG declares entities.", remedy="Leave out its DOCTYPE.")
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a DOCTYPE there are no entities to expand
    except ET.ParseError as error:
        raise InvalidInput(f"The SVG cannot be read: {error}.", remedy="Render the label again.") from None
    return ["".join(each.itertext()).strip() for each in root.iter() if each.tag.rpartition("}")[2] == "text"]


def read_rules(text: str) -> LabelRules:
    """Return the rules that a TOML text writes down.

    Raises:
        Misconfigured: when it has a mistake; says which.
    """
    try:
        rules = msgspec.convert(tomllib.loads(text), LabelRules)
        for rule in rules.rule:
            if "value" not in re.compile(rule.finds).groupindex:
                raise Misconfigured(f"The pattern of {rule.code} has no group named value.")
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, re.error) as error:
        raise Misconfigured(f"The label rules cannot be read: {error}.") from None
    return rules


@cache
def shipped_rules() -> LabelRules:
    """Return the rules of GB/T 41833-2022 that come with this release.

    Raises:
        Misconfigured: when the file was damaged.
    """
    place = files("sealane.disclosure.label") / "data" / "gb-t-41833.toml"
    return read_rules(place.read_text(encoding="utf-8"))
