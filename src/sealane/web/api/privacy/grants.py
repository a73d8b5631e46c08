"""Grants: who may see what of an order; redeeming one gives the values, once or as often as it says."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

import msgspec

from sealane.disclosure import Grant, Refusal, standing_of
from sealane.flows.privacy.disclose import Answer, Denied, Redemption, redeem
from sealane.flows.privacy.granting import GrantRequest, Issued, grant, revoke
from sealane.flows.privacy.sealing import SealedAnswer, slit_of
from sealane.model.clock import from_micros
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import Conflict, Erased, GrantExpired, GrantRevoked, GrantSpent, NotFound, PurposeNotGranted
from sealane.model.ids import is_id
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer as Stored
from sealane.storage.idempotency import Slot, once
from sealane.web.api.answers import REPLAYED
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "GrantAnswer", "RedeemAnswer", "redeem_named", "told"]

_SECRET = re.compile(r"gnt_[A-Za-z0-9_-]{43}")
_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(GrantRequest)


class RefusedField(msgspec.Struct, frozen=True):
    """A field that is not in the grant: why in a sentence, as a code, and the cell of the policy that says so."""

    field: str
    reason: str
    code: str
    cell: str


class GrantAnswer(msgspec.Struct, frozen=True):
    """A grant; `grant_id` is shown here and stored nowhere, `reference` names it where it may be read by others."""

    reference: str
    fields: tuple[str, ...]
    refused: tuple[RefusedField, ...]
    standing: Literal["open", "waiting", "early", "spent", "expired", "revoked"]
    not_before: datetime | None
    expires_at: datetime
    max_uses: int
    grant_id: str | msgspec.UnsetType = msgspec.UNSET


class RedeemAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A release: the values, or the values sealed to the party; how each was given; entry and receipt that prove it.

    `withheld` are fields of the grant that are given only at another moment of the journey.
    """

    disclosure_id: str
    fields: dict[str, Any]
    log_entry: str
    forms: dict[str, str]
    receipt: str
    withheld: tuple[RefusedField, ...] = ()
    sealed: SealedAnswer | None = None


class RedeemQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the answer is to be sealed to the party's X25519 key."""

    sealed: Literal["true", "false"] = "false"


class RevokeAnswer(msgspec.Struct, frozen=True):
    """A grant that is over."""

    reference: str
    standing: str


_query = msgspec.json.Decoder(RedeemQuery)
_reference = msgspec.json.Decoder(GrantAnswer)


async def create_grant(visit: Visit) -> Reply:
    """Grant a party what the policy lets it have."""
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    request, key, rooms = decode(_decoder, body), visit.idempotency_key, visit.lane.rooms

    def work(tx: Transaction) -> bytes:
        return _encode(_answer(grant(rooms, visit.party, request, tx), tx.now_us))

    def flow(tx: Transaction) -> tuple[Stored, str]:
        if key is None:
            stored = Stored(work(tx), replayed=False)
        else:
            stored = once(tx, Slot(visit.party.party_id, "grants", key), sha256(body).digest(), work)
        # The id opens personal data, so the stored answer has it left out; the key ring makes it again.
        made = rooms.disclosure.grant(tx, _reference.decode(stored.body).reference, by_reference=True)
        return stored, rooms.disclosure.secret(made)

    stored, secret = await rooms.database.run_async(flow)
    whole = b'{"grant_id":%b,%b' % (_encode(secret), stored.body[1:])
    return Reply(201, whole, headers=REPLAYED if stored.replayed else ())


async def redeem_grant(visit: Visit) -> Reply:
    """Give the party that a grant was made for what it covers."""
    name, query = _secret_of(visit), visit.query(_query)
    return await redeem_named(visit, lambda tx: visit.lane.rooms.disclosure.grant(tx, name), query)


