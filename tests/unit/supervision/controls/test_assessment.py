"""All 115 controls: each holds on a clean installation, each is broken by its own violation, none cries wolf."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from oversight import AT, BREAKS, DAY, HOUR, change, clean, drop
from sealane.model.clock import to_micros
from sealane.model.errors import NotFound
from sealane.supervision.controls.assessment import CHECKS, assess
from sealane.supervision.controls.catalogue import catalogue
from sealane.supervision.controls.conduct import Disclosed, Label, Paid, Suspicion
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.security import Attestation, LeakScan, TreeHead
from sealane.supervision.rates.ledger import Reading


def verdicts(facts: Facts) -> dict[str, str]:
    return {one.control_id: one.finding.verdict for one in assess(facts, AT).results}


def added(table: str, row: Any) -> Any:
    return lambda facts: replace(facts, **{table: (*(getattr(facts, table) or ()), row)})


def rated(rate: str, numerator: int, denominator: int, at_us: int = AT) -> Reading:
    return Reading(rate, "other firm", at_us - 91 * DAY, at_us - DAY, numerator, denominator, "count")


def test_every_control_holds_on_a_clean_installation() -> None:
    assert {name: verdict for name, verdict in verdicts(clean()).items() if verdict != "pass"} == {}
    assert CHECKS.keys() == {one.id for one in catalogue()} == BREAKS.keys()
    assert len(CHECKS) == 115


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_each_control_is_broken_by_its_own_violation(name: str) -> None:
    [result] = assess(BREAKS[name](clean()), AT, only=(name,)).results
    assert result.finding.verdict == "fail"
    assert result.finding.fault_count >= 1
    assert result.finding.detail.endswith(".")


def test_without_facts_nothing_is_claimed() -> None:
    run = assess(Facts(), AT)
    assert set(verdicts(Facts()).values()) == {"not_measurable"}
    assert all(one.finding.missing for one in run.results), "each says what is missing"


def test_a_part_that_nobody_plays_binds_nobody() -> None:
    found = verdicts(replace(clean(), roles=("merchant",)))
    assert found["CNED-LABEL"] == "pass", "merchants print labels"
    assert found["DORA-19a"] == found["ICS2-ENS"] == "not_applicable"


def test_the_past_is_judged_by_its_own_thresholds() -> None:
    """180 basis points were inside Visa's limit in March 2026 and are outside it from April on."""
    facts = replace(clean(), rates=(rated("vamp_merchant", 1800, 100_000),))
    march, april = (to_micros(datetime(2026, month, 15, tzinfo=UTC)) for month in (3, 4))
    assert assess(facts, march, only=("VAMP-M",)).results[0].finding.verdict == "pass"
    assert assess(facts, april, only=("VAMP-M",)).results[0].finding.verdict == "fail"


def test_a_control_that_does_not_exist_is_refused() -> None:
    with pytest.raises(NotFound):
        assess(Facts(), AT, only=("PCI-99",))


def test_evidence_names_the_log_entries() -> None:
    [result] = assess(BREAKS["GDPR-5.1b"](clean()), AT, only=("GDPR-5.1b",)).results
    assert result.finding.faults == ("d1",)
    assert result.finding.entries[0] == "ent_d1", "the entry of what is wrong comes first"


GOOD = clean()
DISCLOSED = GOOD.disclosures[0] if GOOD.disclosures else None
assert DISCLOSED is not None


def disclosed(**values: Any) -> Any:
    return added("disclosures", replace(DISCLOSED, id="new", **values))


