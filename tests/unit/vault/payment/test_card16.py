from sealane.model.cards.leak import find_card_number
from sealane.model.cards.number import passes_luhn
from vaults import MERCHANT, Lane, card, request

OTHER = "mer_01kan6k3zw8t5q1r9v0m2c4d7f"


def test_a_stand_in_keeps_both_ends_and_fails_luhn(lane: Lane) -> None:
    made = lane.add_card(card(card16=True))
    assert made.card16 is not None
    assert (len(made.card16), made.card16[:6], made.card16[-4:]) == (16, "411111", "1111")
    assert not passes_luhn(made.card16)
    assert not find_card_number(made.card16)
    assert lane.add_card(card(card16=True)).card16 == made.card16, "a card has one stand-in"
    assert lane.add_card(card()).card16 is None


def test_an_order_may_name_the_card_by_its_stand_in_at_its_own_merchant_only(lane: Lane) -> None:
    made = lane.add_card(card(card16=True))
    seal = lane.seal(request(payment__card={"token": made.card16}))
    assert seal.card is not None
    assert seal.card.token == made.token
    assert lane.query("SELECT count(*) FROM vault_card16") == [(1,)]
    assert lane.query("SELECT merchant_id FROM vault_card16") == [(MERCHANT,)]


def test_when_most_are_taken_the_opaque_token_has_to_do(lane: Lane) -> None:
    made = lane.add_card(card())
    rows = [(f"411111{middle:06}1111", MERCHANT, "ct_other") for middle in range(1_000_000)]
    lane.database.run(lambda tx: [tx.insert("INSERT INTO vault_card16 VALUES (?, ?, ?)", row) for row in rows] and None)
    again = lane.add_card(card(card16=True))
    assert (again.token, again.card16) == (made.token, None)
