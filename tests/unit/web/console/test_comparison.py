from msgspec.structs import replace

from sealane.model.money import Money
from sealane.model.order import Order
from sealane.web.console.comparison import SEALED, Row, compare, parcel_facts, payment_facts


def rows_of(order: Order) -> dict[str, Row]:
    return {row.topic: row for row in compare(order, 0)}


def declared(order: Order, value: Money | None) -> Order:
    return replace(order, consignments=(replace(order.consignments[0], declared_value=value),))


def test_a_low_declared_value_is_a_mismatch_with_its_share(order: Order) -> None:
    row = rows_of(order)["Value"]
    assert (row.payment, row.parcel, row.relation, row.word) == (
        "412.90 EUR", "90.00 EUR declared", "differs", "22 % of paid",
    )  # fmt: skip


def test_values_are_compared_only_in_one_currency(order: Order) -> None:
    assert rows_of(declared(order, Money(41290, "USD")))["Value"].word == "other currency"
    assert rows_of(declared(order, Money(41290, "EUR")))["Value"].relation == "same"
    assert rows_of(declared(order, Money(50000, "EUR")))["Value"].word == "above paid"
    assert rows_of(declared(order, None))["Value"].word == "nothing declared"


def test_a_free_order_is_not_divided_by(order: Order) -> None:
    free = replace(order, payment=replace(order.payment, amount=Money(0, "EUR")))
    assert rows_of(free)["Value"].relation == "same"


def test_one_of_several_parcels_is_not_held_against_the_whole_amount(order: Order) -> None:
    parcel, seal = order.consignments[0], order.seal
    twice = replace(
        order,
        consignments=(parcel, parcel),
        seal=replace(
            seal,
            consignment_links=seal.consignment_links * 2,
            consignment_traits=seal.consignment_traits * 2,
        ),
    )
    assert rows_of(twice)["Value"].relation == "fact"


def test_countries_and_people_are_compared_without_showing_anybody(order: Order) -> None:
    rows = rows_of(order)
    assert rows["Country"].relation == "differs"
    assert rows["Card issued in"].payment == "DK"
    assert (rows["Name"].payment, rows["Name"].parcel, rows["Name"].relation) == (SEALED, SEALED, "same")
    assert rows["Phone"].relation == "differs"
    assert rows["Address"].word == "not known"
    assert rows["Phone from"].relation == "differs"


def test_the_facts_of_each_side(order: Order) -> None:
    payment = {fact.term: fact.told for fact in payment_facts(order)}
    assert payment["Paid by"] == "visa ••••\N{NO-BREAK SPACE}4242"
    assert payment["AVS"] == "Y, street and postcode match"
    assert payment["Failed attempts"] == "2"
    parcel = {fact.term: fact.told for fact in parcel_facts(order, 0)}
    assert parcel["Lane"] == "CN → DE"
    assert parcel["Weight"] == "800 g"


def test_a_payment_without_a_card_names_its_method(order: Order) -> None:
    cash = replace(order, payment=replace(order.payment, method="cash_on_delivery", card=None))
    assert payment_facts(cash)[0].told == "cash on delivery"
