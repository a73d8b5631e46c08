"""What the controls are judged by comes from the rooms: how much a fresh installation can show, and what changes it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import sealane
from orders import event, order
from sealane.flows.erase import erase
from sealane.flows.oversight.controls import judge
from sealane.flows.oversight.facts import collect
from sealane.flows.oversight.reportable import payees, sellers
from sealane.flows.privacy.access import export
from sealane.flows.privacy.waybill import WaybillRequest, make_waybill
from sealane.keys.secrets import digest, new_secret
from sealane.model.cards.number import card_decoder
from sealane.model.clock import to_micros
from sealane.model.order import OrderResult
from sealane.model.party import OPERATOR, Party, PartyRequest
from sealane.storage import outbox, parties
from sealane.supervision.controls.facts import Facts
from sealane.supervision.incidents.record import Incident, Moment, Sending
from sealane.supervision.rates.ledger import Geography, Ledger, Payment
from sealane.vault.erasure.holds import HoldRequest, set_hold

MEASURABLE = 100
ACROSS_A_BORDER = 100
EVERY_PART = 95


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[sealane.Sealane]:
    with sealane.open(tmp_path) as opened:
        yield opened


def placed(lane: sealane.Sealane, account: str) -> OrderResult:
    return lane.place(json.dumps(order(shopper__account=account)).encode())


def facts_of(lane: sealane.Sealane) -> Facts:
    with lane.rooms.database.reader() as conn:
        return collect(lane.rooms, conn, lane.folder, lane.clock())


def verdicts(lane: sealane.Sealane) -> dict[str, str]:
    with lane.rooms.database.reader() as conn:
        found = judge(lane.rooms, conn, lane.folder, lane.clock(), Facts(), ())
    return {each.control_id: each.finding.verdict for each in found.results}


def test_a_fresh_installation_with_one_merchant_measures_most_controls(lane: sealane.Sealane) -> None:
    lane.merchant("Lamps")
    found = verdicts(lane)
    assert sum(each != "not_measurable" for each in found.values()) >= MEASURABLE
    assert found["PCI-7.2.4"] == found["PCI-10.7.2"] == found["PCI-3.3.1"] == "pass"
    assert found["GACC-194"] == found["US-ACAS-E"] == "not_applicable"


def test_orders_across_a_border_leave_open_what_is_only_known_elsewhere(lane: sealane.Sealane) -> None:
    placed(lane, "anybody")
    found = verdicts(lane)
    assert sum(each != "not_measurable" for each in found.values()) >= ACROSS_A_BORDER
    assert found["PCI-6.3.3"] == "not_measurable"
    assert found["CNED-LABEL"] == found["CNED-MKT"] == "not_applicable", "nobody has labelled or handed over anything"
    assert found["GACC-194"] == "pass"
    assert found["US-ACAS-E"] == "not_applicable"
    assert found["GDPR-5.1e"] == found["PCI-3.2.1"] == "pass"


def test_one_installation_that_plays_every_part_measures_most_controls(lane: sealane.Sealane) -> None:
    for role in ("merchant", "psp", "carrier", "broker", "platform", "authority"):
        request = PartyRequest(name=role.title(), roles=(role,), country="PT")
        lane.rooms.database.run(lambda tx, request=request: parties.add(tx, request, digest(new_secret("sk"))))
    made = placed(lane, "anybody")
    found = verdicts(lane)
    assert sum(each != "not_measurable" for each in found.values()) >= EVERY_PART
    assert found["ICS2-ENS"] == found["UPU-EAD"] == found["IPR-VOP"] == found["CESOP"] == "not_applicable"
    assert found["DAC7"] == found["INFORM"] == "not_applicable"
    assert found["DSA-30"] == "not_measurable", "whether a seller was identified is told by nobody"
    what_happens_elsewhere_opens_what_is_filed_and_drawn_there(lane, made.order_id)
    card = {"number": "4242424242424242", "expiry_month": 12, "expiry_year": 2030, "holder": "A"}
    lane.rooms.database.run(lambda tx: lane.rooms.vault.add_card(tx, "mer_1", card_decoder.decode(json.dumps(card))))
    facts = facts_of(lane)
    assert facts.audit_lines is None, "from where a card was used is not kept"
    assert facts.endpoints is None, "how the ends speak that card data go to is not kept"


def what_happens_elsewhere_opens_what_is_filed_and_drawn_there(lane: sealane.Sealane, order_id: str) -> None:
    def happen(kind: str) -> Facts:
        lane.report(json.dumps(event(kind, order=order_id)).encode())
        return facts_of(lane)

    facts = happen("consignment.label_created")
    assert (facts.labels, facts.manifests, facts.deliveries, facts.payee_checks) == (None, (), (), ())
    assert facts.authority_requests == (), "customs have not seen the goods yet"
    facts = happen("consignment.handed_over")
    assert facts.manifests is facts.authority_requests is None
    assert happen("consignment.delivered").deliveries is None
    assert happen("payout.requested").payee_checks is None
    assert facts.audit_lines == facts.endpoints == ()


DAY_US = 86_400_000_000
NOVEMBER_US = to_micros(datetime(2026, 11, 22, tzinfo=UTC))
AUGUST_US = to_micros(datetime(2026, 8, 10, tzinfo=UTC))


def ledger_of(count: int, *, at_us: int = AUGUST_US, geography: Geography = "intra-eea") -> Ledger:
    paid = (Payment(f"p{n}", at_us + n, 100_00, "psp", "mer_1", geography=geography) for n in range(count))
    return Ledger(tuple(paid), ())


def returned(end: datetime) -> Incident:
    moments: dict[Moment, int] = {"quarter_end": to_micros(end)}
    sent = (Sending("tax", "cesop", NOVEMBER_US),)
    return Incident("inc_1", "pty_1", "Return", "return", "PT", ("tax",), moments, sent=sent)


def test_payees_of_many_payments_from_abroad_are_rows_once_their_return_is_noted() -> None:
    assert payees(ledger_of(25), (), NOVEMBER_US) == ()
    assert payees(ledger_of(26), (), NOVEMBER_US) is None, "who was reported is known elsewhere"
    assert payees(ledger_of(26, geography="domestic"), (), NOVEMBER_US) == ()
    assert payees(ledger_of(26, at_us=NOVEMBER_US - DAY_US), (), NOVEMBER_US) == (), "the quarter is not over"
    for end in (datetime(2026, 9, 30, 23, 59, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)):
        (row,) = payees(ledger_of(26), (returned(end),), NOVEMBER_US) or ()
        assert (row.id, row.payments, row.reported_us) == ("mer_1 2026-09-30", 26, NOVEMBER_US)
    assert payees(ledger_of(26), (returned(datetime(2026, 7, 1, tzinfo=UTC)),), NOVEMBER_US) is None


def test_sellers_are_the_merchants_with_what_they_sold_last_year() -> None:
    shop, abroad = (Party(f"mer_{n}", "Shop", ("merchant",), country) for n, country in ((1, "PT"), (2, "US")))
    last_year = AUGUST_US - 366 * DAY_US
    (one, other) = sellers(ledger_of(40, at_us=last_year), (shop, abroad), NOVEMBER_US) or ()
    assert (one.sales, one.value_eur_minor, one.is_selling, one.is_identified) == (40, 400_000, True, None)
    assert (other.sales, other.is_selling) == (0, False)
    american = Party("mer_1", "Shop", ("merchant",), "US")
    assert sellers(ledger_of(200), (american,), NOVEMBER_US) is None, "it may be one of high volume"
    assert sellers(Ledger((), (), left_out=1), (shop,), NOVEMBER_US) is None


def test_wishes_of_shoppers_are_facts(lane: sealane.Sealane) -> None:
    gone, asks = placed(lane, "gone"), placed(lane, "asks")
    lane.rooms.database.run(lambda tx: erase(lane.rooms, gone.subject_id, tx))
    lane.rooms.database.run(lambda tx: export(lane.rooms, OPERATOR, asks.subject_id, tx))
    facts = facts_of(lane)
    assert sorted(each.kind for each in facts.requests or ()) == ["access", "erasure", "export"]
    assert all(each.is_key_destroyed for each in facts.requests or ())
    assert {each.id: each.is_readable for each in facts.vault or ()} == {gone.subject_id: False, asks.subject_id: True}
    assert {verdicts(lane)[name] for name in ("GDPR-12.3", "GDPR-15", "GDPR-17", "GDPR-20")} == {"pass"}


def test_a_law_that_holds_data_and_a_label_without_a_name_are_facts(lane: sealane.Sealane) -> None:
    made = placed(lane, "held")
    hold = HoldRequest(law="HGB section 257", reason="audit")
    lane.rooms.database.run(lambda tx: set_hold(tx, made.subject_id, hold))
    request = PartyRequest(name="Fast Wings", roles=("carrier",), country="PT")
    carrier = lane.rooms.database.run(lambda tx: parties.add(tx, request, digest(new_secret("sk"))))
    asked = WaybillRequest(consignment=made.consignment_ids[0], party_id=carrier.party_id)
    lane.rooms.database.run(lambda tx: make_waybill(lane.rooms, OPERATOR, asked, tx))
    facts = facts_of(lane)
    assert [each.holds for each in facts.vault or ()] == [("HGB section 257",)]
    assert [each.shows_identity for each in facts.labels or ()] == [False]
    assert len(facts.accounts or ()) == 2


def test_a_card_number_on_its_way_out_is_found(lane: sealane.Sealane) -> None:
    made = placed(lane, "leaks")
    assert verdicts(lane)["PCI-3.3.1"] == "pass"
    body = b'{"note":"4242424242424242"}'
    lane.rooms.database.run(lambda tx: outbox.add(tx, "order.decided", made.order_id, body))
    assert verdicts(lane)["PCI-3.3.1"] == "fail"


def test_a_key_that_lies_open_in_the_ring_is_found(lane: sealane.Sealane) -> None:
    lane.merchant("Lamps")
    assert verdicts(lane)["PCI-3.7"] == "pass"
    path = lane.folder / "keyring.json"
    ring = json.loads(path.read_bytes())
    ring["keys"][0]["wrapped"] = ring["keys"][1]["wrapped"]
    path.write_text(json.dumps(ring), encoding="utf-8")
    assert verdicts(lane)["PCI-3.7"] == "fail"


def test_a_changed_tile_and_a_cut_log_are_found(lane: sealane.Sealane) -> None:
    placed(lane, "anybody")
    lane.rooms.log.integrate()
    assert [head.is_consistent for head in facts_of(lane).tree_heads or ()] == [True]
    assert verdicts(lane)["PCI-10.4.1.1"] == verdicts(lane)["PCI-10.5.1"] == "pass"
    for tile in (lane.folder / "log" / "tile").rglob("*"):
        if tile.is_file():
            tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])
    assert [head.is_consistent for head in facts_of(lane).tree_heads or ()] == [False]
    assert verdicts(lane)["PCI-10.4.1.1"] == verdicts(lane)["PCI-10.5.1"] == "fail"


def test_a_password_in_the_settings_is_found(lane: sealane.Sealane) -> None:
    lane.merchant("Lamps")
    assert verdicts(lane)["PCI-8.4.2"] == "pass"
    (lane.folder / "more.toml").write_text('password = "hunter2hunter2"\n', encoding="utf-8")
    assert verdicts(lane)["PCI-8.4.2"] == "fail"


def test_what_a_decision_looked_at_is_read_from_its_record(lane: sealane.Sealane) -> None:
    lane.place(json.dumps(order(shopper__account="a", shopper__device="fp_1")).encode())
    lane.place(json.dumps(order(shopper__account="b", shopper__device=None, reference="SO-2")).encode())
    seen = [set(each.factors) for each in facts_of(lane).decisions or ()]
    assert sorted("device" in each for each in seen) == [False, True]
    assert all({"amount", "known_scenarios"} <= each and "malware" not in each for each in seen)
