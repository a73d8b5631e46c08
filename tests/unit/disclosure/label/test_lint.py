"""The linter finds what a label shows too much of, and leaves alone what it may show."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.disclosure.label import lint, read_rules, shipped_rules, texts_of
from sealane.model.errors import InvalidInput, Misconfigured

RULES = shipped_rules()


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("收件人: 李小龙 13800138000", ["name", "phone"]),
        ("收件人\N{FULLWIDTH COLON}李** 138******00", []),
        ("收件人\N{FULLWIDTH COLON}李* 138****8000", ["phone"]),
        ("Recipient: Ana Silva", ["name"]),
        ("Recipient: A** S****", []),
        ("Tel +351 912 345 678", ["phone"]),
        ("Tel +351 *** *** 678", []),
        ("北京市朝阳区建国路1号 1203室", ["unit"]),
        ("北京市朝阳区建国路1号 ****室", []),
        ("Apt 12B", ["unit"]),
        ("Apt **", []),
        ("Rua Augusta 10", []),
        ("4Z7K Q2MV 9T0R B8XE WJ3D", []),
        ("SF1234567890123", []),
        ("800 g", []),
    ],
)
def test_lines(line: str, codes: list[str]) -> None:
    assert [each.code for each in lint([line], RULES)] == codes


def test_a_fault_names_its_line_and_not_the_value() -> None:
    (fault,) = lint(["", "Tel 13800138000"], RULES)
    assert fault.line == 2
    assert "13800138000" not in str(fault)


@given(st.text(max_size=200))
def test_any_text_is_read(line: str) -> None:
    assert isinstance(lint([line], RULES), list)


def test_svg_texts_are_found_and_what_cannot_be_read_is_said() -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><text>To: Ana <tspan>Silva</tspan></text></svg>'
    assert texts_of(svg) == ["To: Ana Silva"]
    assert texts_of(b"one\ntwo") == ["one", "two"]
    for label in (b"%PDF-1.7", b"\xff\xd8", b"<svg>", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>'):
        with pytest.raises(InvalidInput):
            texts_of(label)


@pytest.mark.parametrize("change", [("finds = ", "fnds = "), ("(?P<value>", "("), ("hide = 6", "hide = -6")])
def test_rules_with_a_mistake_are_refused(change: tuple[str, str]) -> None:

    text = (files("sealane.disclosure.label") / "data" / "gb-t-41833.toml").read_text(encoding="utf-8")
    with pytest.raises(Misconfigured):
        read_rules(text.replace(*change, 1))
