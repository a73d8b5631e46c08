"""Parties: the operator registers who may call, and hands each its key, which is shown this one time."""

from hashlib import sha256
from typing import Any

import msgspec

from sealane.keys.secrets import digest, new_secret
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.party import PartyRequest
from sealane.storage import parties
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer, Slot, once
from sealane.web.api.answers import REPLAYED
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "PartyResult"]

_KEY_TYPES = ("EC", "OKP", "RSA")
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_decoder = msgspec.json.Decoder(PartyRequest)


class PartyResult(msgspec.Struct, frozen=True):
    """A party and its key; a repeated request gets no key, because none is kept."""

    party_id: str
    api_key: str | None = None


async def register_party(visit: Visit) -> Reply:
    """Register a party."""
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    request, key, secret = decode(_decoder, body), visit.idempotency_key, new_secret("sk")
    _check_keys(request.public_keys)

    def work(tx: Transaction) -> bytes:
        party_id = parties.add(tx, request, digest(secret)).party_id
        visit.lane.rooms.interchange.keys.enrol(tx, party_id, request.public_keys)
        return party_id.encode()

    def flow(tx: Transaction) -> Answer:
        if key is None:
            return Answer(work(tx), replayed=False)
        return once(tx, Slot(visit.party.party_id, "parties", key), sha256(body).digest(), work)

    answer = await visit.lane.rooms.database.run_async(flow)
    party_id = answer.body.decode()
    if answer.replayed:
        return json_reply(PartyResult(party_id), 201, headers=REPLAYED)
    return json_reply(PartyResult(party_id, secret), 201)


def _check_keys(keys: tuple[dict[str, Any], ...]) -> None:
    """Make sure that each key is a public one, as JSON Web Keys are written (RFC 7517, RFC 7518 section 6).

    Raises:
        InvalidInput: naming the member that is missing, not a text, or part of a private key.
    """
    for number, key in enumerate(keys):
        if key.get("kty") not in _KEY_TYPES:
            raise _wrong_key(f"/public_keys/{number}/kty", "not-allowed", "The key type is none of EC, OKP, RSA.")
        for name, value in key.items():
            if name in _PRIVATE_MEMBERS:
                detail = "This is part of a private key; keep it, and use another key pair from now on."
                raise _wrong_key(f"/public_keys/{number}/{name}", "private-key", detail)
            if not all(isinstance(text, str) for text in (value if isinstance(value, list) else [value])):
                raise _wrong_key(f"/public_keys/{number}", "wrong-type", "Members of a key are texts or lists of them.")


def _wrong_key(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, code, detail),))


ROUTES = (
    Route(
        method="POST",
        path="/v1/parties",
        action=register_party,
        summary="Register a party and get its API key, shown once",
        tag="parties",
        roles=("operator",),
        request=PartyRequest,
        answers={201: PartyResult},
        is_repeatable=True,
    ),
)
