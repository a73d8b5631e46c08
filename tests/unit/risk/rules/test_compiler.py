"""The compiled rules agree with an implementation of CEL that shares no line with them."""

import math
from datetime import timedelta
from typing import Any

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealane.risk.rules.checker import check
from sealane.risk.rules.compiler import Clause, compile_rules
from sealane.risk.rules.parser import parse
from sealane.risk.rules.tree import ExpressionError
from sealane.risk.signals.declaration import Form, Unit, Value

UNITS: dict[str, Unit] = {
    "count": "orders", "other": "orders", "money": "EUR cents", "share": "ratio", "factor": "ratio", "avs": "code",
    "kind": "code", "age": "duration", "gap": "duration", "is_new": "flag", "is_known": "flag",
}  # fmt: skip
SIGNALS: dict[str, Form] = {
    name: Value(name=name, side="payment", unit=unit, text=name, field="kind") for name, unit in UNITS.items()
}
HOUR = 3_600_000_000

numbers = st.sampled_from([0, 1, 2, 3, -1, 7, 100, 2**63 - 1, 1 - 2**63])
doubles = st.sampled_from([0.0, 0.5, 1.0, -2.5, 3.0, 1e300])
codes = st.sampled_from(["Y", "N", "", "Yes"])  # ASCII: the other implementation counts bytes, CEL code points
spans = st.integers(-3, 100).map(lambda hours: hours * HOUR)
values = st.fixed_dictionaries({
    name: st.none() | {"code": codes, "duration": spans, "flag": st.booleans(), "ratio": doubles}.get(unit, numbers)
    for name, unit in UNITS.items()
})  # fmt: skip


def judge(text: str, known: dict[str, Any], stage: str = "checkout") -> bool | None:
    """What our compiler says: true, false or (None) unknown."""
    tree = parse(text)
    clause = Clause(0, tree, check(tree, SIGNALS), "skip")
    hits, unknown = compile_rules([clause], stage, list(SIGNALS))(tuple(known.get(name) for name in SIGNALS))
    return None if unknown else bool(hits)


def ask_cel(text: str, known: dict[str, Any]) -> bool | None:
    """What the other implementation says; an unknown signal is a variable that is not there."""
    given = {name: timedelta(microseconds=value) if UNITS[name] == "duration" else value
             for name, value in known.items() if value is not None}  # fmt: skip
    try:
        return bool(cel.evaluate(text, {**given, "signals": given, "stage": "checkout"}))
    except (RuntimeError, TypeError, ValueError, ArithmeticError, LookupError):
        return None


ints = st.deferred(lambda: st.one_of(
    st.sampled_from(["count", "other", "signals.count", "0", "1", "2", "-3", "9223372036854775807"]),
    st.builds("({} {} {})".format, ints, st.sampled_from(["+", "-", "*", "/", "%"]), ints),
    st.builds("({} ? {} : {})".format, conditions, ints, ints),
    st.builds("(-{})".format, ints),
    st.just("size(avs)"),
))  # fmt: skip
floats = st.deferred(lambda: st.one_of(
    st.sampled_from(["share", "factor", "0.5", "2.0", "-1.5"]),
    st.builds("({} {} {})".format, floats, st.sampled_from(["+", "-", "*"]), floats),
    st.builds("double({})".format, st.sampled_from(["count", "3"])),
))  # fmt: skip
durations = st.deferred(lambda: st.one_of(
    st.sampled_from(["age", "gap", "duration('48h')", "duration('1h30m')"]),
    st.builds("({} {} {})".format, durations, st.sampled_from(["+", "-"]), durations),
))  # fmt: skip
texts = st.sampled_from(["avs", "kind", "'Y'", '"N"', "'é'"])
orders = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
conditions = st.deferred(lambda: st.one_of(
    st.sampled_from(["is_new", "is_known", "true", "false", "has(signals.avs)", "has(signals.age)"]),
    st.just("(stage == 'checkout')"),
    st.builds("({} {} {})".format, ints, orders, ints),
    st.builds("({} {} {})".format, floats, orders, floats),
    st.builds("({} {} {})".format, durations, orders, durations),
    st.builds("({} {} {})".format, texts, orders, texts),
    st.builds("({} {} {})".format, conditions, st.sampled_from(["==", "!="]), conditions),
    st.builds("({} {} {})".format, conditions, st.sampled_from(["&&", "||"]), conditions),
    st.builds("(!{})".format, conditions),
    st.builds("({} ? {} : {})".format, conditions, conditions, conditions),
    st.builds("({} in [{}])".format, ints, st.sampled_from(["1, 2, 3", "", "7"])),
    st.builds("({} in ['Y', 'N'])".format, texts),
    st.builds("avs.{}({})".format, st.sampled_from(["startsWith", "endsWith", "contains"]), texts),
))  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(text=conditions, known=values)
def test_we_agree_with_another_implementation_of_cel(text: str, known: dict[str, Any]) -> None:
    try:
        ours = judge(text, known)
    except ExpressionError as error:
        assert error.code in {"too-costly", "too-deep", "mixed-units", "too-long"}  # noqa: PT017 - the bound is the point
        return
    assert ours == ask_cel(text, known), text


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("count > 1 && false", False),
        ("false && count > 1", False),
        ("count > 1 || true", True),
        ("true || count > 1", True),
        ("count > 1 && true", None),
        ("count > 1 || false", None),
        ("!(count > 1)", None),
        ("has(signals.count)", False),
        ("!has(signals.count) || count > 1", True),
        ("count > 1 ? true : true", None),
        ("true ? true : count > 1", True),
        ("1 / 0 > 1", None),
        ("1 % 0 > 1 || true", True),
        ("9223372036854775807 + 1 > 0", None),
        ("-7 / 2 == -3 && -7 % 2 == -1", True),
        ("1.0 / 0.0 > 1e300", True),
        ("-1.0 / 0.0 < -1e300", True),
        ("0.0 / 0.0 > 1.0", False),
        ("stage == 'checkout'", True),
        ("size('né') == 2", True),
    ],
)
def test_unknown_is_absorbed_or_stays_unknown(text: str, answer: bool | None) -> None:
    assert judge(text, {}) is answer


def test_what_an_unknown_rule_does_is_its_own_choice() -> None:
    tree = parse("count > 1")
    checked = check(tree, SIGNALS)
    clauses = [Clause(0, tree, checked, "skip"), Clause(1, tree, checked, "hit")]
    assert compile_rules(clauses, "checkout", list(SIGNALS))((None,) * len(SIGNALS)) == ([1], [0, 1])


def test_division_follows_ieee_754() -> None:
    assert judge("share / factor > 1e300", {"share": 1.0, "factor": 0.0}) is True
    assert judge("share / factor < -1e300", {"share": 1.0, "factor": -0.0}) is True
    assert judge("share / factor == share / factor", {"share": 0.0, "factor": 0.0}) is False
    assert judge("share / factor == 2.0", {"share": 1.0, "factor": 0.5}) is True
    assert judge("share / factor > 0.0", {"share": math.nan, "factor": 0.0}) is False
