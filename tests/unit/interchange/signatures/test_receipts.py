from sealane.interchange.signatures.digest import verify_digest
from sealane.interchange.signatures.message import Message, signature_base
from sealane.interchange.signatures.reading import read_signatures
from sealane.interchange.signatures.receipts import Receipts
from sealane.keys.public import read_jwk
from sealane.keys.signing import Signer


def test_a_receipt_is_bound_to_reply_and_request() -> None:
    receipts = Receipts(Signer.generate())
    request = Message({"signature": "sig1=:AAAA:", "content-digest": "sha-256=:BBBB:"}, b"x", "POST", "https://a/b")
    headers = receipts.sign(request, "sig1", 201, b"{}", now_us=1_795_340_000_000_000)
    (candidate,) = read_signatures({name: headers[name] for name in ("signature", "signature-input")})
    reply = Message(headers, b"{}", status=201, request=request)
    read_jwk(receipts.jwk).verify(candidate.signature, signature_base(reply, candidate.covered, candidate.text))
    verify_digest(headers["content-digest"], b"{}")
    assert [name for name, _ in candidate.covered] == ["@status", "content-digest", "signature", "content-digest"]
