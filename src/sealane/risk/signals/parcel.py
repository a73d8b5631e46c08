"""Where it goes and what is in it: places, consignees and goods, alone or beside the payment."""

from sealane.model.decision import STAGES, Side, Stage
from sealane.risk.signals.declaration import Differs, Form, Novel, Present, Ratio, Since, Unit, Value, Window
from sealane.risk.signals.velocity import ON_GOODS, span

__all__ = ["PARCEL"]

CHECKOUT: tuple[Stage, ...] = ("checkout",)
EARLY: tuple[Stage, ...] = ("checkout", "dispatch")
_TO = {
    "address": "to this address",
    "building": "to any flat or suite of this building",
    "pickup_point": "to this pick-up point",
    "consignee_phone": "to this consignee's phone number",
}


def _sent(key: str, *widths: str) -> tuple[Form, ...]:
    """Return how many consignments went to a place or person, for several widths."""
    return tuple(
        Window(
            name=f"{key}_consignments_{width}",
            side="consignment",
            unit="consignments",
            stages=EARLY,
            text=f"Consignments ordered {_TO[key]} in {span(width)}",
            take="count",
            of="orders",
            by=(key,),
            width=width,
        )
        for width in widths
    )


def _shared(unit: Unit, key: str, width: str, *, side: Side = "joint", field: str | None = None) -> Form:
    """Return how many different payers or names stand behind one place or person."""
    return Window(
        name=f"{unit}_per_{key}_{width}",
        side=side,
        unit=unit,
        stages=EARLY,
        text=f"Different {unit} behind the consignments {_TO[key]} in {span(width)}",
        take="distinct",
        of="orders",
        by=(key,),
        field=field or unit.removesuffix("s"),
        width=width,
    )


def _spread(key: str, field: str, unit: Unit, width: str) -> Form:
    """Return to how many different places or people one payer ships."""
    return Window(
        name=f"{unit}_per_{key}_{width}",
        side="joint",
        unit=unit,
        stages=CHECKOUT,
        text=f"Different {unit} this {key} shipped to in {span(width)}",
        take="distinct",
        of="orders",
        by=(key,),
        field=field,
        width=width,
    )


def _told(name: str, unit: Unit, text: str, *, side: Side = "joint", stages: tuple[Stage, ...] = STAGES) -> Form:
    """Return a field of the consignment as it is."""
    return Value(
        name=name,
        side=side,
        unit=unit,
        stages=stages,
        text=text,
        field=name,
        worst="low" if unit == "flag" else "first",
    )


# fmt: off
_PLACES = (
    *_sent("address", "24h", "30d"),
    *_sent("pickup_point", "24h", "7d"),
    *_sent("consignee_phone", "7d"),
    _shared("cards", "address", "30d"),
    _shared("shoppers", "address", "30d"),
    _shared("names", "address", "30d", side="consignment", field="consignee"),
    _shared("cards", "building", "30d"),
    _shared("cards", "pickup_point", "30d"),
    _shared("shoppers", "pickup_point", "7d"),
    _shared("shoppers", "consignee_phone", "30d"),
    _spread("account", "address", "addresses", "30d"),
    _spread("card", "address", "addresses", "30d"),
    _spread("device", "address", "addresses", "30d"),
    _spread("account", "consignee", "consignees", "30d"),
    Ratio(name="cards_per_name_at_address", side="joint", unit="ratio", stages=EARLY,
          text="Different cards over different consignees' names at this address in 30 days",
          over="cards_per_address_30d", under="names_per_address_30d"),
    Window(name="address_deliveries_365d", side="consignment", unit="deliveries", stages=ON_GOODS, worst="low",
           text="Deliveries to this very address, suite included, in the last 365 days: a history to be judged by",
           take="count", of="deliveries", by=("address",), width="365d"),
    Window(name="other_cards_at_address_365d", side="joint", unit="cards", stages=CHECKOUT,
           text="Cards other than this one that paid for consignments to this address in the last 365 days",
           take="others", of="orders", by=("address",), field="card", width="365d"),
    Since(name="address_seen_for", side="consignment", unit="duration", stages=ON_GOODS, worst="low",
          text="Time since the first consignment to this address", of="orders", by=("address",), take="first"),
    Novel(name="address_new_to_account", side="joint", unit="flag", stages=ON_GOODS,
          text="This account ordered within a year, and never to this address",
          of="orders", by=("account",), field="address", width="365d"),
    Novel(name="address_new_to_card", side="joint", unit="flag", stages=ON_GOODS,
          text="This card paid within a year, and never for this address",
          of="orders", by=("card",), field="address", width="365d"),
    Novel(name="shopper_new_to_address", side="joint", unit="flag", stages=ON_GOODS,
          text="Others had consignments sent to this address within a year, this shopper never did",
          of="orders", by=("address",), field="shopper", width="365d"),
)