async def redeem_named(visit: Visit, find: Any, query: RedeemQuery) -> Reply:
    """Redeem the grant that `find` finds in the transaction."""
    rooms, key = visit.lane.rooms, visit.idempotency_key
    # Asked before anything is used up: a party without a key has lost nothing.
    slit = slit_of(visit.party) if query.sealed == "true" else None

    def flow(tx: Transaction) -> Answer | Denied:
        return redeem(rooms, Redemption(visit.party, find(tx), key), tx)

    done = await rooms.database.run_async(flow)
    if isinstance(done, Denied):
        raise done.refusal
    statement = done.released.statement
    sealed = slit.seal(done) if slit else None
    answer = RedeemAnswer(
        disclosure_id=statement.disclosure_id,
        fields={} if sealed else done.values,
        log_entry=done.released.log_entry,
        forms={each.field: each.form for each in statement.fields},
        receipt=done.released.receipt,
        withheld=_told_refusals(done.withheld),
        sealed=sealed,
    )
    return json_reply(answer)


async def revoke_grant(visit: Visit) -> Reply:
    """End a grant of one's own; the id or the reference names it."""
    name, rooms = str(visit.scope["path_params"]["grant_id"]), visit.lane.rooms
    if not is_id(name, "gnt"):
        name = _secret_of(visit)

    def flow(tx: Transaction) -> RevokeAnswer:
        found = rooms.disclosure.grant(tx, name, by_reference=True)
        if not visit.party.has("operator") and found.merchant_id != visit.party.party_id:
            raise NotFound("There is no grant with this id.")
        by = "the operator" if visit.party.has("operator") else "the shop"
        revoke(rooms, found, f"{by} ended it", tx)
        return RevokeAnswer(found.reference, "revoked")

    return json_reply(await rooms.database.run_async(flow))


def told(found: Grant, now_us: int) -> tuple[str, datetime | None, datetime]:
    """Return a grant's standing, its beginning (None while it waits for its leg) and its end."""
    begins = None if found.is_waiting else from_micros(found.not_before_us)
    return standing_of(found, now_us), begins, from_micros(found.expires_us)


def _answer(issued: Issued, now_us: int) -> GrantAnswer:
    found = issued.grant
    standing, begins, ends = told(found, now_us)
    refused = _told_refusals(issued.refused)
    members = {"standing": standing, "not_before": begins, "expires_at": ends, "max_uses": found.max_uses}
    return msgspec.convert(
        {"reference": found.reference, "fields": found.names, "refused": refused, **members}, GrantAnswer
    )


def _told_refusals(refusals: tuple[Refusal, ...]) -> tuple[RefusedField, ...]:
    return tuple(RefusedField(each.field, each.reason, each.code, each.cell) for each in refusals)


def _secret_of(visit: Visit) -> str:
    """Return the secret id in the path.

    Raises:
        NotFound: when it has not the shape of one.
    """
    name: str = visit.scope["path_params"]["grant_id"]
    if not _SECRET.fullmatch(name):
        raise NotFound("There is no grant with this id.")
    return name


ROUTES = (
    Route(
        method="POST",
        path="/v1/grants",
        action=create_grant,
        summary="Let a party see fields of an order, for a purpose, a leg and a time",
        tag="privacy",
        roles=("merchant", "operator"),
        request=GrantRequest,
        answers={201: GrantAnswer},
        refusals=(NotFound,),
        is_repeatable=True,
    ),
    Route(
        method="POST",
        path="/v1/grants/{grant_id}/redeem",
        action=redeem_grant,
        summary="Redeem a grant made for your party and get the values",
        tag="privacy",
        roles=(),
        query=RedeemQuery,
        answers={200: RedeemAnswer},
        refusals=(PurposeNotGranted, GrantExpired, GrantSpent, GrantRevoked, Erased),
        is_repeatable=True,
    ),
    Route(
        method="DELETE",
        path="/v1/grants/{grant_id}",
        action=revoke_grant,
        summary="End a grant at once",
        tag="privacy",
        roles=("merchant", "operator"),
        answers={200: RevokeAnswer},
        refusals=(Conflict,),
    ),
)
