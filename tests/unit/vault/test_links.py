from typing import Any

import pytest

from sealane.model.sealed import ConsignmentLinks, EventSeal, OrderLinks
from vaults import Lane, request, stored

PICKUP = {"id": "L-7", "name": "Locker 7", "postcode": "1100-053", "country": "PT"}


def given(record: Any) -> set[str]:
    return {name for name in record.__struct_fields__ if getattr(record, name) is not None}


def test_an_order_shows_links_of_everything_it_gives(lane: Lane) -> None:
    seal = lane.seal(request(consignments__0__pickup_point=PICKUP))
    assert given(seal.links) == set(OrderLinks.__struct_fields__)
    assert given(seal.consignment_links[0]) == set(ConsignmentLinks.__struct_fields__)
    assert all(len(getattr(seal.links, name)) == 16 for name in given(seal.links))


def test_nothing_given_shows_nothing(lane: Lane) -> None:
    bare = {"consignee": {"country": "PT"}}
    seal = lane.seal(request(shopper={}, payment__billing_address=None, payment__card=None, consignments=[bare]))
    for record in (seal.links, seal.traits, seal.consignment_links[0], seal.consignment_traits[0]):
        assert not given(record)


@pytest.mark.parametrize("empty", ["", "  ", "-"])
def test_empty_values_link_nobody(lane: Lane, empty: str) -> None:
    shopper = dict.fromkeys(("name", "email", "phone", "ip", "device"), empty)
    seal = lane.seal(request(shopper=shopper, payment__billing_address=None))
    assert seal.links.name is None
    assert seal.links.device is None or empty == "-"
    assert seal.links.network is None


def test_equal_people_have_equal_links_on_both_sides(lane: Lane) -> None:
    seal = lane.seal(request(consignments__0__consignee__name="SILVA, Ána"))
    consignee = seal.consignment_links[0]
    assert consignee.name == seal.links.name
    assert consignee.email == seal.links.email
    assert consignee.phone == seal.links.phone
    assert consignee.address == seal.links.billing_address
    assert consignee.unit != consignee.address


def test_different_people_have_different_links(lane: Lane) -> None:
    seal = lane.seal(
        request(
            consignments__0__consignee={
                "name": "Bo Li", "lines": ["Main St 5"], "city": "Lisboa", "postcode": "1100-053", "country": "PT",
                "phone": "+351910000000", "email": "bo@example.com",
            }
        )
    )  # fmt: skip
    ours, theirs = seal.links, seal.consignment_links[0]
    assert not {ours.name, ours.email, ours.phone, ours.billing_address} & {
        theirs.name, theirs.email, theirs.phone, theirs.address,
    }  # fmt: skip


def test_links_stay_the_same_for_all_merchants_but_the_accounts(lane: Lane) -> None:
    first, second = lane.seal(request(), "mer_a"), lane.seal(request(), "mer_b")
    assert first.links.account != second.links.account
    assert first.links.email == second.links.email
    assert first.links.card == second.links.card
    assert first.consignment_links == second.consignment_links


def test_a_card_is_told_apart_by_psp(lane: Lane) -> None:
    stripe, adyen = lane.seal(request()), lane.seal(request(payment__psp="adyen"))
    assert stripe.links.card != adyen.links.card
    assert stripe.card is not None
    assert (stripe.card.bin, stripe.card.last4, stripe.card.token) == ("424242", "4242", None)
    bare = lane.seal(request(payment__card={"bin": "424242", "last4": "4242"}))
    assert bare.links.card is None


def test_traits_of_whoever_pays(lane: Lane) -> None:
    traits = lane.seal(request()).traits
    assert (traits.email_kind, traits.email_resembles_name, traits.phone_country, traits.billing_name_matches) == (
        "other", True, "PT", True,
    )  # fmt: skip
    other = lane.seal(
        request(shopper__email="x9@gmail.com", shopper__phone="+12025550123", shopper__name="Bo Li")
    ).traits
    assert (other.email_kind, other.email_resembles_name, other.phone_country, other.billing_name_matches) == (
        "free", False, "US", False,
    )  # fmt: skip