# What goes wrong in practice, written from the outside: none of these names a control.
VIOLATIONS: dict[str, Any] = {
    "a card number in the log": added("leak_scans", LeakScan(id="log", place="logs", at_us=AT - HOUR, hits=1)),
    "a card number in a message": change("leak_scans", 2, hits=3),
    "a secret in the code": change("leak_scans", 3, hits=1),
    "nobody scanned the store for two days": change("leak_scans", 0, at_us=AT - 2 * DAY),
    "a page shows twelve digits": change("surfaces", leading=12),
    "a card hashed without a key": change("cards", hash_algorithm="MD5"),
    "a card row in clear": change("cards", is_sealed=False),
    "an overdue key": change("keys", made_us=AT - 366 * DAY),
    "an unwrapped key": change("keys", 1, is_wrapped=False),
    "old TLS": change("endpoints", protocol="TLSv1.1"),
    "a certificate nobody trusts": change("endpoints", is_trusted=False),
    "an endpoint nobody knew of": change("endpoints", is_inventoried=False),
    "a flaw open for 40 days": change("releases", oldest_critical_us=AT - 40 * DAY),
    "a strange script on the payment page": change("scripts", is_authorised=False),
    "an account unused for 100 days": change("accounts", last_used_us=AT - 100 * DAY),
    "a leaver with a key": change("accounts", is_leaver=True),
    "a reveal without a name": change("audit_lines", who=""),
    "a rewritten log": added(
        "tree_heads", TreeHead(id="h2", size=5, at_us=AT - HOUR, is_consistent=False, witnesses=2)
    ),
    "a log without witness": change("tree_heads", witnesses=0),
    "no checkpoint since yesterday": change("tree_heads", at_us=AT - 30 * HOUR),
    "alarms left open": change("runs", 0, open_findings=4),
    "a failed page check": change("runs", 1, is_ok=False),
    "a failed restore": change("runs", 2, is_ok=False),
    "no drill for two years": change("runs", 3, at_us=AT - 730 * DAY),
    "history that begins in summer": change("archives", 0, oldest_us=AT - 120 * DAY),
    "an alarm system silent for a day": change("guards", last_beat_us=AT - DAY),
    "a failure unanswered for a week": change("guards", failed_us=AT - 7 * DAY, answered_us=None),
    "an expired processor contract": change("attestations", 0, expires_us=AT - 1),
    "a release for no purpose": disclosed(purpose="", is_within_policy=False),
    "an e-mail address too many": disclosed(fields=("name", "email")),
    "a release without receipt": disclosed(has_receipt=False),
    "a release that is not on the log": disclosed(entry=None),
    "a transfer without a tool": disclosed(transfer_tool=None),
    "marketing on a lane out of China": disclosed(ground="interest", notice=None),
    "a withdrawal ignored for a week": change("consents", withdrawn_us=AT - 7 * DAY, stopped_us=None),
    "a consent without record": change("consents", record=None),
    "a request forgotten": change("requests", 5, answered_us=None),
    "an erased shopper who can still be read": change("requests", 4, is_key_destroyed=False),
    "carriers not told of an erasure": change("notices", 0, event_us=AT - 60 * DAY, sent_us=None),
    "a decline without reasons": change("decisions", reasons=0),
    "a contested decline left lying": change("decisions", review_asked_us=AT - 60 * DAY, reviewed_us=None),
    "a breach that nobody reported": drop("gdpr", "authority"),
    "people who were not told": drop("gdpr", "people"),
    "an early warning not sent": drop("nis2", "warning"),
    "an initial notice not sent": drop("dora", "initial"),
    "an unmasked label": added(
        "labels", Label(id="l2", hidden_name=0, hidden_phone=0, shows_unit=True, shows_identity=False)
    ),
    "an identity number on a label": change("labels", shows_identity=True),
    "a locker without consent": change("deliveries", has_consent=False),
    "a waybill for another amount": change("matches", amount=False),
    "a payment without authentication code": added("payments", Paid(id="p3", authentication="")),
    "an exemption nobody knows": added("payments", Paid(id="p4", authentication="exempt", exemption="because")),
    "an exempt payment above its band": change("payments", 1, amount_eur_minor=60_000),
    "a refund three days late": change("refunds", refunded_us=AT - 4 * DAY),
    "a payout to an unchecked account": change("payee_checks", result=""),
    "statistics that do not add up": change("tables", children=1),
    "loaded before it was filed": change("manifests", loaded_us=AT - 4 * DAY),
    "a parcel that lost half its weight": change("clearances", weight_scanned=400),
    "a shop at 160 basis points": added("rates", rated("vamp_merchant", 1600, 100_000)),
    "a suspicion in an access package": added(
        "suspicions",
        Suspicion(
            id="u2", detected_us=AT - DAY, filed_us=None, has_suspect=True, is_sealed=True, seen_in=("access package",)
        ),
    ),
    "a seller nobody knows": change("sellers", is_identified=False),
}


def test_sixty_violations_are_caught_and_a_clean_run_is_quiet() -> None:
    assert len(VIOLATIONS) == 60
    missed = [told for told, violate in VIOLATIONS.items() if "fail" not in verdicts(violate(clean())).values()]
    assert missed == []
    false_alarms = [name for name, verdict in verdicts(clean()).items() if verdict == "fail"]
    assert len(false_alarms) <= 1


def test_an_attestation_with_no_document_is_none() -> None:
    bare = Attestation(id="a", control="GDPR-35", made_us=AT - DAY, expires_us=AT + DAY, digest="")
    [result] = assess(Facts(attestations=(bare,)), AT, only=("GDPR-35",)).results
    assert result.finding.verdict == "fail"


def test_a_disclosure_row_is_refused_a_name_it_does_not_have() -> None:
    with pytest.raises(TypeError):
        Disclosed(id="d", colour="red")  # type: ignore[call-arg]
