"""What an operator forbids beyond the policy: Cedar policies in a file, asked after the bit masks.

    @id("no-phone-to-brokers")
    forbid (principal == Role::"broker", action, resource == Field::"phone");

    @id("one-carrier-not-abroad")
    forbid (principal, action == Action::"deliver", resource)
    when { context.party == "pty_01kan6..." && context.destination != "PT" };

A file can only forbid, so none of it opens what the policy keeps closed. It is checked against its vocabulary when it
is read, and whatever cannot be decided is forbidden. Answers are remembered: a request takes Cedar about a
millisecond, and no request depends on the time. Needs the extra `cedar`.
https://docs.cedarpolicy.com/policies/syntax-policy.html
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sealane.disclosure.policy.cedar import NO_LEG
from sealane.disclosure.policy.compiled import Question, Refusal
from sealane.disclosure.policy.fields import PURPOSES, Field
from sealane.disclosure.policy.matrix import Cell
from sealane.model.errors import Misconfigured
from sealane.model.party import Role

__all__ = ["Asker", "Forbids", "read_forbids"]

_REMEMBERED = 4_096
_ALLOWING = "permit (principal, action, resource);"
"""Cedar denies what nothing permits, so that everything is permitted here that no policy of the file forbids."""
_UNDECIDED = "undecided"
_SCHEMA = f"""
entity Role;
entity Field;
action {", ".join(f'"{purpose}"' for purpose in PURPOSES)} appliesTo {{
    principal: [Role], resource: [Field],
    context: {{
        party: String, leg: String, form: String, regimes: Set<String>,
        origin: String, destination: String, method: String
    }}
}};
"""


class Asker(NamedTuple):
    """Who asks for an order, and on which way the order is; countries are ISO 3166-1 alpha-2, empty when unknown."""

    party_id: str
    roles: tuple[Role, ...]
    regimes: tuple[str, ...]
    origin: str
    destination: str
    method: str


class _Policy(msgspec.Struct):
    effect: str
    annotations: dict[str, str] = {}


class _Policies(msgspec.Struct, rename="camel"):
    static_policies: dict[str, _Policy]
    templates: dict[str, Any] = {}


class Forbids:
    """The policies of one file."""

    def __init__(self, text: str, place: str) -> None:
        self._cedar = _cedar()
        self._names = self._check(text, place)
        self._set: Any = self._cedar.PolicySet.from_str(f"{text}\n{_ALLOWING}")
        self._remembered = lru_cache(_REMEMBERED)(self._ask)

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the policies, in the order of the file."""
        return tuple(self._names.values())

    def forbidden(self, asker: Asker, question: Question, cells: Mapping[Field, Cell]) -> list[Refusal]:
        """Return each field that a policy of the file keeps from the asker, with the id of that policy as its cell."""
        return list(self._remembered(asker, question, tuple((name, str(cell)) for name, cell in cells.items())))

    def _ask(self, asker: Asker, question: Question, fields: tuple[tuple[Field, str], ...]) -> tuple[Refusal, ...]:
        asked = [(role, name, form) for name, form in fields for role in asker.roles]
        requests = [_request(asker, role, question, name, form) for role, name, form in asked]
        answers = self._cedar.is_authorized_batch(requests, self._set, []) if requests else []
        found: dict[Field, Refusal] = {}
        for (_, name, _), answer in zip(asked, answers, strict=True):
            if name not in found and (not answer.allowed or answer.diagnostics.errors):
                found[name] = self._refusal(name, answer.diagnostics.reasons if not answer.allowed else [])
        return tuple(found.values())

    def _refusal(self, field: Field, reasons: list[str]) -> Refusal:
        named = next((self._names[each] for each in sorted(reasons) if each in self._names), _UNDECIDED)
        if named == _UNDECIDED:
            return Refusal(field, "forbidden", named, "A policy of the operator could not be decided, so it forbids.")
        return Refusal(field, "forbidden", named, f"The policy {named} of the operator forbids it.")

    def _check(self, text: str, place: str) -> dict[str, str]:
        """Return the id that each policy gives itself, or its number, by the name that Cedar gives it."""
        try:
            policies = msgspec.json.decode(self._cedar.policies_to_json_str(text), type=_Policies)
            faults = self._cedar.validate_policies(text, _SCHEMA).errors
        except ValueError as error:
            raise _refuse(place, f"cannot be read: {error}") from None
        names = {code: each.annotations.get("id", code) for code, each in policies.static_policies.items()}
        if faults:
            raise _refuse(place, f"cannot be decided: {names.get(faults[0].policy_id, '')}: {faults[0].error}")
        permitting = [names[code] for code, each in policies.static_policies.items() if each.effect != "forbid"]
        if permitting or policies.templates:
            raise _refuse(place, f"may only forbid; {', '.join(permitting) or 'a template'} does not")
        return names


def read_forbids(path: Path) -> Forbids:
    """Return the policies of a file.

    Raises:
        Misconfigured: when it is missing, is no Cedar, permits something, names what there is not, or the extra that
            reads it is not installed.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _refuse(str(path), f"cannot be read: {type(error).__name__}") from None
    return Forbids(text, str(path))


def _request(asker: Asker, role: Role, question: Question, field: Field, form: str) -> dict[str, Any]:
    return {
        "principal": f'Role::"{role}"',
        "action": f'Action::"{question.purpose}"',
        "resource": f'Field::"{field}"',
        "context": {
            "party": asker.party_id,
            "leg": question.leg or NO_LEG,
            "form": form,
            "regimes": list(asker.regimes),
            "origin": asker.origin,
            "destination": asker.destination,
            "method": asker.method,
        },
    }


def _cedar() -> Any:
    try:
        return import_module("cedarpy")
    except ImportError:
        raise Misconfigured(
            "Policies that forbid need Cedar.", remedy="Install it: make extra-cedar or pip install 'sealane[cedar]'"
        ) from None


def _refuse(place: str, what: str) -> Misconfigured:
    return Misconfigured(f"{place} {what}.", remedy="Correct the file that policy_forbids names, then start again.")