def test_traits_of_whoever_receives(lane: Lane) -> None:
    traits = lane.seal(request()).consignment_traits[0]
    assert all(getattr(traits, name) is True for name in traits.__struct_fields__ if "matches" in name)
    assert traits.has_suite_code is False
    assert traits.phone_country == "PT"
    forwarder = {
        "name": "Ana Silva", "lines": ["8400 NW 25th St", "Suite 12345"], "city": "Doral", "region": "FL",
        "postcode": "33198", "country": "US", "phone": "305 555 0100",
    }  # fmt: skip
    other = lane.seal(request(consignments__0__consignee=forwarder)).consignment_traits[0]
    assert other.name_matches_payer is True
    assert other.phone_matches_payer is False
    assert other.email_matches_payer is None
    assert other.address_matches_billing is False
    assert other.postcode_matches_billing is False
    assert other.has_suite_code is True
    assert other.phone_country == "US"


def test_the_billing_address_speaks_for_a_silent_shopper(lane: Lane) -> None:
    seal = lane.seal(request(shopper={"account": "a-77"}))
    assert seal.links.name is not None
    assert seal.traits.billing_name_matches is None
    assert seal.consignment_traits[0].name_matches_payer is True


def test_each_consignment_has_its_own(lane: Lane) -> None:
    other = {"consignee": {"name": "Bo Li", "country": "ES"}}
    seal = lane.seal(request(consignments=[other, {"consignee": {"name": "Ana Silva", "country": "PT"}}]))
    assert [traits.name_matches_payer for traits in seal.consignment_traits] == [False, True]
    assert seal.consignment_links[0].name != seal.consignment_links[1].name == seal.links.name


REROUTE = b"""{"new_address": {"name": "Ana Silva", "lines": ["Rua Augusta 10", "3 Dto"], "city": "Lisboa",
    "postcode": "1100-053", "country": "PT"},
  "requested_by": {"channel": "web", "ip": "203.0.113.9", "device": "fp_5d1c", "phone": "912 345 678",
    "email": "ana@example.com"}, "courier": "17", "depot": "LIS-1", "favourite_colour": "green"}"""


def test_an_event_shows_the_same_links_as_the_order(lane: Lane) -> None:
    asked = request()
    seal = lane.seal(asked)
    event = lane.seal_event(stored(asked, seal), REROUTE)
    payer, consignee = seal.links, seal.consignment_links[0]
    assert (event.name, event.email, event.phone) == (payer.name, payer.email, payer.phone)
    assert (event.ip, event.network, event.device) == (payer.ip, payer.network, payer.device)
    assert (event.address, event.unit, event.postcode) == (consignee.address, consignee.unit, consignee.postcode)
    assert event.phone_country == "PT"
    assert event.has_suite_code is False
    assert event.courier != event.depot


def test_an_event_without_attributes_shows_nothing(lane: Lane) -> None:
    asked = request()
    assert given(lane.seal_event(stored(asked, lane.seal(asked)), b"{}")) == {"record_id"}


def test_where_goods_are_taken_or_scanned(lane: Lane) -> None:
    asked = request(consignments__0__pickup_point=PICKUP)
    seal = lane.seal(asked)
    of = stored(asked, seal)
    scanned = lane.seal_event(of, b'{"location": {"country": "PT", "postcode": "1100 053", "lat": 38.7, "lon": -9.1}}')
    assert scanned.postcode == seal.consignment_links[0].postcode
    held = lane.seal_event(of, b'{"pickup_point": {"id": "l7", "country": "PT", "postcode": "4000-001"}}')
    assert held.pickup_point == seal.consignment_links[0].pickup_point
    assert held.postcode not in {None, scanned.postcode}
    nowhere = lane.seal_event(of, b'{"location": {"postcode": "1100-053"}}')
    assert nowhere.postcode == scanned.postcode


def couriers(lane: Lane, *carriers: str | None) -> EventSeal:
    consignments = [{"consignee": {"country": "PT"}, "carrier": carrier} for carrier in carriers]
    asked = request(consignments=consignments)
    return lane.seal_event(stored(asked, lane.seal(asked)), b'{"courier": "17", "depot": "17"}')


def test_couriers_and_depots_are_numbered_by_their_carriers(lane: Lane) -> None:
    assert couriers(lane, "dhl").courier == couriers(lane, "dhl", "dhl").courier
    assert couriers(lane, "dhl").courier != couriers(lane, "ups").courier
    assert couriers(lane, "dhl", "ups").courier == couriers(lane, None).courier
