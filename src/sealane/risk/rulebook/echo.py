"""The echo: a rule said back in plain words, so that its author sees what it really asks, with its bound of cost.

rule:  cards_per_address_30d >= 3 && !has_suite_code
echo:  "Different cards behind the consignments to this address in the last 30 days" is at least 3,
and not: "The address carries a suite or locker code as parcel forwarders give out"
"""

from collections.abc import Mapping

import msgspec

from sealane.risk.policy import RiskPolicy
from sealane.risk.rules.checker import MAX_COST, check
from sealane.risk.rules.parser import parse
from sealane.risk.rules.ruleset import Floor, Rule
from sealane.risk.rules.tree import Binary, Call, Choice, Junction, Listing, Literally, Name, Node, Unary
from sealane.risk.signals.declaration import Form

__all__ = ["RuleEcho", "echo", "echo_rules"]

_HOUR_US = 3_600_000_000
_RELATIONS = {
    "==": "is",
    "!=": "is not",
    "<": "is under",
    "<=": "is at most",
    ">": "is over",
    ">=": "is at least",
    "in": "is one of",
}
_SUMS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by", "%": "modulo"}
_TEXTS = {"startsWith": "begins with", "endsWith": "ends with", "contains": "contains"}
_FLOORS: dict[Floor, str] = {
    "none": "the score changes by {weight:+.2f}",
    "challenge": "the payer is asked to confirm, and the score changes by {weight:+.2f}",
    "review": "a person looks at it, and the score changes by {weight:+.2f}",
    "decline": "it is refused, and the score changes by {weight:+.2f}",
}


class RuleEcho(msgspec.Struct, frozen=True):
    """One rule in words; `cost` is how many parts it runs at worst, of at most `max_cost`."""

    code: str
    words: str
    cost: int
    max_cost: int = MAX_COST


def echo_rules(policy: RiskPolicy) -> tuple[RuleEcho, ...]:
    """Return every rule of a policy in words."""
    return tuple(_echo_rule(rule, policy.catalogue.by_name) for rule in policy.ruleset.rules)


def echo(node: Node, signals: Mapping[str, Form]) -> str:
    """Return one expression in words."""
    if isinstance(node, Name | Literally | Listing):
        return _named(node, signals)
    if isinstance(node, Unary):
        return f"not: {echo(node.operand, signals)}" if node.operator == "!" else f"minus {echo(node.operand, signals)}"
    if isinstance(node, Junction):
        word = ", and " if node.operator == "&&" else ", or "
        parts = [echo(operand, signals) for operand in node.operands]
        return word.join(f"({part})" if isinstance(operand, Junction) else part
                         for part, operand in zip(parts, node.operands, strict=True))  # fmt: skip
    if isinstance(node, Choice):
        condition, yes, no = (echo(part, signals) for part in (node.condition, node.yes, node.no))
        return f"(if {condition}: {yes}; else: {no})"
    return _operation(node, signals)


def _named(node: Name | Literally | Listing, signals: Mapping[str, Form]) -> str:
    """Return a signal by its sentence, a value as people write it, or several of them."""
    if isinstance(node, Listing):
        return ", ".join(echo(item, signals) for item in node.items)
    if isinstance(node, Literally):
        return _literal(node)
    return "the stage" if node.name == "stage" else f'"{signals[node.name].text}"'


def _operation(node: Binary | Call, signals: Mapping[str, Form]) -> str:
    """Return a comparison, a sum or a function in words."""
    if isinstance(node, Binary):
        left, right = echo(node.left, signals), echo(node.right, signals)
        word = _RELATIONS.get(node.operator) or _SUMS[node.operator]
        return f"{left} {word} {right}"
    parts = [echo(operand, signals) for operand in node.operands]
    if node.function in _TEXTS:
        return f"{parts[0]} {_TEXTS[node.function]} {parts[1]}"
    if node.function == "has":
        return f"{parts[0]} is known"
    return f"the length of {parts[0]}" if node.function == "size" else parts[0]


def _literal(node: Literally) -> str:
    if node.kind == "duration":
        hours = float(node.value) / _HOUR_US
        return f"{hours / 24:g} days" if hours >= 48 else f"{hours:g} hours"  # noqa: PLR2004 - two days
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return f"'{node.value}'" if isinstance(node.value, str) else f"{node.value:g}"


def _echo_rule(rule: Rule, signals: Mapping[str, Form]) -> RuleEcho:
    tree = parse(rule.when)
    then = _FLOORS[rule.floor].format(weight=rule.weight)
    share = f" For {rule.share:.0%} of the orders." if rule.share < 1 else ""
    shadow = " In the shadow: it is noted and changes nothing." if rule.mode == "shadow" else ""
    unknown = " It counts as held when its signals are not known." if rule.on_unknown == "hit" else ""
    words = f"At {', '.join(rule.stages)}: when {echo(tree, signals)}, then {then}.{unknown}{share}{shadow}"
    return RuleEcho(rule.code, words, check(tree, signals).cost)
