"""Every way Sealane says no, as one tree.

    SealaneError                       code, title, status, remedy
      InvalidInput               422   errors: pointer, code, detail
        MalformedBody            400   not JSON at all, or not safely readable
        LeakDetected             422   names the field and the detector, never the value
        SchemaMismatch           422
      NotAuthenticated           401
        SignatureInvalid         401
          CoverageMissing        401   the signature leaves out what it has to cover
          Stale                  401   too old, from the future, or past its end
        Replayed                 409
      NotPermitted               403
        PurposeNotGranted        403
        GrantExpired             403
        GrantRevoked             410
      NotFound                   404
        Erased                   410   with the erasure receipt
      Conflict                   409
        AlreadyDecided           409
        CaseClaimed              409
        GrantSpent               409
        LegalHold                409   names the law and until when
        IdempotencyMismatch      422
        InProgress               409   retry_after_seconds
      ProofInvalid               422   says which hash differed and at which level
      EnvelopeInvalid            500   a sealed value does not open: altered, moved or under another key
      TooLarge                   413
      RateLimited                429   retry_after_seconds
      DependencyUnavailable      503   which dependency, what still works
      Misconfigured               -    at start only: exit code 78 and the line to change

A message never carries a personal value, a card number or a secret: it names the field.
"""

from typing import ClassVar

import msgspec

__all__ = [
    "AlreadyDecided",
    "CaseClaimed",
    "Conflict",
    "CoverageMissing",
    "DependencyUnavailable",
    "EnvelopeInvalid",
    "Erased",
    "FieldError",
    "GrantExpired",
    "GrantRevoked",
    "GrantSpent",
    "IdempotencyMismatch",
    "InProgress",
    "InvalidInput",
    "LeakDetected",
    "LegalHold",
    "MalformedBody",
    "Misconfigured",
    "NotAuthenticated",
    "NotFound",
    "NotPermitted",
    "ProofInvalid",
    "PurposeNotGranted",
    "RateLimited",
    "Replayed",
    "SchemaMismatch",
    "SealaneError",
    "SignatureInvalid",
    "Stale",
    "TooLarge",
]


class FieldError(msgspec.Struct, frozen=True):
    """One wrong field: where (JSON pointer, RFC 6901), which rule, and what to change."""

    pointer: str
    code: str
    detail: str


