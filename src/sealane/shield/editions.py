"""Editions: the registry as signed, numbered, expiring data, and how a newer one is put in force.

    version = 2026112201
    issued = 2026-11-22
    expires = 2027-11-22
    [[brands]] ...
    # signature: C7yVxq1mB2A 86 characters of base64url

The signature is Ed25519 over every byte before its line. The key is the one that came with the release. An edition
with a lower number than the one in force, or past its day, is refused: nobody can bring an old list back.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from pathlib import Path

import msgspec

from sealane.keys.files import write_secret
from sealane.keys.signing import Signer, verify
from sealane.model.errors import Conflict, InvalidInput, ProofInvalid, SignatureInvalid
from sealane.shield.notices import key_id
from sealane.shield.registry import RELEASED, Registry, midnight_us, put_in_force, read_sheet, registry_of

__all__ = [
    "FILE",
    "Edition",
    "edition_in",
    "read_edition",
    "release_key",
    "sign_edition",
    "stamp_of",
    "update_registry",
]

FILE = "registry.toml"
KEY = RELEASED.with_name("registry.pub")
_LARGEST = 16 << 20
_LAST_LINE = re.compile(rb"# signature: (?P<key>[A-Za-z0-9_-]{11}) (?P<signature>[A-Za-z0-9_-]{86})\n?")


class Edition(msgspec.Struct, frozen=True):
    """One edition of the registry: its number, its days, who signed it, and how much it holds."""

    version: int
    issued_us: int
    expires_us: int
    key_id: str
    source: str
    brands: int
    domains: int


def read_edition(raw: bytes, public_key: bytes, source: str) -> tuple[Edition, Registry]:
    """Return an edition and its registry, once the signature was found right.

    Raises:
        SignatureInvalid: when the key did not sign exactly these bytes.
        InvalidInput: when what was signed is no registry.
    """
    body, mark, _ = raw.rpartition(b"# signature: ")
    found = _LAST_LINE.fullmatch(raw[len(body) :]) if mark and len(raw) <= _LARGEST else None
    if found is None:
        raise SignatureInvalid("The registry has no signature in its last line.")
    try:
        verify(public_key, urlsafe_b64decode(found["signature"] + b"=="), body)
    except (SignatureInvalid, Base64Error):
        raise SignatureInvalid("The registry was altered, or another key signed it.") from None
    try:
        sheet = read_sheet(body.decode("utf-8"))
    except ValueError as refusal:
        raise InvalidInput(f"What was signed is no registry: {refusal}") from None
    registry = registry_of(sheet)
    edition = Edition(
        version=sheet.version,
        issued_us=midnight_us(sheet.issued),
        expires_us=registry.expires_us,
        key_id=key_id(public_key),
        source=source,
        brands=len(registry.brands),
        domains=len(registry.domains()),
    )
    return edition, registry


def sign_edition(body: bytes, signer: Signer) -> bytes:
    """Return an edition with its signature as the last line; a signature that stands there is replaced."""
    unsigned = body.rpartition(b"# signature: ")[0] or body
    signature = urlsafe_b64encode(signer.sign(unsigned)).rstrip(b"=")
    return unsigned + b"# signature: " + key_id(signer.public_key).encode() + b" " + signature + b"\n"


def edition_in(folder: Path) -> Edition:
    """Put the newest edition there is in force, the release's or the folder's, and return it.

    Raises:
        SignatureInvalid: when the folder's edition was altered.
    """
    edition, registry = _newest(folder)
    put_in_force(registry)
    return edition


def update_registry(folder: Path, raw: bytes, now_us: int) -> Edition:
    """Put a newer edition into the folder, whole or not at all, and in force.

    Raises:
        SignatureInvalid: when the key of this release did not sign it.
        Conflict: when it is no newer than the one in force.
        ProofInvalid: when its time is over, or has not begun.
        InvalidInput: when what was signed is no registry.
    """
    edition, registry = read_edition(raw, release_key(), FILE)
    known = _newest(folder)[0]
    if edition.version <= known.version:
        raise Conflict(
            f"Edition {edition.version} is no newer than {known.version}, which is in force.",
            remedy="Get the newest edition.",
        )
    if not edition.issued_us <= now_us < edition.expires_us:
        raise ProofInvalid("The edition is outside its time.", remedy="Get the newest edition.")
    write_secret(folder / FILE, raw.decode("utf-8"))
    put_in_force(registry)
    return edition


def stamp_of(folder: Path) -> tuple[int, int] | None:
    """Return what changes when the folder's edition is exchanged; None while there is none."""
    try:
        found = (folder / FILE).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def release_key() -> bytes:
    """Return the 32-byte public key that editions are checked with; it came with the release."""
    return bytes.fromhex(KEY.read_text(encoding="ascii"))


def _newest(folder: Path) -> tuple[Edition, Registry]:
    released = read_edition(RELEASED.read_bytes(), release_key(), "release")
    path = folder / FILE
    if not path.exists():
        return released
    updated = read_edition(path.read_bytes(), release_key(), FILE)
    return max(updated, released, key=lambda pair: pair[0].version)
