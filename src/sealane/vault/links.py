"""Links and traits: what stays visible of a person once the values are sealed.

Each value is brought into one spelling and blinded under its kind, so an e-mail address gives the same link whether
the shopper or the consignee has it. Accounts are known per merchant, couriers and depots per carrier.
"""

from typing import NamedTuple

from sealane.keys.blinding import Blinder
from sealane.model.consignment import ConsignmentRequest
from sealane.model.event import Attributes, RequestedBy
from sealane.model.order import Order, OrderRequest, Shopper
from sealane.model.payment import PaymentRequest
from sealane.model.personal import Address, PickupPoint, Text
from sealane.model.sealed import (
    ConsignmentLinks,
    ConsignmentTraits,
    EventSeal,
    Link,
    OrderLinks,
    OrderTraits,
)
from sealane.vault.mailboxes import kind_of, resembles
from sealane.vault.normalise import (
    normalise_city,
    normalise_email,
    normalise_ip,
    normalise_name,
    normalise_phone,
    normalise_postcode,
    phone_country,
    split_words,
)
from sealane.vault.streets import place_of

__all__ = ["Linker", "OrderView"]


class OrderView(NamedTuple):
    """The links and traits of an order; the tuples run parallel to its consignments."""

    links: OrderLinks
    traits: OrderTraits
    consignment_links: tuple[ConsignmentLinks, ...]
    consignment_traits: tuple[ConsignmentTraits, ...]


class _Party(NamedTuple):
    """Whoever pays or receives, each value in its one spelling and never empty."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    postcode: str | None = None
    building: str | None = None
    unit: str | None = None
    has_suite_code: bool | None = None


_NOBODY = _Party()


class Linker:
    """Blinds the values of orders and events; needs nothing but the blinder of the scope `links`."""

    def __init__(self, blinder: Blinder) -> None:
        self._blind = blinder.link

    def order(self, merchant_id: str, request: OrderRequest, card: Link | None) -> OrderView:
        """Return what stays visible of an order; the card's link comes from whoever knows the card."""
        billing = _NOBODY
        if request.payment.billing_address is not None:
            billing = _party(request.payment.billing_address)
        buyer = _buyer(request)
        payer = _Party(
            buyer.name or billing.name,
            buyer.email or billing.email,
            buyer.phone or billing.phone,
            billing.postcode,
            billing.building,
        )
        links = self._order_links(merchant_id, request.shopper, payer, card)
        consignees = [_party(consignment.consignee) for consignment in request.consignments]
        return OrderView(
            links,
            _order_traits(payer, buyer.name, billing.name),
            tuple(
                [
                    self._consignment_links(consignee, consignment, payer, links)
                    for consignee, consignment in zip(consignees, request.consignments, strict=True)
                ]
            ),
            tuple([_consignment_traits(consignee, payer) for consignee in consignees]),
        )

    def card(self, payment: PaymentRequest) -> Link | None:
        """Return the link of a card that the PSP knows by its own fingerprint; PSPs know different ones."""
        if payment.card is None or payment.card.fingerprint is None:
            return None
        return self._blind("card", f"{payment.psp or ''} {payment.card.fingerprint.open_for_sealing()}")

    def card_number(self, digits: str) -> Link:
        """Return the link of a card whose number we know, equal for all merchants."""
        return self._blind("card", digits)

    def event(self, record_id: str, order: Order, attributes: Attributes) -> EventSeal:
        """Return what stays visible of an event's attributes."""
        asker = attributes.requested_by or RequestedBy()
        address = attributes.new_address
        party = _NOBODY if address is None else _party(address)
        country = order.consignments[0].consignee_country if order.consignments else order.payment.billing_country
        email = party.email if asker.email is None else _email(asker.email)
        phone = party.phone if asker.phone is None else _phone(asker.phone, address.country if address else country)
        ip, network = _ip(asker.ip)
        return EventSeal(
            record_id=record_id,
            address=self._blind("address", party.building),
            unit=self._blind("unit", party.unit),
            postcode=self._blind("postcode", party.postcode or _event_postcode(attributes, country)),
            name=self._blind("name", party.name),
            phone=self._blind("phone", phone),
            email=self._blind("email", email),
            pickup_point=self._pickup_point(attributes.pickup_point),
            ip=self._blind("ip", ip),
            network=self._blind("network", network),
            device=self._blind("device", _plain(asker.device)),
            courier=self._carrier_link("courier", order, attributes.courier),
            depot=self._carrier_link("depot", order, attributes.depot),
            has_suite_code=party.has_suite_code,
            phone_country=phone_country(phone),
        )

    def _order_links(self, merchant_id: str, shopper: Shopper, payer: _Party, card: Link | None) -> OrderLinks:
        email = payer.email
        ip, network = _ip(shopper.ip)
        account = None if shopper.account is None else f"{merchant_id} {shopper.account.open_for_sealing()}"
        return OrderLinks(
            account=self._blind("account", account),
            card=card,
            name=self._blind("name", payer.name),
            email=self._blind("email", email),
            email_domain=self._blind("email_domain", None if email is None else email.rpartition("@")[2]),
            phone=self._blind("phone", payer.phone),
            device=self._blind("device", _plain(shopper.device)),
            ip=self._blind("ip", ip),
            network=self._blind("network", network),
            billing_address=self._blind("address", payer.building),
        )

    def _consignment_links(
        self, consignee: _Party, request: ConsignmentRequest, payer: _Party, known: OrderLinks
    ) -> ConsignmentLinks:
        # Most parcels go to whoever pays, and a link that is known already need not be made again.
        link = self._blind
        return ConsignmentLinks(
            address=known.billing_address
            if consignee.building == payer.building
            else link("address", consignee.building),
            unit=link("unit", consignee.unit),
            postcode=link("postcode", consignee.postcode),
            name=known.name if consignee.name == payer.name else link("name", consignee.name),
            email=known.email if consignee.email == payer.email else link("email", consignee.email),
            phone=known.phone if consignee.phone == payer.phone else link("phone", consignee.phone),
            pickup_point=self._pickup_point(request.pickup_point),
            shipper=None if request.shipper is None else link("shipper", _shipper(request.shipper)),
        )

    def _pickup_point(self, point: PickupPoint | None) -> Link | None:
        if point is None:
            return None
        return self._blind("pickup_point", f"{point.country} {''.join(split_words(point.id.open_for_sealing()))}")

    def _carrier_link(self, kind: str, order: Order, value: Text | None) -> Link | None:
        if value is None:
            return None
        carriers = {consignment.carrier or "" for consignment in order.consignments}
        carrier = carriers.pop() if len(carriers) == 1 else ""
        return self._blind(kind, f"{carrier} {value.open_for_sealing().strip()}")


