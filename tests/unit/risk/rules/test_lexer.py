import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.risk.rules.lexer import MAX_LENGTH, tokens
from sealane.risk.rules.tree import ExpressionError


def test_words_know_where_they_start() -> None:
    assert [(token.at, token.kind, token.word) for token in tokens("a >= 5")] == [
        (0, "name", "a"),
        (2, "operator", ">="),
        (5, "int", "5"),
        (6, "end", "the end"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("42", 42),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("2e3", 2000.0),
        ('"a\\"b"', 'a"b'),
        ("'a\\n'", "a\n"),
        ("'\\u00e9'", "é"),
        ("9223372036854775807", 2**63 - 1),
    ],
)
def test_literals_have_values(text: str, value: object) -> None:
    assert tokens(text)[0].value == value


def test_comments_and_spaces_say_nothing() -> None:
    assert [token.word for token in tokens("a // b && c\n\t&& d")] == ["a", "&&", "d", "the end"]


@pytest.mark.parametrize(
    ("text", "at", "code"),
    [
        ("a @ b", 2, "unreadable"),
        ("'never closed", 0, "unreadable"),
        ("'\\q'", 0, "unknown-escape"),
        ("'\\ud800'", 0, "unknown-escape"),
        ("1 == 99999999999999999999", 5, "too-large"),
        ("9" * 5000, MAX_LENGTH, "too-long"),
        ("9" * 1500, 0, "too-large"),
    ],
)
def test_a_wrong_word_is_pointed_at(text: str, at: int, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        tokens(text)
    assert (caught.value.at, caught.value.code) == (at, code)


@given(st.text(max_size=60))
def test_any_text_gives_tokens_or_a_mistake(text: str) -> None:
    try:
        found = tokens(text)
    except ExpressionError as error:
        assert 0 <= error.at <= len(text)  # noqa: PT017 - either end is fine
    else:
        assert found[-1].kind == "end"
