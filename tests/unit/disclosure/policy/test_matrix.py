"""A policy file says what it means or is refused, with the place of the mistake."""

from importlib.resources import files

import pytest

from sealane.disclosure.policy.matrix import Moment, read_matrix
from sealane.model.errors import Misconfigured

DATA = files("sealane.disclosure.policy") / "data"
POLICY, REGIMES = ((DATA / name).read_text(encoding="utf-8") for name in ("default.toml", "regimes.toml"))


def test_every_cell_and_every_opening_stands_on_a_law_or_a_need() -> None:
    matrix = read_matrix(POLICY, REGIMES)
    assert all(len(cell.basis) > 20 for each in matrix.audiences for cell in each.cells.values())
    assert all(opening.law for regime in matrix.regimes for opening in regime.opens)
    assert {each.code for each in matrix.regimes} >= {"eu-ics2", "us-acas", "us-aes", "cn", "uk"}


def test_a_moment_holds_for_its_hours_from_the_event_on() -> None:
    moment = Moment("consignment.out_for_delivery", 24)
    at = 1_795_000_000_000_000
    assert [moment.holds(at, at + hours * 3_600_000_000) for hours in (-1, 0, 23, 24)] == [False, True, True, False]
    (last_mile,) = (each for each in read_matrix(POLICY, REGIMES).audiences if each.code == "last-mile")
    assert last_mile.moments == {"instructions": moment}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('name = "token @minimal"', 'nane = "token @minimal"', "audience.merchant.cells.nane"),
        ('name = "token @minimal"', 'name = "tokn @minimal"', "audience.merchant.cells.name"),
        ('name = "token @minimal"', 'name = "token @nothing"', "audience.merchant.cells.name"),
        ('"masked:area @minimal"', '"masked @minimal"', "audience.merchant.cells.postcode"),
        ('"masked:area @minimal"', '"clear:area @minimal"', "audience.merchant.cells.postcode"),
        ('"masked:area @minimal"', '"masked:shape @minimal"', "audience.merchant.cells.postcode"),
        ('roles = ["psp"]', 'roles = ["wizard"]', "the policy"),
        ('"phone" = ["phone"]', '"phone" = ["fone"]', "rows.phone"),
        ("[basis]", "[basis", "the policy"),
        ("max_uses = 1\n", "max_uses = 1\nmood = 2\n", "the policy"),
        ("instructions = {", "card = {", "audience.last-mile.moments.card"),
        ("hours = 24 }", "days = 1 }", "the policy"),
    ],
)
def test_a_mistake_in_the_policy_is_named(old: str, new: str, place: str) -> None:
    assert old in POLICY
    with pytest.raises(Misconfigured) as refusal:
        read_matrix(POLICY.replace(old, new, 1), REGIMES)
    assert refusal.value.detail.startswith(place)


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"export-carrier", "customs-broker"', '"line-haul"', "eu-ics2.opens.0"),
        ('"export-carrier", "customs-broker"', '"nobody"', "eu-ics2.opens.0"),
        ('basis = "ens"', 'basis = "air"', "eu-ics2.opens.0"),
        ('to = ["US"]', 'to = ["USA"]', "the regimes"),
    ],
)
def test_a_regime_opens_only_what_is_conditional(old: str, new: str, place: str) -> None:
    assert old in REGIMES
    with pytest.raises(Misconfigured) as refusal:
        read_matrix(POLICY, REGIMES.replace(old, new, 1))
    assert refusal.value.detail.startswith(place)
