import pytest

from sealane.interchange.signatures.fallback import verify_by_library
from sealane.interchange.signatures.message import Message
from sealane.interchange.signatures.reading import read_signatures
from sealane.model.errors import SignatureInvalid

FIELDS = {"signature-input": 's=("@query-param";name="a");created=1;keyid="k";tag="t"', "signature": "s=:AAAA:"}


def test_the_library_builds_the_base_and_the_check_decides() -> None:
    seen: list[tuple[bytes, bytes]] = []
    message = Message(FIELDS, b"", "GET", "https://a.example/?a=b%20c")
    (candidate,) = read_signatures(FIELDS)
    verify_by_library(message, candidate, lambda signature, base: seen.append((signature, base)))
    assert seen == [(b"\0\0\0", f'"@query-param";name="a": b%20c\n"@signature-params": {candidate.text}'.encode())]


def test_what_the_library_cannot_read_is_not_signed() -> None:
    (candidate,) = read_signatures(FIELDS)
    with pytest.raises(SignatureInvalid):
        verify_by_library(Message(FIELDS, b"", "GET", "https://a.example/"), candidate, lambda *_: None)
