import hashlib
import itertools
import logging
import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest

from sealane.model.clock import to_micros
from sealane.model.errors import InvalidInput
from vaults import MERCHANT, Lane, card, request

PAN = "4111111111111111"


def test_a_card_becomes_a_token_with_what_may_be_known(lane: Lane) -> None:
    made = lane.add_card(card(PAN))
    assert made.token.startswith("ct_")
    assert (made.bin, made.last4, made.brand) == ("411111", "1111", "visa")
    assert len(bytes.fromhex(made.fingerprint)) == 16


def test_the_same_number_gives_the_same_token_to_the_same_merchant_only(lane: Lane) -> None:
    first = lane.add_card(card(PAN))
    again = lane.add_card(card("4111 1111-1111 1111"))
    assert again == first
    lane.reopen()
    assert lane.add_card(card(PAN)) == first
    other = lane.add_card(card(PAN), "mer_other")
    assert other.token != first.token
    assert other.fingerprint != first.fingerprint
    assert lane.add_card(card("5555555555554444")).token != first.token


def test_the_details_open_from_the_cards_record_and_a_renewal_replaces_them(lane: Lane) -> None:
    made = lane.add_card(card(PAN))
    ((before,),) = lane.query("SELECT record_id FROM vault_card")
    assert lane.reveal(before, "/number", "/expiry_month", "/expiry_year", "/holder") == {
        "/number": PAN,
        "/expiry_month": "12",
        "/expiry_year": "2030",
        "/holder": "Ana Silva",
    }
    assert lane.add_card(card(PAN, expiry_year=2031, holder=None)) == made
    ((after,),) = lane.query("SELECT record_id FROM vault_card")
    assert lane.reveal(after, "/expiry_year") == {"/expiry_year": "2031"}
    assert lane.query("SELECT count(*) FROM vault_record") == [(1,)]


def test_a_card_has_a_key_of_its_own_kind(lane: Lane) -> None:
    lane.add_card(card(PAN))
    lane.add_card(card("5555555555554444"))
    numbers = [number for (number,) in lane.query("SELECT key_number FROM vault_subject")]
    connection = sqlite3.connect(lane.folder / "vault-keys.db")
    kinds = connection.execute("SELECT kind FROM data_key WHERE number IN (?, ?)", numbers).fetchall()
    connection.close()
    assert kinds == [("card",), ("card",)]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"number": "4111111111111112"}, "/number", "not-a-card-number"),
        ({"number": "41111111111"}, "/number", "not-a-card-number"),
        ({"number": "4" * 20}, "/number", "not-a-card-number"),
        ({"number": "4111x11111111111"}, "/number", "not-a-card-number"),
        ({"number": "\uff14111111111111111"}, "/number", "not-a-card-number"),
        ({"number": ""}, "/number", "not-a-card-number"),
        ({"expiry_year": 2020}, "/expiry_year", "expired"),
    ],
)
def test_what_is_refused_is_named_and_not_repeated(
    lane: Lane, caplog: pytest.LogCaptureFixture, changes: dict[str, Any], pointer: str, code: str
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = card(**{"number": PAN, **changes})
    with pytest.raises(InvalidInput) as refusal:
        lane.add_card(asked)
    assert [(error.pointer, error.code) for error in refusal.value.errors] == [(pointer, code)]
    told = f"{refusal.value!r} {refusal.value.errors} {refusal.value.advice} {caplog.text}"
    assert not changes.get("number") or changes["number"] not in told
    assert PAN not in told
    assert lane.query("SELECT count(*) FROM vault_subject") == [(0,)]


def test_a_card_is_good_to_the_end_of_its_month(lane: Lane) -> None:
    def add(moment: datetime) -> str:
        def flow(tx: Any) -> str:
            tx.now_us = to_micros(moment)
            return lane.vault.add_card(tx, MERCHANT, card(PAN, expiry_month=11, expiry_year=2026)).token

        return lane.database.run(flow)

    assert add(datetime(2026, 11, 30, 23, 59, tzinfo=UTC))
    with pytest.raises(InvalidInput, match="expired"):
        add(datetime(2026, 12, 1, tzinfo=UTC))


def test_a_number_of_no_known_brand_is_taken(lane: Lane) -> None:
    assert lane.add_card(card("8171999900000018")).brand == "other"


def test_a_token_pays_an_order_of_its_merchant(lane: Lane) -> None:
    made = lane.add_card(card(PAN))
    paid = request(payment__card={"token": made.token, "country": "PT", "funding": "credit"})
    for _ in range(2):
        seal = lane.seal(paid)
        assert seal.card is not None
        assert (seal.card.token, seal.card.bin, seal.card.brand, seal.card.country) == (
            made.token,
            "411111",
            "visa",
            "PT",
        )
        lane.reopen()
    for merchant_id, token in (("mer_other", made.token), (MERCHANT, "ct_none"), (MERCHANT, "")):
        with pytest.raises(InvalidInput) as refusal:
            lane.seal(request(payment__card={"token": token}), merchant_id)
        assert refusal.value.errors[0].pointer == "/payment/card/token"


def test_one_number_has_one_link_for_all_merchants_and_it_is_no_fingerprint(lane: Lane) -> None:
    seals = []
    for merchant_id in ("mer_a", "mer_b"):
        made = lane.add_card(card(PAN), merchant_id)
        seals.append(lane.seal(request(payment__card={"token": made.token}), merchant_id))
        assert seals[-1].links.card != bytes.fromhex(made.fingerprint)
    assert seals[0].links.card == seals[1].links.card


def test_a_card_and_an_order_may_come_in_one_batch(lane: Lane) -> None:
    def flow(tx: Any) -> bool:
        made = lane.vault.add_card(tx, MERCHANT, card(PAN))
        again = lane.vault.add_card(tx, MERCHANT, card(PAN))
        seal = lane.vault.seal_order(tx, MERCHANT, request(payment__card={"token": made.token}))
        return made == again and seal.card is not None and seal.card.token == made.token

    assert lane.database.run(flow)
    assert lane.query("SELECT count(*) FROM vault_card") == [(1,)]


def test_a_fingerprint_cannot_be_searched_without_the_key(lane: Lane) -> None:
    """Whoever has a dump knows BIN and last four: 1,000,000 numbers are left, and no unkeyed hash singles one out."""
    made = lane.add_card(card(PAN))
    fingerprint = bytes.fromhex(made.fingerprint)
    for middle, digest in itertools.product((PAN[6:12], "000000"), ("sha256", "sha512", "sha1", "md5", "blake2b")):
        number = PAN[:6] + middle + PAN[12:]
        for guess in (number, f"{MERCHANT} {number}", f"fingerprint\0{MERCHANT} {number}"):
            assert not hashlib.new(digest, guess.encode()).digest().startswith(fingerprint)
