"""Signed notices: a thousand of each forgery, and not one taken."""

import json
import random
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sealane.keys.signing import Signer
from sealane.model.errors import ProofInvalid, Replayed, SealaneError, SignatureInvalid
from sealane.model.money import Money
from sealane.shield.notices import Notice, find_notice, issue, key_id, notice_id, sender_key, verify_notice

SIGNER = Signer.from_seed(b"\x07" * 32)
KEYS = {key_id(SIGNER.public_key): SIGNER.public_key}
NOW_US = 1_795_340_000 * 1_000_000
ROUNDS = 1_000


def notice(number: int = 0, **changes: object) -> Notice:
    made = Notice(
        sender="lamps.example",
        consignment_id=f"cns_{number:026d}",
        kind="fee",
        issued_seconds=1_795_339_000,
        expires_seconds=1_795_350_000,
        tracking_number="RB123456785GB",
        amount=Money(199, "EUR"),
        link="https://lamps.example/pay",
    )
    return msgspec.structs.replace(made, **changes)


def refused(token: str, kind: type[SealaneError], **more: object) -> bool:
    with pytest.raises(kind):
        verify_notice(token, KEYS, now_us=NOW_US, **more)  # type: ignore[arg-type]  # varied by the tests
    return True


def test_a_notice_says_what_was_signed_and_fits_a_link() -> None:
    token = issue(SIGNER, notice())
    assert verify_notice(token, KEYS, now_us=NOW_US, consignment_id=notice().consignment_id) == notice()
    assert len(token) < 450
    assert sender_key(token) == key_id(SIGNER.public_key)
    assert len(notice_id(token)) == 22


def test_forged_notices_are_refused() -> None:
    for number in range(ROUNDS):
        other = Signer.generate()
        token = issue(other, notice(number))
        assert refused(token, SignatureInvalid)
        posing = _with_head(token, key_id(SIGNER.public_key))
        assert refused(posing, SignatureInvalid)


def test_altered_notices_are_refused() -> None:
    chance = random.Random(1)
    token = issue(SIGNER, notice())
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for _ in range(ROUNDS):
        place = chance.randrange(len(token))
        letter = chance.choice([each for each in alphabet if each != token[place]])
        assert refused(token[:place] + letter + token[place + 1 :], SignatureInvalid)


def test_notices_outside_their_time_are_refused() -> None:
    for number in range(ROUNDS):
        past = notice(number, expires_seconds=1_795_340_000 - number)
        assert refused(issue(SIGNER, past), ProofInvalid)
    future = notice(issued_seconds=1_795_340_001)
    assert refused(issue(SIGNER, future), ProofInvalid)


def test_notices_about_another_consignment_and_spent_ones_are_refused() -> None:
    for number in range(1, ROUNDS + 1):
        token = issue(SIGNER, notice(number))
        assert refused(token, ProofInvalid, consignment_id=notice(0).consignment_id)
        assert refused(token, Replayed, spent={notice_id(token)})


def test_the_algorithm_is_not_the_writers_choice() -> None:
    token = issue(SIGNER, notice())
    kid = key_id(SIGNER.public_key)
    for head in (
        {"alg": "none", "kid": kid, "typ": "notice"},
        {"alg": "HS256", "kid": kid, "typ": "notice"},
        {"kid": kid, "alg": "EdDSA", "typ": "notice"},
        {"alg": "EdDSA", "kid": kid, "typ": "notice", "jwk": "x"},
    ):
        text = urlsafe_b64encode(json.dumps(head, separators=(",", ":")).encode()).rstrip(b"=").decode()
        assert refused(f"{text}.{token.partition('.')[2]}", SignatureInvalid)
    for damaged in ("", ".", "..", token + "=", token + ".x", "\u00e9." + token, "a" * 5000, token.replace(".", "", 1)):
        assert refused(damaged, SignatureInvalid)


def test_what_a_trusted_key_signed_that_is_no_notice_is_refused() -> None:
    head = issue(SIGNER, notice()).partition(".")[0]
    body = urlsafe_b64encode(b'{"s":"x"}').rstrip(b"=").decode()
    signature = urlsafe_b64encode(SIGNER.sign(f"{head}.{body}".encode())).rstrip(b"=").decode()
    assert refused(f"{head}.{body}.{signature}", SignatureInvalid)


def test_any_jws_reader_can_check_it() -> None:
    head, body, signature = issue(SIGNER, notice()).split(".")
    unpad: Callable[[str], bytes] = lambda text: urlsafe_b64decode(text + "=" * (-len(text) % 4))  # noqa: E731 - one line
    Ed25519PublicKey.from_public_bytes(SIGNER.public_key).verify(unpad(signature), f"{head}.{body}".encode())
    assert json.loads(unpad(head))["alg"] == "EdDSA"
    assert json.loads(unpad(body))["n"] == "RB123456785GB"


def test_the_verifier_of_the_docs_agrees(repository: Path) -> None:
    page = (repository / "docs" / "how-to" / "check-a-message.md").read_text(encoding="utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    assert code.count("\n") <= 60
    told: dict[str, Any] = {}
    exec(compile(code, "docs", "exec"), told)  # noqa: S102 - our own page
    read, token, now = told["read_notice"], issue(SIGNER, notice()), NOW_US / 1_000_000
    assert read(token, SIGNER.public_key, notice().consignment_id, now)["s"] == "lamps.example"
    with pytest.raises(InvalidSignature):
        read(token[:-3] + "AAA", SIGNER.public_key, notice().consignment_id, now)
    for consignment, moment in (("cns_other", now), (notice().consignment_id, now + 1e6)):
        with pytest.raises(ValueError, match=r"consignment|time"):
            read(token, SIGNER.public_key, consignment, moment)


def test_a_notice_is_found_in_a_link_and_nowhere_else() -> None:
    token = issue(SIGNER, notice())
    assert find_notice(f"https://lamps.example/notices/#{token}") == token
    assert find_notice(f"See {token}.") == token
    for text in ("", "a.b.c", "eyJ0eXAiOiJKV1QifQ." * 3, "x" * 1_000_000, token[:-1]):
        assert find_notice(text) is None


def test_a_notice_too_long_for_a_link_is_not_made() -> None:
    with pytest.raises(ValueError, match="fits no link"):
        issue(SIGNER, notice(link="https://lamps.example/" + "a" * 2000))


def test_verifying_takes_less_than_a_millisecond() -> None:
    token = issue(SIGNER, notice())
    spent = []
    for _ in range(50):
        began = time.thread_time()
        verify_notice(token, KEYS, now_us=NOW_US)
        spent.append(time.thread_time() - began)
    assert min(spent) < 0.001


def _with_head(token: str, kid: str) -> str:
    head = f'{{"alg":"EdDSA","kid":"{kid}","typ":"notice"}}'.encode()
    return f"{urlsafe_b64encode(head).rstrip(b'=').decode()}.{token.partition('.')[2]}"
