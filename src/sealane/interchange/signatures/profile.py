"""The profile: what a signature of a call has to cover and when it counts.

FAPI 2.0 HTTP Signatures as far as it goes (`@method`, `@target-uri`, `authorization`, `dpop`, `content-digest`,
`created`), and for our own tag also `content-type`, `idempotency-key` and a nonce.
"""

import re

from sealane.interchange.signatures.message import Message
from sealane.interchange.signatures.reading import Candidate
from sealane.model.errors import CoverageMissing, SignatureInvalid, Stale

__all__ = ["FAPI_TAG", "OLDEST_SECONDS", "TAG", "check_profile", "choose"]

TAG = "sealane-exchange-v1"
FAPI_TAG = "fapi-2-request"
TAGS = frozenset({TAG, FAPI_TAG})

OLDEST_SECONDS = 300
AHEAD_SECONDS = 5
_NONCE = re.compile(r"[!-~]{8,128}")
_ALWAYS = ("@method", "@target-uri")
_WHEN_SENT = ("authorization", "dpop", "content-digest", "content-type", "idempotency-key")
_BODIED = ("content-digest", "content-type")


def choose(candidates: list[Candidate]) -> Candidate:
    """Return the one signature with our tag; others, such as a proxy's, are not looked at.

    Raises:
        SignatureInvalid: when there is none, or more than one: a second one could only confuse who signed.
    """
    ours = [candidate for candidate in candidates if candidate.parameters.get("tag") in TAGS]
    if len(ours) != 1:
        raise SignatureInvalid(f"A call carries exactly one signature with the tag {TAG} or {FAPI_TAG}.")
    return ours[0]


def check_profile(candidate: Candidate, message: Message, now_us: int) -> None:
    """Check what the signature covers and that it is of this moment.

    Raises:
        Stale: when `created` is missing, more than 300 s old or 5 s ahead, or `expires` has passed or is too far.
        CoverageMissing: when a component that has to be covered is not, or key id or nonce are missing.
    """
    _check_time(candidate, now_us / 1_000_000)
    covered = {name for name, parameters in candidate.covered if not parameters}
    required = [*_ALWAYS, *(name for name in _WHEN_SENT if name in message.fields)]
    if message.body:
        required += _BODIED
    missing = sorted(set(required) - covered)
    if missing:
        raise CoverageMissing(f"The signature has to cover {', '.join(missing)}.")
    if "keyid" not in candidate.parameters:
        raise CoverageMissing("The signature parameter `keyid` is missing.")
    if candidate.parameters["tag"] == TAG and not _NONCE.fullmatch(candidate.parameters.get("nonce", "")):
        raise CoverageMissing("The signature parameter `nonce` is missing, or not 8 to 128 printable characters.")


def _check_time(candidate: Candidate, now: float) -> None:
    created = candidate.parameters.get("created")
    if created is None:
        raise Stale("The signature parameter `created` is missing.")
    if created < now - OLDEST_SECONDS:
        raise Stale(f"The signature is older than {OLDEST_SECONDS} seconds.")
    if created > now + AHEAD_SECONDS:
        raise Stale(f"The signature was made more than {AHEAD_SECONDS} seconds in the future.")
    expires = candidate.parameters.get("expires")
    if expires is not None and not max(created, now) <= expires <= created + OLDEST_SECONDS:
        raise Stale(f"The signature has expired, or expires later than {OLDEST_SECONDS} seconds after it was made.")
