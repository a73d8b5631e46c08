"""What an operator forbids beyond the policy: only forbids, in words that are checked, and closed when in doubt."""

import sys
from pathlib import Path

import pytest

from sealane.disclosure.policy.compiled import Question
from sealane.disclosure.policy.fields import FIELDS, PURPOSES
from sealane.disclosure.policy.forbids import Asker, Forbids, read_forbids
from sealane.disclosure.policy.matrix import Cell
from sealane.model.errors import Misconfigured

TEXT = """
@id("no-phone-to-brokers")
forbid (principal == Role::"broker", action, resource == Field::"phone");

@id("one-carrier-not-abroad")
forbid (principal, action == Action::"deliver", resource)
when { context.party == "pty_1" && context.destination != "PT" };

forbid (principal, action, resource == Field::"email")
when { context.form == "clear" && context.regimes.contains("us-acas") && context.leg == "customs" };
"""
DELIVER, CUSTOMS = Question("deliver", "last-mile"), Question("customs", "customs")
CLEAR = {name: Cell("clear", "why") for name in FIELDS}


def asker(**changes: object) -> Asker:
    return Asker("pty_1", ("carrier",), (), "CN", "PT", "card")._replace(**changes)


@pytest.fixture(scope="module", autouse=True)
def _cedar() -> None:
    pytest.importorskip("cedarpy")


@pytest.fixture(scope="module")
def forbids() -> Forbids:
    return Forbids(TEXT, "forbids.cedar")


def kept(forbids: Forbids, who: Asker, question: Question) -> dict[str, str]:
    return {each.field: each.cell for each in forbids.forbidden(who, question, CLEAR)}


def test_each_policy_keeps_back_what_it_says_and_is_named(forbids: Forbids) -> None:
    assert forbids.names == ("no-phone-to-brokers", "one-carrier-not-abroad", "policy2")
    assert kept(forbids, asker(), DELIVER) == {}
    assert kept(forbids, asker(roles=("broker",)), CUSTOMS) == {"phone": "no-phone-to-brokers"}
    assert kept(forbids, asker(roles=("carrier", "broker")), CUSTOMS) == {"phone": "no-phone-to-brokers"}
    assert kept(forbids, asker(destination="BR"), DELIVER) == dict.fromkeys(FIELDS, "one-carrier-not-abroad")
    assert kept(forbids, asker(destination="BR", party_id="pty_2"), DELIVER) == {}
    assert kept(forbids, asker(regimes=("us-acas",)), CUSTOMS) == {"email": "policy2"}
    (refusal,) = forbids.forbidden(asker(roles=("broker",)), CUSTOMS, {"phone": CLEAR["phone"]})
    assert (refusal.code, refusal.reason) == (
        "forbidden",
        "The policy no-phone-to-brokers of the operator forbids it.",
    )


def test_every_purpose_can_be_named() -> None:
    for purpose in PURPOSES:
        found = Forbids(f'forbid (principal, action == Action::"{purpose}", resource);', "f")
        assert len(found.forbidden(asker(), Question(purpose, None), CLEAR)) == len(FIELDS)


def test_an_answer_is_remembered(forbids: Forbids) -> None:
    before = forbids._remembered.cache_info().hits
    for _ in range(3):
        forbids.forbidden(asker(origin="JP"), DELIVER, CLEAR)
    assert forbids._remembered.cache_info().hits == before + 2


def test_what_cannot_be_decided_is_forbidden() -> None:
    # An overflow passes every check of the text, and Cedar then leaves the policy out.
    found = Forbids("forbid (principal, action, resource) when { 9223372036854775807 + 1 == 0 };", "f")
    (refusal,) = found.forbidden(asker(), DELIVER, {"name": CLEAR["name"]})
    assert (refusal.code, refusal.cell) == ("forbidden", "undecided")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("forbid (principal", "cannot be read"),
        ("permit (principal, action, resource);", "may only forbid; policy0"),
        ('@id("open") permit (principal, action, resource);', "may only forbid; open"),
        ("forbid (principal == ?principal, action, resource);", "a template"),
        ('forbid (principal == Rolle::"carrier", action, resource);', "Rolle"),
        ('forbid (principal, action == Action::"delivr", resource);', "delivr"),
        ("forbid (principal, action, resource) when { context.country == 3 };", "country"),
        ("forbid (principal, action, resource) when { context.leg == 3 };", "types"),
    ],
)
def test_a_file_with_a_mistake_is_refused_at_the_start(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "forbids.cedar"
    path.write_text(text)
    with pytest.raises(Misconfigured, match=why) as refusal:
        read_forbids(path)
    assert str(path) in refusal.value.detail
    assert "policy_forbids" in refusal.value.advice


def test_a_missing_file_and_a_missing_extra_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match="FileNotFoundError"):
        read_forbids(tmp_path / "none.cedar")
    monkeypatch.setitem(sys.modules, "cedarpy", None)
    with pytest.raises(Misconfigured) as refusal:
        Forbids("", "f")
    assert "sealane[cedar]" in refusal.value.advice
