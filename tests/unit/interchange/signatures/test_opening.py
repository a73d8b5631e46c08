import pytest
from joserfc import jwe
from joserfc.jwk import OKPKey

from sealane.interchange.signatures.opening import Opener
from sealane.keys.hpke import OpeningKey
from sealane.model.errors import MalformedBody


def test_the_published_key_is_the_one_that_opens() -> None:
    opener = Opener(OpeningKey.generate())
    assert (opener.jwk["use"], len(opener.jwk["kid"])) == ("enc", 43)
    key = OKPKey.import_key({name: opener.jwk[name] for name in ("kty", "crv", "x")})
    token = jwe.encrypt_compact({"alg": "ECDH-ES", "enc": "A256GCM", "kid": opener.jwk["kid"]}, b"{}", key)
    assert opener.open(token.encode()) == b"{}"
    with pytest.raises(MalformedBody) as refusal:
        opener.open(b"{}")
    assert "/v1/exchange/keys" in refusal.value.advice
