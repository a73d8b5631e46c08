"""Discovery: what an installation says about itself, so that another one can exchange messages with it.

    GET /.well-known/sealane-exchange
    {"format": "sealane/exchange@v1", "origin": "https://carrier.example", "messages": "/v1/peer-messages",
     "keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": "..."}], "receipt_keys": [...],
     "profile": "sealane-exchange-v1", "log": "carrier.example/5f0c+8a1b2c3d+AY..."}

It is fetched over TLS from the host it is about; whoever wants more compares the thumbprints with the other side.
"""

from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from sealane.interchange.signatures.partykeys import check_key
from sealane.keys.public import PublicKey
from sealane.model.decoding import decode, read_json
from sealane.model.errors import FieldError, InvalidInput

__all__ = ["DISCOVERY_PATH", "FORMAT", "Discovery", "origin_of", "read_discovery"]

DISCOVERY_PATH = "/.well-known/sealane-exchange"
FORMAT = "sealane/exchange@v1"
Keys = Annotated[tuple[dict[str, Any], ...], msgspec.Meta(min_length=1, max_length=8)]


class Discovery(msgspec.Struct, frozen=True):
    """What an installation says about itself; members that are not known are passed over."""

    format: str
    origin: str
    messages: Annotated[str, msgspec.Meta(pattern=r"^/[A-Za-z0-9._~/-]{1,200}$")]
    keys: Keys
    receipt_keys: Keys
    profile: str
    log: str = ""

    def receipt_key(self, key_id: str) -> PublicKey | None:
        """Return the key under which receipts with this key id verify, if the peer has such a one."""
        for jwk in self.receipt_keys:
            key = check_key(jwk, "/receipt_keys")
            if key_id in {key.thumbprint, jwk.get("kid")}:
                return key
        return None


_decoder = msgspec.json.Decoder(Discovery)


def read_discovery(body: bytes, origin: str) -> Discovery:
    """Return a discovery document that was fetched from an origin.

    Raises:
        InvalidInput: when it cannot be read, is about another origin, or holds a key that signs no messages.
    """
    read_json(body)
    document = decode(_decoder, body)
    if document.format != FORMAT:
        raise _wrong("/format", f"The document is not of the format {FORMAT}.")
    if origin_of(document.origin) != origin:
        raise _wrong("/origin", "The document is about another origin than the one it was fetched from.")
    for name, keys in (("keys", document.keys), ("receipt_keys", document.receipt_keys)):
        for number, jwk in enumerate(keys):
            check_key(jwk, f"/{name}/{number}")
    return document


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, in small letters: `https://carrier.example`."""
    place = urlsplit(url)
    return f"{place.scheme}://{place.netloc}".lower()


def _wrong(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, "not-allowed", detail),))
