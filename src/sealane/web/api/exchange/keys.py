"""Keys of parties: public keys that sign calls, API keys bound to a key pair, and Sealane's own keys."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

from sealane.interchange import Binding, BindingKind, KeyInfo
from sealane.keys.public import decode_base64url
from sealane.keys.secrets import digest, new_secret
from sealane.model.clock import to_micros
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import Conflict, FieldError, InvalidInput, LeakDetected, MalformedBody, NotFound, TooLarge
from sealane.model.party import OPERATOR
from sealane.storage import parties
from sealane.storage.database import Transaction
from sealane.web.problems import SlowBody, UnsupportedMedia
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["BODY_REFUSALS", "ROUTES", "read_request"]

T = TypeVar("T")
Aware = Annotated[datetime, msgspec.Meta(tz=True)]
THUMBPRINT_BYTES = 32
BODY_REFUSALS = (TooLarge, SlowBody, UnsupportedMedia, MalformedBody, InvalidInput, LeakDetected)
"""What may be said of a body that is no record of ours."""


class KeyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public key to put on record, from now on or for a span."""

    public_key: dict[str, Any]
    not_before: Aware | None = None
    expires_at: Aware | None = None


class KeyAdded(msgspec.Struct, frozen=True):
    """The id of a key on record: its thumbprint (RFC 7638)."""

    key_id: str


