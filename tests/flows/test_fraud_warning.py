"""A payment provider's early fraud warning names its own payment only, and still finds the order it is about."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sealane
from orders import event, order
from sealane.flows.reception import Call, receive_event
from sealane.interchange.inbox.mapping import map_document
from sealane.interchange.inbox.source import SOURCES
from sealane.model.decoding import decode_event
from sealane.model.errors import Conflict, NotFound
from sealane.model.party import OPERATOR
from webhooks import examples


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[sealane.Sealane]:
    with sealane.open(tmp_path) as opened:
        yield opened


def warning(payment: str) -> dict[str, Any]:
    told = next(each["body"] for each in examples("stripe") if each["kind"] == "verdict.recorded")
    told["data"]["object"]["payment_intent"] = payment
    (mapped,) = map_document(SOURCES["stripe"].events, told)
    assert mapped.kind is not None
    assert mapped.reference == payment
    return event(mapped.kind, attributes=mapped.attributes, reference=mapped.reference)


def test_a_warning_marks_the_order_and_holds_what_comes_after(lane: sealane.Sealane) -> None:
    made = lane.place(json.dumps(order(payment__psp_reference="pi_777")).encode())
    lane.report(json.dumps(warning("pi_777")).encode())
    paid = lane.report(json.dumps(event("payout.requested", order=made.order_id)).encode())
    assert paid.decision is not None
    assert "order_already_fraud" in paid.decision.rules


def test_an_orders_own_reference_goes_before_the_providers(lane: sealane.Sealane) -> None:
    lane.place(json.dumps(order(payment__psp_reference="SO-OWN")).encode())
    own = lane.place(json.dumps(order("SO-OWN", payment__psp_reference="pi_1")).encode())
    told = event("payment.captured", reference="SO-OWN")
    lane.report(json.dumps(told).encode())
    with lane.rooms.database.reader() as conn:
        named = [row[0] for row in conn.execute("SELECT order_id FROM events")]
    assert named == [own.order_id]


def test_a_payment_of_another_merchant_or_of_nobody_names_nothing(lane: sealane.Sealane) -> None:
    lane.place(json.dumps(order(payment__psp_reference="pi_9")).encode(), merchant="Other")
    for payment in ("pi_9", "pi_none"):
        with pytest.raises(NotFound):
            lane.report(json.dumps(warning(payment)).encode())
    lane.place(json.dumps(order(payment__psp_reference="pi_9")).encode())
    told = json.dumps(warning("pi_9")).encode()
    with pytest.raises(Conflict):
        received(lane, told)


def received(lane: sealane.Sealane, told: bytes) -> None:
    """Take an event from somebody who may speak about every merchant's orders."""
    call = Call(OPERATOR, told)
    lane.rooms.database.run(lambda tx: receive_event(lane.rooms, call, decode_event(told), tx))
