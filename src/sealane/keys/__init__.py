"""The locks: key ring, envelopes, signatures, blinding and API secrets; the only importer of cryptographic libraries.

    ring = KeyRing.open(folder, root_key=None)     # reads or makes root.key and keyring.json
    envelope = DataKey.generate().seal(b"ana@example.com", aad)
    link = ring.blinder("links").link("email", "ana@example.com")
    signature = ring.signer("log").sign(b"checkpoint")

Verbs: seal, open, wrap, unwrap, link, sign, verify, rotate. Whatever is secret prints as `***`.
"""

from sealane.keys.blinding import Blinder
from sealane.keys.ring import KeyRing
from sealane.keys.sealing import DataKey, unwrap, wrap
from sealane.keys.secrets import digest, matches, new_secret
from sealane.keys.signing import Signer, verify

__all__ = [
    "Blinder",
    "DataKey",
    "KeyRing",
    "Signer",
    "digest",
    "matches",
    "new_secret",
    "unwrap",
    "verify",
    "wrap",
]
