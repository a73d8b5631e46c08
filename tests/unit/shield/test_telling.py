"""Telling: each text in each language says what was signed, and is itself found genuine."""

from typing import get_args

import pytest

from sealane.keys.signing import Signer
from sealane.model.money import Money
from sealane.shield.checking import check, nothing_known
from sealane.shield.notices import Notice, NoticeKind, issue, key_id, notice_id
from sealane.shield.store import Stored
from sealane.shield.telling import told
from sealane.shield.trust import Trust

SIGNER = Signer.from_seed(b"\x04" * 32)
LOCALES = ("en-GB", "de", "fr_FR", "es-MX", "pt-PT", "it", "pl-PL", "ar", "xx", None)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", get_args(NoticeKind))
def test_a_text_carries_its_own_proof(kind: NoticeKind, locale: str | None) -> None:
    notice = Notice(
        "lamps.example",
        "cns_1",
        kind,
        900,
        2_000,
        tracking_number="RB123456785GB",
        amount=Money(199, "EUR") if kind == "fee" else None,
        link="https://lamps.example/pay",
        home="lane.example",
    )
    token = issue(SIGNER, notice)
    text = told(notice, locale, f"https://lane.example/notices/{notice_id(token)}")
    keys = {key_id(SIGNER.public_key): SIGNER.public_key}
    trust = Trust(keys, 1_000 * 1_000_000, stored=lambda _: Stored(token, "mer_1", None))
    answer = check(text, nothing_known, trust)
    assert (answer.kind, answer.verdict) == ("notice", "genuine"), answer.reasons
    assert "RB123456785GB" in text
    assert len(text) < 320


def test_without_a_number_nothing_is_left_open() -> None:
    text = told(Notice("lamps.example", "cns_1", "delay", 1, 2), "en", "https://lane.example/notices/X")
    assert text.startswith("lamps.example: parcel is late.")