def _buyer(request: OrderRequest) -> _Party:
    shopper, billing = request.shopper, request.payment.billing_address
    country = None
    if billing is not None:
        country = billing.country
    elif request.consignments:
        country = request.consignments[0].consignee.country
    return _Party(
        None if shopper.name is None else _name(shopper.name),
        None if shopper.email is None else _email(shopper.email),
        None if shopper.phone is None else _phone(shopper.phone, country),
    )


def _party(address: Address) -> _Party:
    country = address.country
    place = place_of([line.open_for_sealing() for line in address.lines]) if address.lines else None
    postcode = None if address.postcode is None else _postcode(address.postcode, country)
    building = unit = None
    if place is not None:
        city = "" if address.city is None else normalise_city(address.city.open_for_sealing())
        area = f"{postcode or country}, {city}, "
        building, unit = area + place.building, area + place.unit
    return _Party(
        None if address.name is None else _name(address.name),
        None if address.email is None else _email(address.email),
        None if address.phone is None else _phone(address.phone, country),
        postcode,
        building,
        unit,
        None if place is None else place.has_suite_code,
    )


def _plain(text: Text | None) -> str | None:
    return None if text is None else text.open_for_sealing().strip() or None


def _ip(text: Text | None) -> tuple[str | None, str | None]:
    plain = _plain(text)
    return (None, None) if plain is None else normalise_ip(plain)


def _name(text: Text) -> str | None:
    return normalise_name(text.open_for_sealing()) or None


def _email(text: Text) -> str | None:
    return normalise_email(text.open_for_sealing()) or None


def _phone(text: Text, country: str | None) -> str | None:
    return normalise_phone(text.open_for_sealing(), country) or None


def _postcode(text: Text, country: str) -> str:
    return normalise_postcode(text.open_for_sealing(), country)


def _shipper(address: Address) -> str:
    """Return how a shipper is known: by name and country, or by the place when it has no name."""
    name = None if address.name is None else _name(address.name)
    return f"{address.country} {name}" if name else _party(address).building or address.country


def _event_postcode(attributes: Attributes, country: str | None) -> str | None:
    """Return where the event takes or places the goods: the new pick-up point, else the scan."""
    point, location = attributes.pickup_point, attributes.location
    if point is not None and point.postcode is not None:
        return _postcode(point.postcode, point.country)
    if location is not None and location.postcode is not None:
        return _postcode(location.postcode, location.country or country or "")
    return None


def _order_traits(payer: _Party, buyer_name: str | None, billing_name: str | None) -> OrderTraits:
    email, name = payer.email, payer.name
    return OrderTraits(
        email_kind=None if email is None else kind_of(email.rpartition("@")[2]),
        email_resembles_name=None if email is None or name is None else resembles(email, name),
        phone_country=phone_country(payer.phone),
        billing_name_matches=_equal(buyer_name, billing_name),
    )


def _consignment_traits(consignee: _Party, payer: _Party) -> ConsignmentTraits:
    return ConsignmentTraits(
        name_matches_payer=_equal(consignee.name, payer.name),
        phone_matches_payer=_equal(consignee.phone, payer.phone),
        email_matches_payer=_equal(consignee.email, payer.email),
        address_matches_billing=_equal(consignee.building, payer.building),
        postcode_matches_billing=_equal(consignee.postcode, payer.postcode),
        has_suite_code=consignee.has_suite_code,
        phone_country=phone_country(consignee.phone),
    )


def _equal(first: str | None, second: str | None) -> bool | None:
    return None if first is None or second is None else first == second
