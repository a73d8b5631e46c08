"""The public pages' languages: chosen as a browser asks, complete, and none of them dresses up `unknown`."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.shield import Reason
from sealane.web.console.oversight.controls import VERDICTS
from sealane.web.public import audit, plain, shops
from sealane.web.public.language import ENGLISH, LANGUAGES, choose

SOURCE = Path(__file__).parents[4] / "src" / "sealane"
CODES = re.compile(r"""Reason\(\s*f?"([a-z_]+)"|_no\(\s*"([a-z_]+)\"""")
PAGES = ("public", "sorry", "start", "audit", "audit_path", "check", "notice", "parcel", "seen", "shop")
TEXT = re.compile(r'language\.text\("((?:[^"\\]|\\.)+)"\)')
REFUSALS = {"NotFound", "InvalidInput", "TooLarge", "_wrong"}


def refusals() -> Iterator[str]:
    """Every sentence with which a public page refuses."""
    for path in (SOURCE / "web" / "public").glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in REFUSALS:
                said = [*call.args[-1:], *(each.value for each in call.keywords if each.arg == "remedy")]
                yield from (each.value for each in said if isinstance(each, ast.Constant))


def lawful() -> Iterator[str]:
    """What a rubric advises and how it names its pillars, and what a disclosure stands on."""
    rubric = tomllib.loads((SOURCE / "grading" / "rubric" / "rubric.toml").read_text(encoding="utf-8"))
    policy = tomllib.loads((SOURCE / "disclosure" / "policy" / "data" / "default.toml").read_text(encoding="utf-8"))
    yield from rubric["advice"].values()
    yield from (pillar["title"] for pillar in rubric["pillars"].values())
    yield from policy["basis"].values()


@pytest.mark.parametrize(
    ("accepted", "asked", "tag"),
    [
        ("", "", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "", "de"),
        ("xx, fr;q=0.5, es;q=0.7", "", "es"),
        ("de;q=0, fr", "", "fr"),
        ("de", "ar", "ar"),
        ("de", "../../etc/passwd", "de"),
        ("\x00,,;q=9," + "a," * 10_000, "", "en"),
        ("EN-gb", "", "en"),
    ],
)
def test_the_language_asked_for_comes_first_then_what_is_accepted(accepted: str, asked: str, tag: str) -> None:
    assert choose(accepted, asked).tag == tag


def test_there_are_eight_languages_and_one_runs_from_right_to_left() -> None:
    assert len(LANGUAGES) == 8
    assert [each.tag for each in LANGUAGES if each.direction == "rtl"] == ["ar"]


@pytest.mark.parametrize("tag", [each.tag for each in LANGUAGES if each is not ENGLISH])
def test_every_text_and_every_reason_is_translated(tag: str) -> None:
    language = choose("", tag)
    pages = [SOURCE / "web" / "templates" / f"{name}.html" for name in PAGES]
    texts = {text for page in pages for text in TEXT.findall(page.read_text(encoding="utf-8"))}
    words = (plain.EVENTS, plain.FIELDS, plain.FORMS, plain.PURPOSES, shops.MEANINGS, audit.ASKERS, VERDICTS)
    texts |= {plain.EVERYTHING, *(word for table in words for word in table.values())}
    texts |= {*refusals(), *lawful()}
    assert len(texts) > 250
    assert not texts - set(language.texts)
    code = "".join(path.read_text(encoding="utf-8") for path in (SOURCE / "shield").rglob("*.py"))
    codes = {one or other for one, other in CODES.findall(code)} - {"notice_"}
    tricks = re.search(r"_TRICKS: dict.*?\n}", code, re.DOTALL)
    assert tricks is not None
    codes |= set(re.findall(r'"([a-z_]+)":', tricks[0]))
    assert len(codes) > 40
    assert not codes - set(language.reasons)


@pytest.mark.parametrize("tag", [each.tag for each in LANGUAGES if each is not ENGLISH])
def test_a_form_keeps_its_place_for_the_field(tag: str) -> None:
    language = choose("", tag)
    for form in plain.FORMS:
        told = plain.field("phone", form, language)
        assert language.text("your phone number") in told
        assert "{" not in told


@pytest.mark.parametrize("tag", [each.tag for each in LANGUAGES if each is not ENGLISH])
def test_a_translation_has_as_many_gaps_as_the_text(tag: str) -> None:
    assert not [each for each, told in choose("", tag).texts.items() if each.count("{}") != told.count("{}")]


def test_what_has_no_translation_stays_english() -> None:
    assert choose("", "de").text("A new sentence.") == "A new sentence."
    assert choose("", "de").reason(Reason("new_code", "A new reason.")) == "A new reason."
    assert ENGLISH.reason(Reason("not_known", "We know nothing.")) == "We know nothing."
