import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.risk.rules.parser import parse
from sealane.risk.rules.tree import (
    Binary,
    Call,
    Choice,
    ExpressionError,
    Junction,
    Listing,
    Literally,
    Name,
    Node,
    Unary,
)

WORDS = [
    "a", "b", "true", "false", "signals.a", "1", "-2", "1.5", '"x"', "'y'", "duration('72h')", "size(b)",
    "has(signals.a)", "&&", "||", "!", "-", "==", "!=", "<", ">=", "in", "+", "*", "/", "%", "?", ":", "(",
    ")", "[", "]", ",", ".", "startsWith", "stage",
]  # fmt: skip


def shape(node: Node) -> object:  # noqa: PLR0911 - one answer a form
    """The tree without places."""
    if isinstance(node, Literally):
        return node.value
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Unary):
        return (node.operator, shape(node.operand))
    if isinstance(node, Binary):
        return (shape(node.left), node.operator, shape(node.right))
    if isinstance(node, Junction):
        return (node.operator, *map(shape, node.operands))
    if isinstance(node, Choice):
        return ("?", shape(node.condition), shape(node.yes), shape(node.no))
    if isinstance(node, Call):
        return (node.function, *map(shape, node.operands))
    assert isinstance(node, Listing)
    return [shape(item) for item in node.items]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a || b && c", ("||", "a", ("&&", "b", "c"))),
        ("a + b * c - d", (("a", "+", ("b", "*", "c")), "-", "d")),
        ("a < b == c", (("a", "<", "b"), "==", "c")),
        ("!a && b", ("&&", ("!", "a"), "b")),
        ("-a + -5", (("-", "a"), "+", -5)),
        ("--5", ("-", -5)),
        ("a ? b : c ? d : e", ("?", "a", "b", ("?", "c", "d", "e"))),
        ("(a || b) && c", ("&&", ("||", "a", "b"), "c")),
        ("a in [1, 2]", ("a", "in", [1, 2])),
        ("signals.a == 1", ("a", "==", 1)),
        ("name.startsWith('x')", ("startsWith", "name", "x")),
        ("duration('1h30m') > a", (5_400_000_000, ">", "a")),
        ("duration('-1.5s') < a", (-1_500_000, "<", "a")),
        ("-9223372036854775808 < a", (-(2**63), "<", "a")),
        ("true != false", (True, "!=", False)),
    ],
)
def test_operators_bind_as_in_cel(text: str, tree: object) -> None:
    assert shape(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "at", "code"),
    [
        ("", 0, "unexpected"),
        ("a &&", 4, "unexpected"),
        ("a b", 2, "unexpected"),
        ("(a", 2, "unexpected"),
        ("a ? b", 5, "unexpected"),
        ("size(", 5, "unexpected"),
        ("f(a b)", 4, "unexpected"),
        ("!-a", 0, "unexpected"),
        ("null", 0, "unexpected"),
        ("9223372036854775808", 0, "too-large"),
        ("duration(a)", 0, "no-duration"),
        ("duration('3 days')", 0, "no-duration"),
        ("(" * 40 + "a", 30, "too-deep"),
        ("!" * 40 + "a", 30, "too-deep"),
        ("+".join("a" * 40), 61, "too-deep"),
        ("a.b", 3, "unexpected"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, at: int, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (caught.value.at, caught.value.code) == (at, code)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_any_words_give_a_tree_or_a_mistake(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        assert 0 <= error.at <= len(text)  # noqa: PT017 - either end is fine
