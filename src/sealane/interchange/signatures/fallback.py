"""The library's reading of a signature, for components that the strict reader does not know (`sf`, `bs`, queries)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import HTTPSignatureAlgorithm
from http_message_signatures.exceptions import HTTPMessageSignaturesException

from sealane.interchange.signatures.message import Message
from sealane.interchange.signatures.reading import Candidate
from sealane.model.errors import SignatureInvalid

__all__ = ["verify_by_library"]

Check = Callable[[bytes, bytes], None]


def verify_by_library(message: Message, candidate: Candidate, check: Check) -> None:
    """Let http-message-signatures build the base of a signature and `check` decide over it.

    Raises:
        SignatureInvalid: when the library cannot read the message, or the signature does not verify.
    """
    verifier = _Verifier(signature_algorithm=_algorithm(candidate), key_resolver=_Resolver(check))
    tag = candidate.parameters.get("tag")
    try:
        verifier.verify(_Request(message), max_age=None, expect_tag=tag, expect_label=candidate.label if tag else None)
    except HTTPMessageSignaturesException:
        raise SignatureInvalid from None


class _Verifier(HTTPMessageVerifier):
    """The library's verifier without a clock of its own: the profile has checked the time."""

    require_created: bool = False

    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:
        """Leave time to the profile."""


class _Resolver(HTTPSignatureKeyResolver):
    """Hands the one check over as the key."""

    def __init__(self, check: Check) -> None:
        self._check = check

    def resolve_public_key(self, key_id: str) -> Any:  # noqa: ARG002 - the profile has chosen the key
        """Return the check."""
        return self._check


class _Request:
    """A message in the shape that the library reads."""

    def __init__(self, message: Message) -> None:
        self.method = message.method
        self.url = message.target
        self.headers = message.fields


class _Algorithm(HTTPSignatureAlgorithm):
    """Whatever the key's own algorithm is."""

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:  # noqa: ARG002 - nothing signs here
        self._check: Check = public_key

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check the signature of the base that the library built."""
        self._check(signature, message)


def _algorithm(candidate: Candidate) -> type[_Algorithm]:
    """Return the algorithm under the name that the message gives it; the key's own decides, in `check`."""
    return type("_Named", (_Algorithm,), {"algorithm_id": candidate.parameters.get("alg", "key")})