class SealaneError(Exception):
    """The base of every refusal; `detail` is for people and never holds a personal value."""

    code: ClassVar[str] = "error"
    title: ClassVar[str] = "Sealane could not do this"
    status: ClassVar[int] = 500
    remedy: ClassVar[str] = "Read the detail; if it does not help, report the request_id to the operator."

    def __init__(
        self,
        detail: str = "",
        *,
        remedy: str | None = None,
        errors: tuple[FieldError, ...] = (),
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.advice = remedy or self.remedy
        self.errors = errors
        self.retry_after_seconds = retry_after_seconds


class InvalidInput(SealaneError):
    """The content breaks a rule; `errors` lists each field."""

    code = "invalid-input"
    title = "Some fields are not valid"
    status = 422
    remedy = "Correct the listed fields and send the request again; nothing was stored."


class MalformedBody(InvalidInput):
    """The body cannot be read as strict JSON (RFC 8259) at all."""

    code = "malformed-body"
    title = "The body is not readable JSON"
    status = 400
    remedy = "Send one UTF-8 JSON document without duplicate keys, NaN or deep nesting."


class LeakDetected(InvalidInput):
    """A card number stands where none may stand."""

    code = "leak-detected"
    title = "A card number was found outside the vault"
    remedy = "Send the card to POST /v1/cards and put the token in its place; nothing was stored."


class SchemaMismatch(InvalidInput):
    """A message does not fit its declared schema."""

    code = "schema-mismatch"
    title = "The message does not fit its schema"


class NotAuthenticated(SealaneError):
    """No usable credential came with the call."""

    code = "not-authenticated"
    title = "This call needs a valid key"
    status = 401
    remedy = "Send `Authorization: Bearer KEY` with a key that the operator issued to your party."


class SignatureInvalid(NotAuthenticated):
    """A signature is missing, wrong, stale or covers too little."""

    code = "signature-invalid"
    title = "The signature does not verify"
    remedy = "Sign the required components with a key registered for your party."


class CoverageMissing(SignatureInvalid):
    """The signature holds but leaves out what it has to cover."""

    code = "coverage"
    title = "The signature does not cover what it must"
    remedy = "Cover @method, @target-uri and, where they are sent, content-digest, content-type, authorization, dpop."


class Stale(SignatureInvalid):
    """The signature's time is missing, over or not yet come."""

    code = "stale"
    title = "The signature is not of this moment"
    remedy = "Sign again with `created` set to the present second; check this machine's clock."


class Replayed(NotAuthenticated):
    """The same signed message came before."""

    code = "replayed"
    title = "This message was already received"
    status = 409
    remedy = "Sign a new message with a fresh nonce; the first one took effect."


class NotPermitted(SealaneError):
    """The caller is known, but this is not theirs to do."""

    code = "not-permitted"
    title = "Your key may not do this"
    status = 403
    remedy = "Use a key of the party that owns this resource, or ask the operator for the role."


class PurposeNotGranted(NotPermitted):
    """No grant covers this field for this purpose."""

    code = "purpose-not-granted"
    title = "No grant covers this purpose"
    remedy = "Ask for a grant that names the field, the leg and the purpose."


class GrantExpired(NotPermitted):
    """The grant's time is over or has not begun."""

    code = "grant-expired"
    title = "The grant is outside its time"
    remedy = "Ask for a new grant."


class GrantRevoked(NotPermitted):
    """The grant was taken back: by the shopper, its merchant, the end of its leg, or a change of policy."""

    code = "grant-revoked"
    title = "The grant was revoked"
    status = 410
    remedy = "Ask for a new grant if the leg still needs the data."


class NotFound(SealaneError):
    """There is no such thing, or it is not yours to see."""

    code = "not-found"
    title = "There is no such thing here"
    status = 404
    remedy = "Check the id; a party sees its own things only."


class Erased(NotFound):
    """It was here and the shopper had it erased."""

    code = "erased"
    title = "This was erased at the shopper's wish"
    status = 410
    remedy = "The erasure receipt says what went, what stays and why."

    def __init__(self, detail: str = "", *, receipt: msgspec.Raw | None = None) -> None:
        super().__init__(detail)
        self.receipt = receipt
        """The receipt as JSON, where the erasure of a whole subject left one."""


class Conflict(SealaneError):
    """The request contradicts what is already stored."""

    code = "conflict"
    title = "This contradicts what is stored"
    status = 409
    remedy = "Read the stored resource and send a request that fits it."


class AlreadyDecided(Conflict):
    """The case has its outcome."""

    code = "already-decided"
    title = "This was already decided"


class CaseClaimed(Conflict):
    """Another person works on the case."""

    code = "case-claimed"
    title = "Somebody else works on this case"


class GrantSpent(Conflict):
    """The grant was redeemed as often as it may be."""

    code = "grant-spent"
    title = "The grant is used up"
    remedy = "Use what the first answer gave, or ask for a new grant."


class LegalHold(Conflict):
    """A law forbids to erase this for now; the detail names it and until when."""

    code = "legal-hold"
    title = "A law forbids to erase this for now"
    remedy = "Wait until the hold ends, or let the operator lift it once its reason is gone."


class IdempotencyMismatch(Conflict):
    """The key was used before with another body."""

    code = "idempotency-mismatch"
    title = "This Idempotency-Key was used with another body"
    status = 422
    remedy = "Use a new Idempotency-Key for a new request."


class InProgress(Conflict):
    """The first request with this key has no answer yet."""

    code = "in-progress"
    title = "The first request with this key is still running"
    remedy = "Wait the given seconds and send the same request again."


class ProofInvalid(SealaneError):
    """A log proof does not hold; the detail says which hash differed and at which level."""

    code = "proof-invalid"
    title = "The proof does not hold"
    status = 422
    remedy = "Fetch the proof again from the log; if it still fails, keep both as evidence."


class EnvelopeInvalid(SealaneError):
    """A sealed value does not open: it was altered, moved to another place, or sealed under another key."""

    code = "envelope-invalid"
    title = "A sealed value does not open"
    remedy = "Restore the value and its keys from one backup; treat an unexplained case as an incident."


class TooLarge(SealaneError):
    """The body is over the limit."""

    code = "too-large"
    title = "The body is too large"
    status = 413
    remedy = "Send a smaller body, or many orders through the batch route."


class RateLimited(SealaneError):
    """The party's allowance is used up for now."""

    code = "rate-limited"
    title = "Too many requests"
    status = 429
    remedy = "Wait the given seconds, then go on."


class DependencyUnavailable(SealaneError):
    """A part that the call needs is not usable right now."""

    code = "dependency-unavailable"
    title = "A part this call needs is not available"
    status = 503
    remedy = "Try again soon; nothing was stored by this call."


class Misconfigured(SealaneError):
    """Sealane cannot start like this; the program ends with exit code 78 (EX_CONFIG, sysexits)."""

    code = "misconfigured"
    title = "Sealane cannot start with this configuration"
    remedy = "Change the named line and start again."
