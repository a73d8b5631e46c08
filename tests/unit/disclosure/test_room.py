"""The room: secrets that are kept nowhere, and events that open and end grants."""

from typing import Any

import pytest

from sealane.disclosure import Disclosure
from sealane.model.errors import GrantSpent, NotFound
from sealane.model.event import Event, EventKind
from sealane.model.ids import new_id
from sealane.model.sealed import EventSeal


def scan(grant: Any, kind: EventKind, **changes: Any) -> Event:
    told = {"accepted_as": "confirmed", "country": "PT", "consignment_id": grant.consignment_id, **changes}
    return Event(new_id("evt"), "pty_1", new_id("evt"), kind, 1, 1, grant.order_id, seal=EventSeal("rec_1"), **told)


def test_a_secret_is_256_bits_made_again_and_found_by_its_digest_only(room: Any) -> None:
    grant = room.issue()
    secret = room.disclosure.secret(grant)
    assert len(secret) == len("gnt_") + 43
    assert room.run(lambda tx: room.disclosure.grant(tx, secret)).reference == grant.reference
    with pytest.raises(NotFound):
        room.run(lambda tx: room.disclosure.grant(tx, grant.reference))
    for file in room.lane.folder.glob("sealane.db*"):
        assert secret.encode() not in file.read_bytes()


def test_a_secret_can_be_told_again_after_one_new_key_and_used_after_any_number(room: Any) -> None:
    grant = room.issue()
    secret = room.disclosure.secret(grant)
    ring = room.disclosure._ring
    ring.rotate_blinder("grants")
    assert room.disclosure.secret(grant) == secret
    assert room.disclosure.secret(room.issue()) != secret
    ring.destroy("blind/grants", below=2)
    with pytest.raises(NotFound, match="told again"):
        room.disclosure.secret(grant)
    assert room.run(lambda tx: room.disclosure.grant(tx, secret)) == grant


def test_the_last_use_is_taken_once(room: Any) -> None:
    grant = room.issue(expires_us=1 << 61)
    room.run(lambda tx: room.disclosure.use(tx, grant))
    with pytest.raises(GrantSpent):
        room.run(lambda tx: room.disclosure.use(tx, grant))


@pytest.mark.parametrize(
    ("event", "revoked"),
    [
        ({"kind": "consignment.delivered"}, True),
        ({"kind": "consignment.lost"}, True),
        ({"kind": "consignment.delivered", "accepted_as": "claimed"}, False),
        ({"kind": "consignment.delivered", "consignment_id": "cns_other"}, False),
        ({"kind": "consignment.out_for_delivery"}, False),
        ({"kind": "payment.captured"}, False),
    ],
)
def test_delivery_ends_the_last_mile(room: Any, event: dict[str, Any], revoked: bool) -> None:
    grant = room.issue(consignment_id="cns_1", expires_us=1 << 61)
    told = scan(grant, **event)
    room.run(lambda tx: room.disclosure.follow(tx, told, "PT"))
    assert (room.again(grant).revoked_us is not None) is revoked


def test_export_ends_a_day_after_departure(room: Any) -> None:
    grant = room.issue(audience="export-carrier", purpose="export", leg="export", expires_us=1 << 61)
    room.run(lambda tx: room.disclosure.follow(tx, scan(grant, "consignment.export_departed"), "PT"))
    left = room.again(grant).expires_us - room.clock.now_us
    assert 0 <= 24 * 3_600_000_000 - left < 1_000


def test_arrival_elsewhere_opens_nothing(room: Any) -> None:
    grant = room.issue(is_waiting=True, not_before_us=1 << 62, expires_us=1 << 61)
    for country, waits in (("DE", 1), ("PT", 0)):
        room.run(
            lambda tx, at=country: room.disclosure.follow(tx, scan(grant, "consignment.arrived", country=at), "PT")
        )
        assert room.again(grant).is_waiting == waits


def test_links_carry_the_address_that_shoppers_reach(room: Any) -> None:
    order_id = new_id("ord")
    link = room.disclosure.shopper_link(order_id)
    assert room.disclosure.order_of(link.removeprefix("/p/")) == order_id
    assert isinstance(room.disclosure, Disclosure)
