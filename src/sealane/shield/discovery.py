r"""Discovery: how a party shows on its own domain which keys sign for it, and which brand the domain belongs to.

    https://lamps.example/.well-known/sealane.json
    {"format": "sealane/keys@v1", "domain": "lamps.example", "brand": null,
     "keys": [{"crv": "Ed25519", "kid": "C7yVxq1mB2A", "kty": "OKP", "x": "..."}]}

    _sealane.lamps.example. TXT "v=sealane1; x=11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo; brand=lamps"

Either proves that who controls the domain stands behind the key. Nothing is fetched here: the caller brings what it
found, over TLS or from a resolver it trusts.
"""

from base64 import urlsafe_b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

from sealane.model.errors import ProofInvalid
from sealane.shield.notices import key_id

__all__ = ["RECORD_NAME", "WELL_KNOWN", "KeyPage", "PublicKey", "read_page", "read_records", "verify_owner"]

WELL_KNOWN = "/.well-known/sealane.json"
RECORD_NAME = "_sealane."
"""What stands before the domain in the name of its TXT record."""
KEY_BYTES = 32
_LARGEST_PAGE = 1 << 20
_VERSION = "sealane1"


class PublicKey(msgspec.Struct, frozen=True):
    """An Ed25519 public key (RFC 8037 section 2)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    kid: str = ""

    def raw(self) -> bytes:
        """Return the 32 bytes of the key.

        Raises:
            ProofInvalid: when they are no base64url or the key calls itself by another key's id.
        """
        try:
            raw = urlsafe_b64decode(self.x + "=")
        except (Base64Error, ValueError):
            raise ProofInvalid("A key on the page is not base64url.") from None
        if len(raw) != KEY_BYTES or self.kid not in {"", key_id(raw)}:
            raise ProofInvalid("A key on the page does not have the id that it says.")
        return raw


class KeyPage(msgspec.Struct, frozen=True):
    """The page of a domain; members that are not named here are for others."""

    format: Literal["sealane/keys@v1"]
    domain: str
    keys: tuple[PublicKey, ...]
    brand: str | None = None


def read_page(document: bytes, domain: str) -> dict[str, bytes]:
    """Return the keys, by their ids, that a domain's page shows.

    Raises:
        ProofInvalid: when the page is none, is another domain's, or shows a broken key.
    """
    page = _page(document, domain)
    return {key_id(raw): raw for raw in (key.raw() for key in page.keys)}


def read_records(records: Iterable[str]) -> dict[str, bytes]:
    """Return the keys, by their ids, that the TXT records at `_sealane.` before a domain show.

    Raises:
        ProofInvalid: when no record of ours is among them or one shows a broken key.
    """
    found = {}
    for record in map(_members, records):
        if record.get("v") == _VERSION and "x" in record:
            try:
                key = msgspec.convert({"kty": "OKP", "crv": "Ed25519", "x": record["x"]}, PublicKey)
            except msgspec.ValidationError:
                raise ProofInvalid("The TXT record shows no Ed25519 key.") from None
            found[key_id(key.raw())] = key.raw()
    if not found:
        raise ProofInvalid("The domain has no TXT record of Sealane.", remedy=f"Publish `v={_VERSION}; x=KEY`.")
    return found


def verify_owner(domain: str, brand: str, *, records: Iterable[str] = (), document: bytes = b"") -> str:
    """Make sure that who controls a domain says it is the brand's; return where it says so.

    Raises:
        ProofInvalid: when neither the records nor the page say so.
    """
    if any(record.get("v") == _VERSION and record.get("brand") == brand for record in map(_members, records)):
        return f"TXT {RECORD_NAME}{domain}"
    if document and _page(document, domain).brand == brand:
        return f"https://{domain}{WELL_KNOWN}"
    raise ProofInvalid(
        f"{domain} does not say that it belongs to {brand}.",
        remedy=f"Its owner publishes at {RECORD_NAME}{domain}: v={_VERSION}; brand={brand}",
    )


def _page(document: bytes, domain: str) -> KeyPage:
    try:
        page = msgspec.json.decode(document if len(document) <= _LARGEST_PAGE else b"", type=KeyPage)
    except (msgspec.DecodeError, UnicodeDecodeError):
        detail = f"What {domain} shows at {WELL_KNOWN} is no page of keys."
        raise ProofInvalid(detail, remedy=f"Fetch https://{domain}{WELL_KNOWN} again.") from None
    if page.domain != domain:
        detail = f"The page is for another domain than {domain}."
        raise ProofInvalid(detail, remedy=f"Fetch https://{domain}{WELL_KNOWN} itself, or name the page's own domain.")
    return page


def _members(record: str) -> dict[str, str]:
    """Return the members of a TXT record; what has another form is no record of ours."""
    parts = (part.partition("=") for part in record.strip().strip('"').split(";"))
    return {name.strip().lower(): text.strip() for name, _, text in parts}
