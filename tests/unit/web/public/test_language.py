"""The public pages' languages: chosen as a browser asks, complete, and none of them dresses up `unknown`."""

import re
from pathlib import Path

import pytest

from sealane.shield import Reason
from sealane.web.public import plain, shops
from sealane.web.public.language import ENGLISH, LANGUAGES, choose

SOURCE = Path(__file__).parents[4] / "src" / "sealane"
CODES = re.compile(r"""Reason\(\s*f?"([a-z_]+)"|_no\(\s*"([a-z_]+)\"""")
PAGES = ("check", "notice", "parcel", "seen", "shop", "parts/languages")
TEXT = re.compile(r'language\.text\("((?:[^"\\]|\\.)+)"\)')


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
    words = (plain.EVENTS, plain.FIELDS, plain.FORMS, plain.PURPOSES, shops.MEANINGS)
    texts |= {plain.EVERYTHING, *(word for table in words for word in table.values())}
    assert len(texts) > 120
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


def test_what_has_no_translation_stays_english() -> None:
    assert choose("", "de").text("A new sentence.") == "A new sentence."
    assert choose("", "de").reason(Reason("new_code", "A new reason.")) == "A new reason."
    assert ENGLISH.reason(Reason("not_known", "We know nothing.")) == "We know nothing."
