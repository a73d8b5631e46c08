"""A rule set: rules as a TOML document, checked whole and compiled together, one function a stage.

version = "2026.11"

[[rule]]
code = "card_testing"
against = "card_testing"
side = "payment"
stages = ["checkout"]
when = '''ip_failed_1h >= 5'''
on_unknown = "skip"
weight = 0.9
floor = "challenge"
reason = "Many payment attempts from this connection were declined within an hour."
"""

import tomllib
from difflib import get_close_matches
from hashlib import sha256
from typing import Annotated, Any, Literal, get_args

import msgspec

from sealane.model.decision import Side, Stage
from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.rules.checker import check as check_tree
from sealane.risk.rules.compiler import Clause, Judge, compile_rules
from sealane.risk.rules.parser import parse
from sealane.risk.rules.tree import ExpressionError
from sealane.risk.signals.catalogue import Catalogue

__all__ = ["TYPOLOGIES", "Floor", "Rule", "RuleFault", "Ruleset", "Typology", "check_rules"]

Floor = Literal["none", "challenge", "review", "decline"]
Typology = Literal[
    "account_takeover_reroute", "stolen_card_intercept", "reshipping_mule", "forwarder_abuse", "triangulation",
    "fake_tracking", "not_received_abuse", "brushing", "card_testing", "cod_refusal", "undervaluation",
    "return_abuse", "collusive_merchant", "last_mile_diversion", "refund_hijack",
]  # fmt: skip
"""The fifteen frauds of a payment with a parcel."""

TYPOLOGIES: tuple[Typology, ...] = get_args(Typology)
MAX_WEIGHT = 10

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{1,60}$")]
Sentence = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule: when it holds, the outcome is at least `floor` and `weight` is added to the log-odds of fraud.

    A rule in the shadow is judged and noted but changes nothing; with a share it counts for that part of the orders.
    """

    code: Code
    against: Typology
    side: Side
    stages: tuple[Stage, ...]
    when: str
    reason: Sentence
    floor: Floor
    weight: float
    on_unknown: Literal["skip", "hit"] = "skip"
    mode: Literal["live", "shadow"] = "live"
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0


class RuleFault(msgspec.Struct, frozen=True):
    """One mistake in a rule set: which rule, where (line and column, counted from 1), and what to do."""

    rule: str
    line: int
    column: int
    code: str
    message: str


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The TOML document."""

    version: str
    rule: tuple[Rule, ...] = ()


class Ruleset:
    """Checked rules, the hash of their text, and a judge for each stage."""

    def __init__(self, text: str, catalogue: Catalogue) -> None:
        document, clauses, faults = _read(text, catalogue)
        if document is None or faults:
            raise _refusal(faults)
        self.text = text
        self.hash = sha256(text.encode()).hexdigest()[:32]
        self.version = document.version
        self.rules = document.rule
        self._judges: dict[Stage, Judge] = {}
        for stage, signals in catalogue.by_stage.items():
            mine = [clause for clause in clauses if stage in document.rule[clause.number].stages]
            self._judges[stage] = compile_rules(mine, stage, [signal.name for signal in signals])

    def judge(self, stage: Stage) -> Judge:
        """Return the function that judges all rules of a stage over its signal values."""
        return self._judges[stage]


def check_rules(text: str, catalogue: Catalogue) -> tuple[RuleFault, ...]:
    """Return every mistake in a rule set's text, in the order of the text; none when it may be used."""
    return _read(text, catalogue)[2]


def _refusal(faults: tuple[RuleFault, ...]) -> InvalidInput:
    """Return the error that lists the faults."""
    errors = tuple(
        FieldError(f"/rule/{fault.rule}", fault.code, f"line {fault.line}, column {fault.column}: {fault.message}")
        for fault in faults
    )
    return InvalidInput(f"The rule set has {len(faults)} mistakes: {errors[0].detail}", errors=errors)


