import base64
import hashlib

import pytest

from sealane.interchange.signatures.digest import digest_field, verify_digest
from sealane.model.errors import SignatureInvalid

BODY = b'{"hello": "world"}'
LONG = f"sha-512=:{base64.b64encode(hashlib.sha512(BODY).digest()).decode()}:"


@pytest.mark.parametrize("value", [digest_field(BODY), LONG, f"{digest_field(BODY)}, {LONG}", f"md5=:AAAA:, {LONG}"])
def test_right_digests(value: str) -> None:
    verify_digest(value, BODY)


@pytest.mark.parametrize(
    "value",
    ["", "md5=:AAAA:", digest_field(b"x"), f"{digest_field(b'x')}, {LONG}", digest_field(BODY)[:-1] + "=:", "sha-256=1",
     f"{LONG}, {LONG}", digest_field(BODY) + ","],
)  # fmt: skip
def test_wrong_digests(value: str) -> None:
    with pytest.raises(SignatureInvalid):
        verify_digest(value, BODY)
