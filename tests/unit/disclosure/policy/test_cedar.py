"""The second opinion: Cedar, over the full cross product of role, purpose, leg, field and regime, agrees everywhere."""

from itertools import product
from typing import get_args

import pytest

from sealane.disclosure.policy.book import shipped_policy
from sealane.disclosure.policy.cedar import NO_LEG, cedar_text
from sealane.disclosure.policy.compiled import Policy, Question
from sealane.disclosure.policy.fields import FIELDS, LEGS, PURPOSES, mask_of
from sealane.model.party import GrantableRole

cedarpy = pytest.importorskip("cedarpy")

POLICY = shipped_policy().at(1_795_000_000_000_000)
REGIMES = POLICY.matrix.regimes
TUPLES = 50_000


def form_of(policy: Policy, role: str, purpose: str, leg: str | None, corridor: int) -> dict[str, str | None]:
    """Return how each field is given, None where it is not, by the compiled policy."""
    verdict = policy.decide((role,), Question(purpose, leg), corridor, mask_of(FIELDS))  # type: ignore[arg-type]
    if verdict.audience is None:
        return dict.fromkeys(FIELDS)
    cells = {name: policy.cell(verdict.audience, name, corridor) for name in FIELDS}
    assert {name for name, cell in cells.items() if cell} == set(FIELDS) & set(_allowed(verdict.allowed))
    return {name: str(cell) if cell else None for name, cell in cells.items()}


def _allowed(mask: int) -> list[str]:
    return [name for name in FIELDS if mask & mask_of([name])]


def check(corridors: list[int], *, is_split: bool) -> int:
    """Ask Cedar about every tuple and return how many there were; split, it reads only policies of the same head."""
    policies = cedar_text(POLICY.matrix, POLICY.day).split("permit ")[1:]
    asked = 0
    for role, purpose in product(get_args(GrantableRole), PURPOSES):
        head = f'principal == Role::"{role}", action == Action::"{purpose}"'
        text = "".join(f"permit {each}" for each in policies if head in each or not is_split)
        requests, expected = [], []
        for leg, corridor in product((None, *LEGS), corridors):
            codes = [each.code for each in POLICY.regimes(corridor)]
            for field, form in form_of(POLICY, role, purpose, leg, corridor).items():
                context = {"leg": leg or NO_LEG, "form": form or "clear", "regimes": codes}
                requests.append({**_request(role, purpose, field), "context": context})
                expected.append(form is not None)
        answers = cedarpy.is_authorized_batch(requests, cedarpy.PolicySet.from_str(text), [])
        for request, wanted, answer in zip(requests, expected, answers, strict=True):
            assert answer.allowed is wanted, request
        asked += len(requests)
    return asked


def _request(role: str, purpose: str, field: str) -> dict[str, dict[str, str]]:
    named = (("principal", "Role", role), ("action", "Action", purpose), ("resource", "Field", field))
    return {part: {"type": kind, "id": name} for part, kind, name in named}


def test_cedar_agrees_over_the_whole_cross_product() -> None:
    corridors = [0, *(1 << at for at in range(4)), (1 << len(REGIMES)) - 1]
    assert check(corridors, is_split=True) > TUPLES


@pytest.mark.soak
def test_cedar_agrees_with_every_regime_and_every_policy_before_it() -> None:
    corridors = [0, *(1 << at for at in range(len(REGIMES))), (1 << len(REGIMES)) - 1]
    assert check(corridors, is_split=False) > TUPLES


def test_the_oracle_can_disagree() -> None:
    text = cedar_text(POLICY.matrix, POLICY.day).replace('Field::"street", ', "", 1)
    context = {"leg": "last-mile", "form": "clear", "regimes": []}
    request = {"action": 'Action::"deliver"', "principal": 'Role::"carrier"', "context": context}
    allowed = cedarpy.is_authorized({**request, "resource": 'Field::"street"'}, text, []).allowed
    assert allowed
    narrowed = cedar_text(POLICY.matrix, POLICY.day).replace('Field::"street", ', "")
    assert not cedarpy.is_authorized({**request, "resource": 'Field::"street"'}, narrowed, []).allowed