def _read(text: str, catalogue: Catalogue) -> tuple[_Document | None, list[Clause], tuple[RuleFault, ...]]:
    """Return the document with its checked clauses, and the faults found on the way."""
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return None, [], (_toml_fault(text, error),)
    try:
        document = msgspec.convert(raw, _Document)
    except msgspec.ValidationError as error:
        return None, [], (_shape_fault(text, raw, str(error)),)
    clauses: list[Clause] = []
    faults: list[RuleFault] = []
    seen: set[str] = set()
    for number, rule in enumerate(document.rule):
        found = _header_fault(rule, _rule_line(text, number), seen)
        checked = [] if found else [_clause(text, number, rule, stage, catalogue) for stage in rule.stages]
        faults += ([found] if found else []) + [one for one in checked if isinstance(one, RuleFault)][:1]
        clauses += [one for one in checked if isinstance(one, Clause)][:1]
        seen.add(rule.code)
    return document, clauses, tuple(faults)


def _header_fault(rule: Rule, line: int, seen: set[str]) -> RuleFault | None:
    """Return what is wrong with a rule apart from its condition."""
    if rule.code in seen:
        return RuleFault(rule.code, line, 1, "repeated-code", f"`{rule.code}` names two rules.")
    if not rule.stages:
        return RuleFault(rule.code, line, 1, "no-stage", "A rule names the stages at which it judges.")
    if not -MAX_WEIGHT <= rule.weight <= MAX_WEIGHT:
        return RuleFault(rule.code, line, 1, "wrong-weight", f"A weight lies between -{MAX_WEIGHT} and {MAX_WEIGHT}.")
    return None


def _clause(text: str, number: int, rule: Rule, stage: Stage, catalogue: Catalogue) -> Clause | RuleFault:
    """Return the rule's condition checked against one stage's signals, or what is wrong with it."""
    known = {signal.name: signal for signal in catalogue.by_stage[stage]}
    try:
        tree = parse(rule.when)
        checked = check_tree(tree, known)
    except ExpressionError as error:
        message = error.message
        if error.code == "unknown-signal":
            word = message.partition("`")[2].partition("`")[0]
            if word in catalogue.by_name:
                message = f"Signal `{word}` is not read at the stage {stage}."
        line, column = _position(text, number, rule.when, error.at)
        return RuleFault(rule.code, line, column, error.code, message)
    return Clause(number, tree, checked, rule.on_unknown)


def _rule_line(text: str, number: int) -> int:
    """Return the line at which the rule's table begins."""
    lines = text.split("\n")
    starts = [index for index, line in enumerate(lines, 1) if line.strip().replace(" ", "").startswith("[[rule]]")]
    return starts[number] if number < len(starts) else 1


def _position(text: str, number: int, when: str, at: int) -> tuple[int, int]:
    """Return line and column, in the whole text, of a place in a rule's condition."""
    start_line = _rule_line(text, number)
    before = sum(len(line) + 1 for line in text.split("\n")[: start_line - 1])
    found = text.find(when, before) if when else -1
    if found < 0:  # written with escapes: the rule's own line is the best that can be said
        return start_line, 1
    head = text[: found + at]
    return head.count("\n") + 1, len(head) - head.rfind("\n")


def _toml_fault(text: str, error: Exception) -> RuleFault:
    """Return where the text stops being TOML."""
    message = str(error) or "The document nests too deeply."
    where = message.rpartition("(at line ")[2].rstrip(")").partition(", column ")
    if where[0].isdigit() and where[2].isdigit():
        return RuleFault("", int(where[0]), int(where[2]), "not-toml", message.partition(" (at ")[0])
    return RuleFault("", text.count("\n") + 1, 1, "not-toml", message.partition(" (at ")[0])


def _shape_fault(text: str, raw: dict[str, Any], message: str) -> RuleFault:
    """Return which rule has a wrong or unknown member, and the nearest right one."""
    path = message.partition("`$.rule[")[2].partition("]")[0]
    number = int(path) if path.isdigit() else -1
    unknown = message.partition("unknown field `")[2].partition("`")[0]
    close = get_close_matches(unknown, [*Rule.__struct_fields__, *_Document.__struct_fields__], 1) if unknown else []
    rules = raw.get("rule")
    rule = rules[number] if isinstance(rules, list) and 0 <= number < len(rules) else {}
    code = str(rule.get("code", number)) if isinstance(rule, dict) and number >= 0 else ""
    line = _rule_line(text, number) if number >= 0 else 1
    return RuleFault(code, line, 1, "wrong-shape", message + (f"; did you mean `{close[0]}`?" if close else ""))
