from pathlib import Path

import pytest

from sealane.interchange.outbound.signing import CALL_LABEL, sign_call
from sealane.interchange.peers.discovery import Discovery
from sealane.interchange.peers.evidence import verify_receipt
from sealane.interchange.signatures.message import Message
from sealane.interchange.signatures.receipts import Receipts
from sealane.keys.ring import KeyRing
from sealane.keys.signing import Signer
from sealane.model.errors import SealaneError

NOW_US = 1_795_340_000_000_000
BODY, ANSWER = b'{"kind":"x"}', b'{"message_id":"msg_1"}'


def call(body: bytes = BODY) -> Message:
    plain = Message({"content-type": "application/json"}, body, "POST", "https://peer.example/v1/peer-messages")
    headers = sign_call(Signer.generate(), "k1", plain, now_us=NOW_US)
    return Message({**plain.fields, **headers}, body, "POST", plain.target)


@pytest.fixture
def receipts(tmp_path: Path) -> Receipts:
    return Receipts(KeyRing.open(tmp_path, root_key="ab" * 32).signer("receipt"))


def peer(receipts: Receipts) -> Discovery:
    return Discovery("f", "https://peer.example", "/v1/peer-messages", (receipts.jwk,), (receipts.jwk,), "p")


def test_a_receipt_is_kept_with_the_call_that_it_is_bound_to(receipts: Receipts) -> None:
    made = call()
    fields = receipts.sign(made, CALL_LABEL, 201, ANSWER, now_us=NOW_US)
    evidence = verify_receipt(made, 201, fields, ANSWER, peer(receipts))
    assert evidence.request["signature"] == made.fields["signature"]
    assert (evidence.status, evidence.answer) == (201, ANSWER)


def test_a_receipt_for_another_call_or_changed_is_none(receipts: Receipts) -> None:
    made = call()
    fields = receipts.sign(made, CALL_LABEL, 201, ANSWER, now_us=NOW_US)
    known = peer(receipts)
    stranger = Receipts(Signer.generate())
    middle = len(fields["signature"]) // 2
    start, letter, end = fields["signature"][:middle], fields["signature"][middle], fields["signature"][middle + 1 :]
    changed = f"{start}{'B' if letter == 'A' else 'A'}{end}"
    others = [
        (call(), 201, fields, ANSWER, known),
        (call(b"{}"), 201, fields, ANSWER, known),
        (made, 200, fields, ANSWER, known),
        (made, 201, fields, b"{}", known),
        (made, 201, {**fields, "signature": changed}, ANSWER, known),
        (made, 201, {}, ANSWER, known),
        (made, 201, fields, ANSWER, peer(stranger)),
        (made, 201, stranger.sign(made, CALL_LABEL, 201, ANSWER, now_us=NOW_US), ANSWER, known),
    ]
    for each in others:
        with pytest.raises(SealaneError):
            verify_receipt(*each)
