"""Trust: a notice proves what was signed, and nothing that a message adds to it."""

import msgspec
import pytest

from sealane.keys.signing import Signer
from sealane.model.money import Money
from sealane.shield.notices import Notice, issue, key_id, notice_id
from sealane.shield.store import Ending, Stored
from sealane.shield.trust import Trust, carried, judge_notice

SIGNER = Signer.from_seed(b"\x05" * 32)
KID = key_id(SIGNER.public_key)
NOW_US = 1_000 * 1_000_000
NOTICE = Notice(
    "lamps.example",
    "cns_1",
    "fee",
    900,
    2_000,
    tracking_number="RB123456785GB",
    amount=Money(129_900, "EUR"),
    link="https://lamps.example/pay",
    home="lane.example",
)
TOKEN = issue(SIGNER, NOTICE)
TRUST = Trust({KID: SIGNER.public_key}, NOW_US)


def judged(text: str, trust: Trust = TRUST) -> tuple[str, str]:
    found = judge_notice(TOKEN, text, trust)
    return found.verdict, found.reasons[0].code


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"https://lane.example/notices/{notice_id(TOKEN)}#{TOKEN}",
        f"Parcel RB 123 456 785 GB: 1,299.00 EUR, https://lamps.example/pay {TOKEN}",
        f"€1.299,00 for RB123456785GB {TOKEN}",
        f"EUR 1299 {TOKEN}",
    ],
)
def test_a_message_that_says_what_was_signed_is_genuine(text: str) -> None:
    assert judged(text) == ("genuine", "signed_notice")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"https://else.example/ {TOKEN}", "notice_elsewhere"),
        (f"1Z5R89390357567127 {TOKEN}", "notice_of_other_parcel"),
        (f"Pay 13.99 EUR {TOKEN}", "notice_of_other_amount"),
        (f"Pay $1299.01 {TOKEN}", "notice_of_other_amount"),
        (f"https://dhl-fee.top/ {TOKEN}", "brand_with_words"),
    ],
)
def test_what_a_message_adds_takes_the_proof_away(text: str, code: str) -> None:
    verdict, found = judged(text)
    assert verdict != "genuine"
    assert found == code


@pytest.mark.parametrize(("ended", "code"), [("spent", "notice_spent"), ("withdrawn", "notice_withdrawn")])
def test_an_ended_notice_counts_no_more(ended: Ending, code: str) -> None:
    trust = msgspec.structs.replace(TRUST, stored=lambda _: Stored(TOKEN, "mer_1", ended))
    assert judged(TOKEN, trust) == ("unknown", code)


def test_what_our_key_signed_has_to_be_on_record() -> None:
    assert judged(TOKEN, msgspec.structs.replace(TRUST, own=frozenset({KID}))) == ("unknown", "notice_not_recorded")


def test_a_notice_of_another_consignment_is_refused() -> None:
    assert judged(TOKEN, msgspec.structs.replace(TRUST, consignment_id="cns_1"))[0] == "genuine"
    other = msgspec.structs.replace(TRUST, consignment_id="cns_2")
    assert judged(TOKEN, other) == ("unknown", "notice_of_other_parcel")


def test_a_key_signs_for_its_own_domain_only() -> None:
    assert judged(TOKEN, msgspec.structs.replace(TRUST, senders={KID: "lamps.example"}))[0] == "genuine"
    other = msgspec.structs.replace(TRUST, senders={KID: "other.example"})
    assert judged(TOKEN, other) == ("dangerous", "notice_of_other_sender")


def test_a_notice_is_carried_whole_or_by_the_address_of_its_page() -> None:
    trust = msgspec.structs.replace(TRUST, stored=lambda name: Stored(TOKEN, "m", None) if name == NAME else None)
    assert carried(f"see https://lane.example/notices/{NAME}", trust) == TOKEN
    assert carried(f"see {TOKEN} now", trust) == TOKEN
    assert carried("see https://lane.example/notices/" + "A" * 22, trust) is None
    assert carried("x" * 1_000_000, trust) is None


NAME = notice_id(TOKEN)
