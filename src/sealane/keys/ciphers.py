"""The inventory of ciphers and protocols (PCI DSS 12.3.3): each algorithm with its standard, length and purpose.

A test compares it with what the modules of this package import, so nothing is in use that is not listed.
"""

import ssl

import msgspec

__all__ = ["CIPHERS", "Cipher", "outgoing_tls"]


class Cipher(msgspec.Struct, frozen=True):
    """One algorithm; `modules` are those of `sealane.keys` that use it, `names` what they import for it."""

    name: str
    bits: int
    standard: str
    purpose: str
    modules: tuple[str, ...]
    names: tuple[str, ...]


CIPHERS = (
    Cipher(
        "AES-256-GCM, random 96-bit nonce", 256, "NIST SP 800-38D",
        "seals each personal value; wraps data keys, key-encryption keys and the key ring", ("sealing",), ("AESGCM",),
    ),
    Cipher(
        "HKDF-Expand with SHA-256", 256, "RFC 5869 section 2.3",
        "the key of each tenant from that of its class, the key of each field from the data key", ("sealing",),
        ("HMAC", "SHA256"),
    ),
    Cipher(
        "HMAC-SHA-256, truncated to 128 bits", 256, "RFC 2104, FIPS 180-4",
        "links of signals, the index of subjects, card fingerprints", ("blinding",), ("HMAC", "SHA256"),
    ),
    Cipher(
        "Ed25519", 256, "RFC 8032", "signs checkpoints of the log, receipts and notices", ("signing",),
        ("Ed25519PrivateKey", "Ed25519PublicKey"),
    ),
    Cipher(
        "ECDSA P-256 and P-384, RSA-PSS and RSA PKCS #1 v1.5 from 2048 bits, Ed25519", 2048, "FIPS 186-5, RFC 8017",
        "checks signatures of others, passkeys included; none is made", ("public", "passkeys"),
        ("hashes", "ec", "padding", "rsa", "encode_dss_signature", "decode_dss_signature", "crypto_sign_open"),
    ),
    Cipher(
        "X.509 certificates with RSA, EC or DSA keys of any length", 0, "RFC 5280",
        "reads what servers of graded shops show; nothing is trusted or sealed by it", ("certificates",),
        ("x509", "rsa", "ec", "dsa", "CryptographyDeprecationWarning"),
    ),
    Cipher(
        "HPKE: X25519, HKDF-SHA-256, AES or ChaCha20-Poly1305", 256, "RFC 9180", "seals what is disclosed to its party",
        ("hpke",), ("X25519PrivateKey", "X25519PublicKey", "AEAD", "KDF", "KEM", "Suite"),
    ),
    Cipher(
        "ECDH-ES over X25519, Concat KDF with SHA-256, AES-256-GCM", 256, "RFC 7518 section 4.6, RFC 8037",
        "opens bodies of calls that are encrypted to this installation", ("jose.jwe",),
        ("AESGCM", "ConcatKDFHash", "SHA256"),
    ),
    Cipher(
        "RSA PKCS #1 v1.5 of 2048 bits, SHA-256", 2048, "RFC 8017, RFC 7518 section 3.3",
        "plays the sender of a webhook in the conformance kit; signs nothing of ours", ("jose.private",),
        ("hashes", "padding", "rsa"),
    ),
    Cipher("OPRF over ristretto255 with SHA-512", 256, "RFC 9497", "look-ups of the alliance", ("oprf",), ("rbcl",)),
    Cipher("SHA-256", 256, "FIPS 180-4", "digests of API secrets; the tree of the log (RFC 6962)", ("secrets",), ()),
    Cipher(
        "Shamir's secret sharing over GF(2^8)", 256, "Shamir 1979", "the root key in shares", ("providers.shamir",), (),
    ),
    Cipher(
        "AES-256-GCM in a security module", 256, "PKCS#11 v2.40, CKM_AES_GCM", "wraps the root key, provider pkcs11",
        ("providers.pkcs11",), (),
    ),
)  # fmt: skip


def outgoing_tls() -> dict[str, object]:
    """Return what this machine offers where Sealane calls out: the least version and the suites."""
    context = ssl.create_default_context()
    suites = [str(suite["name"]) for suite in context.get_ciphers()]
    return {"library": ssl.OPENSSL_VERSION, "least_version": context.minimum_version.name, "suites": suites}