_PEOPLE = (
    _told("name_matches_payer", "flag", "The consignee's name is the payer's"),
    _told("phone_matches_payer", "flag", "The consignee's phone number is the payer's"),
    _told("email_matches_payer", "flag", "The consignee's e-mail address is the payer's"),
    _told("address_matches_billing", "flag", "The delivery address is the billing address"),
    _told("postcode_matches_billing", "flag", "The delivery postcode is the billing postcode"),
    Value(name="has_suite_code", side="consignment", unit="flag", field="has_suite_code",
          text="The address carries a suite or locker code as parcel forwarders give out"),
    Present(name="uses_pickup_point", side="consignment", unit="flag", field="pickup_point",
            text="The consignment goes to a pick-up point"),
    _told("consignee_country", "code", "Country of delivery", side="consignment"),
    _told("shipper_country", "code", "Country of the shipper", side="consignment"),
    Differs(name="crosses_border", side="consignment", unit="flag",
            text="Shipper and consignee are in different countries", left="shipper_country", right="consignee_country"),
    Differs(name="card_country_differs_consignee", side="joint", unit="flag", stages=ON_GOODS,
            text="The card was issued in another country than the country of delivery",
            left="card_country", right="consignee_country"),
    Differs(name="bin_country_differs_consignee", side="joint", unit="flag", stages=CHECKOUT,
            text="Cards of this issuer range come from another country than the country of delivery",
            left="bin_country", right="consignee_country"),
    Differs(name="billing_country_differs_consignee", side="joint", unit="flag", stages=ON_GOODS,
            text="The billing address is in another country than the delivery address",
            left="billing_country", right="consignee_country"),
    Differs(name="pickup_country_differs_consignee", side="consignment", unit="flag", stages=ON_GOODS,
            text="The pick-up point is in another country than the consignee's address",
            left="pickup_country", right="consignee_country"),
    Differs(name="consignee_phone_country_differs", side="consignment", unit="flag", stages=ON_GOODS,
            text="The consignee's phone number belongs to another country than the delivery address",
            left="consignee_phone_country", right="consignee_country"),
)

_MARKED = (
    Value(name="on_lists", side="joint", unit="code", field="listed", worst="first",
          text="The lists that something of this order is on, each between commas: ,blocked,vip,"),
    Value(name="snoozed_rules", side="joint", unit="code", field="snoozed", worst="first",
          text="The rules that sleep for this order, each between commas"),
    Value(name="alliance_members_reporting", side="joint", unit="members", stages=STAGES[1:], field="reported",
          text="Members of the alliance that report a phone number, address, device or e-mail address of this order"),
    Value(name="mismatches", side="joint", unit="mismatches", stages=STAGES[1:], field="mismatches",
          text="Places in which order, payment and waybill contradict each other, by the three-way match"),
    Value(name="mismatch_codes", side="joint", unit="code", stages=STAGES[1:], field="mismatch_codes", worst="first",
          text="How they contradict each other, each code between commas: ,captured-more,weight-differs,"),
)

_GOODS = (
    Value(name="parcel_count", side="consignment", unit="consignments", stages=EARLY, field="parcel_count",
          text="Consignments in this order"),
    _told("item_count", "items", "Pieces in the consignment", side="consignment", stages=EARLY),
    _told("weight_grams", "grams", "Weight of the consignment as ordered", side="consignment"),
    Ratio(name="declared_to_amount", side="joint", unit="ratio", stages=EARLY, worst="low",
          text="Value declared to customs for the whole order over the amount charged",
          over="declared_total_eur", under="amount_eur"),
    Ratio(name="declared_to_goods", side="consignment", unit="ratio", stages=EARLY, worst="low",
          text="Value declared to customs over the sum of the item prices", over="declared_eur", under="goods_eur"),
    Ratio(name="goods_to_amount", side="joint", unit="ratio", stages=EARLY,
          text="Sum of the consignment's item prices over the amount charged", over="goods_eur", under="amount_eur"),
    Ratio(name="grams_per_euro_cent", side="joint", unit="ratio", stages=EARLY, worst="low",
          text="Weight over value: very low when little is shipped for much money",
          over="weight_grams", under="amount_eur"),
    Value(name="declared_total", side="consignment", unit="EUR cents", stages=EARLY, field="declared_total_eur",
          text="Value declared to customs for the whole order at reference rates"),
    Value(name="declared_value", side="consignment", unit="EUR cents", stages=EARLY, field="declared_eur",
          text="Value declared to customs at reference rates"),
    Window(name="address_declared_24h", side="consignment", unit="EUR cents", stages=EARLY,
           text="Value declared to customs for all consignments to this address in the last 24 hours",
           take="sum", of="orders", by=("address",), field="declared_eur", width="24h"),
)
# fmt: on

PARCEL: tuple[Form, ...] = (*_PLACES, *_PEOPLE, *_GOODS, *_MARKED)