class KeyEnd(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a key ends; until then it overlaps with its successor."""

    expires_at: Aware


class KeyList(msgspec.Struct, frozen=True):
    """The keys of a party, oldest first."""

    items: tuple[KeyInfo, ...]
    next_cursor: str | None = None


class TokenRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a new API key is bound to: the JWK thumbprint of a DPoP key, or the SHA-256 of a certificate, base64url."""

    kind: BindingKind
    thumbprint: str


class TokenResult(msgspec.Struct, frozen=True):
    """A bound API key, shown once."""

    api_key: str


class KeySet(msgspec.Struct, frozen=True):
    """A JWK set (RFC 7517 section 5)."""

    keys: tuple[dict[str, Any], ...]


async def add_key(visit: Visit) -> Reply:
    """Put a public key on record."""
    party_id, request = _own(visit), await read_request(visit, msgspec.json.Decoder(KeyRequest))
    span = tuple(None if moment is None else to_micros(moment) for moment in (request.not_before, request.expires_at))
    keys, rooms = visit.lane.rooms.interchange.keys, visit.lane.rooms

    def flow(tx: Transaction) -> str:
        key_id = keys.add(tx, party_id, request.public_key, span_us=(span[0], span[1]))
        rooms.log.append(tx, "key.added", order_id=None, content=f"{party_id} {key_id}".encode())
        return key_id

    return json_reply(KeyAdded(await rooms.database.run_async(flow)), 201)


async def list_party_keys(visit: Visit) -> Reply:
    """List a party's keys."""
    party_id = _own(visit)
    with visit.lane.rooms.database.reader() as connection:
        return json_reply(KeyList(visit.lane.rooms.interchange.keys.listing(connection, party_id)))


async def end_key(visit: Visit) -> Reply:
    """Let a key end at a time."""
    party_id, key_id = _own(visit), visit.scope["path_params"]["key_id"]
    request = await read_request(visit, msgspec.json.Decoder(KeyEnd))
    rooms = visit.lane.rooms

    def flow(tx: Transaction) -> None:
        rooms.interchange.keys.end(tx, party_id, key_id, to_micros(request.expires_at))
        rooms.log.append(tx, "key.ended", order_id=None, content=f"{party_id} {key_id}".encode())

    await rooms.database.run_async(flow)
    return json_reply(KeyAdded(key_id))


async def revoke_key(visit: Visit) -> Reply:
    """Revoke a key at once and for good."""
    party_id, key_id = _own(visit), visit.scope["path_params"]["key_id"]
    rooms = visit.lane.rooms

    def flow(tx: Transaction) -> None:
        rooms.interchange.keys.revoke(tx, party_id, key_id)
        rooms.log.append(tx, "key.revoked", order_id=None, content=f"{party_id} {key_id}".encode())

    await rooms.database.run_async(flow)
    return json_reply(KeyAdded(key_id))


async def add_token(visit: Visit) -> Reply:
    """Make an API key that counts only with the proof it is bound to."""
    party_id, secret = _own(visit), new_secret("sk")
    request = await read_request(visit, msgspec.json.Decoder(TokenRequest))
    if party_id == OPERATOR.party_id:
        raise Conflict("The operator's key is in the data folder; it cannot be bound.")
    _check_thumbprint(request.thumbprint)
    rooms = visit.lane.rooms

    def flow(tx: Transaction) -> None:
        parties.add_secret(tx, party_id, digest(secret))
        rooms.interchange.bindings.add(tx, digest(secret), Binding(request.kind, request.thumbprint))
        rooms.log.append(tx, "token.bound", order_id=None, content=party_id.encode())

    await rooms.database.run_async(flow)
    return json_reply(TokenResult(secret), 201)


async def read_own_keys(visit: Visit) -> Reply:
    """Read the public keys that Sealane signs with, and the one that bodies may be encrypted to."""
    interchange = visit.lane.rooms.interchange
    return json_reply(KeySet((interchange.receipts.jwk, interchange.opener.jwk)))


def _own(visit: Visit) -> str:
    """Return the party in the path, if it is the caller's own, or the operator asks about one that exists.

    Raises:
        NotFound: when it is another's, which looks the same as none.
    """
    party_id: str = visit.scope["path_params"]["party_id"]
    if party_id != visit.party.party_id:
        if not visit.party.has("operator"):
            raise NotFound("There is no such party.")
        with visit.lane.rooms.database.reader() as connection:
            parties.by_id(connection, party_id)
    return party_id


async def read_request(visit: Visit, decoder: "msgspec.json.Decoder[T]") -> T:
    """Return the typed body of a call.

    Raises:
        InvalidInput: when it is no strict JSON, holds a card number, or a field is wrong.
    """
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    return decode(decoder, body)


def _check_thumbprint(text: str) -> None:
    try:
        is_right = len(decode_base64url(text)) == THUMBPRINT_BYTES
    except ValueError:
        is_right = False
    if not is_right:
        detail = "A thumbprint is 32 bytes in base64url without padding."
        raise InvalidInput(detail, errors=(FieldError("/thumbprint", "out-of-range", detail),))


_KEYS = "/v1/parties/{party_id}/keys"

ROUTES = (
    Route(
        method="POST",
        path=_KEYS,
        action=add_key,
        summary="Put a public key on record, which then signs calls",
        tag="parties",
        roles=(),
        request=KeyRequest,
        answers={201: KeyAdded},
    ),
    Route(
        method="GET",
        path=_KEYS,
        action=list_party_keys,
        summary="List a party's public keys with their states",
        tag="parties",
        roles=(),
        answers={200: KeyList},
    ),
    Route(
        method="POST",
        path=f"{_KEYS}/{{key_id}}/end",
        action=end_key,
        summary="Let a key end at a time, after its successor has begun",
        tag="parties",
        roles=(),
        request=KeyEnd,
        answers={200: KeyAdded},
    ),
    Route(
        method="DELETE",
        path=f"{_KEYS}/{{key_id}}",
        action=revoke_key,
        summary="Revoke a key at once and for good",
        tag="parties",
        roles=(),
        answers={200: KeyAdded},
    ),
    Route(
        method="POST",
        path="/v1/parties/{party_id}/tokens",
        action=add_token,
        summary="Make an API key bound to a DPoP key (RFC 9449) or a certificate (RFC 8705), shown once",
        tag="parties",
        roles=(),
        request=TokenRequest,
        answers={201: TokenResult},
        refusals=(Conflict,),
    ),
    Route(
        method="GET",
        path="/v1/exchange/keys",
        action=read_own_keys,
        summary="Read the public keys that receipts are signed with and bodies may be encrypted to, as a JWK set",
        tag="exchange",
        roles=PUBLIC,
        answers={200: KeySet},
    ),
)
