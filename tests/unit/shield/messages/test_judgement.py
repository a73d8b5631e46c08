"""Messages: dangerous with a reason, official when every link is, unknown whenever nothing is proven."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from sealane.shield.messages.claims import read_claims
from sealane.shield.messages.judgement import MessageJudgement, judge_message


def judged(text: str, *, known: str = "") -> MessageJudgement:
    def ledger(numbers: Iterable[str]) -> bool:
        return known in numbers

    return judge_message(read_claims(text), ledger)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DHL: your parcel is held, confirm your address: https://parcel-help.example.net", "link_not_of_brand"),
        ("Votre colis est en attente, r\u00e9glez les frais: https://suivi-a.cc", "pressing_unknown_link"),
        ("Your parcel is here. Reply Y, then reopen the message: https://a.cc", "asks_to_reply"),
        ("UPS parcel on hold, enter your card number: https://a.cc/x", "asks_secrets"),
        ("DHL: you won a prize, claim it at https://a.cc", "promises_prize"),
        ("Your parcel needs payment. Write to us on WhatsApp +44 7700 900123", "asks_elsewhere"),
        ("From: DHL <dhl.parcel@gmail.com> Your parcel is held", "sender_free_mail"),
        ("From: info@dhl-fee.top Your parcel is held", "sender_lookalike"),
        ("Pay the fee for your parcel: https://royalmail-fee.top", "brand_with_words"),
    ],
)
def test_a_danger_is_named(text: str, code: str) -> None:
    judgement = judged(text)
    assert judgement.verdict == "dangerous"
    assert code in {reason.code for reason in judgement.reasons}


@pytest.mark.parametrize(
    "text",
    [
        "Royal Mail: we tried to deliver your parcel. Rebook at https://www.royalmail.com/rebook",
        "DHL Express: customs duty of 12 EUR is due for 1234567891, pay at https://express.dhl/pay RB123456785GB",
        "InPost: Twoja paczka czeka w paczkomacie. https://inpost.pl",
    ],
)
def test_a_message_that_keeps_its_brands_rules_is_official(text: str) -> None:
    assert judged(text).verdict == "official"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Evri: pay 1.45 for redelivery https://www.evri.com/pay", "never_asks_money"),
        ("Royal Mail: pay the surcharge at https://www.royalmail.com/pay", "asks_money_for_customs_only"),
        ("DHL: pay the customs duty at https://www.dhl.com/pay", "number_missing"),
        ("DHL: enter your card number at https://www.dhl.com/", "unusual_request"),
        ("DHL parcel: see https://www.ups.com/track", "link_of_other_brand"),
        ("Your order from Shoes and Co was sent with DHL: https://track.aftership.com/abc", "shared_tool"),
        ("Your order from Lamp Shop was sent: https://lamps.example.com/o/1", "not_known"),
        ("See you at seven?", "nothing_to_check"),
    ],
)
def test_what_is_not_proven_is_unknown_and_says_why(text: str, code: str) -> None:
    judgement = judged(text)
    assert judgement.verdict == "unknown"
    assert code in {reason.code for reason in judgement.reasons}


def test_a_known_number_makes_an_official_message_genuine_and_nothing_else() -> None:
    number = "RB123456785GB"
    official = f"Royal Mail: {number} is on its way. https://www.royalmail.com"
    assert judged(official, known=number).verdict == "genuine"
    assert judged(f"Your parcel {number} comes tomorrow", known=number).verdict == "unknown"
    forged = f"Royal Mail: {number} is held, pay the fee: https://royalmail-fee.top"
    assert judged(forged, known=number).verdict == "dangerous"


def test_our_own_messages_are_told_apart_in_every_language() -> None:
    """Written for this project, after the word lists and by the same hand: a guard against steps back, no proof."""
    told: dict[str, Counter[str]] = {}
    for line in (Path(__file__).parents[1] / "corpus" / "messages.tsv").read_text(encoding="utf-8").splitlines():
        language, label, text = line.split("\t")
        verdict = "alarm" if judged(text).verdict == "dangerous" else "none"
        told.setdefault(language, Counter())[f"{label}/{verdict}"] += 1
    assert len(told) >= 8
    assert sum(sum(counted.values()) for counted in told.values()) >= 400
    for language, counted in told.items():
        assert counted["genuine/alarm"] == 0, language
        assert counted["scam/alarm"] >= 0.85 * (counted["scam/alarm"] + counted["scam/none"]), language


def test_ordinary_text_messages_raise_no_alarm(shared_data: Path) -> None:
    with (shared_data / "sms" / "clean_5971.csv").open(encoding="utf-8", errors="replace") as file:
        ordinary = [row["TEXT"] for row in csv.DictReader(file) if row["LABEL"].lower() == "ham"]
    alarms = sum(judged(text).verdict == "dangerous" for text in ordinary)
    assert len(ordinary) > 4000
    assert alarms <= 0.001 * len(ordinary)


@pytest.mark.parametrize(("name", "languages", "misses"), [("held_out.tsv", 11, 1), ("world.tsv", 35, 4)])
def test_messages_in_many_more_languages_are_told_apart(name: str, languages: int, misses: int) -> None:
    """The lists were mended after both sets had been looked at: a guard against steps back, no proof."""
    counted: Counter[tuple[str, bool]] = Counter()
    seen = set()
    for line in (Path(__file__).parents[1] / "corpus" / name).read_text(encoding="utf-8").splitlines():
        language, label, text = line.split("\t")
        seen.add(language)
        counted[label, judged(text).verdict == "dangerous"] += 1
    assert len(seen) >= languages
    assert counted["genuine", True] == 0
    assert counted["scam", False] <= misses
