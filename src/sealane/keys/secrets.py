"""API secrets: made here, shown once, stored as a digest.

The secret carries 256 random bits, so a plain SHA-256 (FIPS 180-4) of it cannot be searched; no slow password hash
is needed on the way of every call.
"""

import hashlib
import hmac
import secrets

__all__ = ["digest", "matches", "new_secret"]

_RANDOM = 32


def new_secret(prefix: str) -> str:
    """Return a fresh secret such as `sk_q3JvRkVY...` (43 characters of base64url after the prefix)."""
    return f"{prefix}_{secrets.token_urlsafe(_RANDOM)}"


def digest(secret: str) -> bytes:
    """Return the 32 bytes to store in place of the secret."""
    return hashlib.sha256(secret.encode()).digest()


def matches(secret: str, stored: bytes) -> bool:
    """Tell in constant time whether the secret is the one whose digest was stored."""
    return hmac.compare_digest(digest(secret), stored)
