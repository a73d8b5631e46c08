"""Alliance: what this installation does for members, each thing with its entry on the log.

The log tells who asked how much, for which purpose and case, and which keys are right; it never sees a value or a tag.
"""

from collections.abc import Callable
from typing import NamedTuple

import msgspec

from sealane.alliance import live_epochs
from sealane.alliance.inputs import KINDS, Kind
from sealane.alliance.wire import (
    EvaluateRequest,
    IndicatorReceipt,
    IndicatorRequest,
    KeyList,
    PublishedKey,
    Reason,
    key_content,
)
from sealane.flows.rooms import Rooms
from sealane.keys.oprf import EvaluationKey
from sealane.model.party import Party
from sealane.risk.rulebook.reports import Report
from sealane.storage.database import Transaction
from sealane.supervision.verify import verify_bundle, verify_content

__all__ = [
    "Admitted",
    "admit",
    "check_pin",
    "end_report",
    "list_keys",
    "plant_canary",
    "record_answers",
    "report",
    "with_salts",
]

_encode = msgspec.json.Encoder().encode
_PINNED = "alliance.key_published"


class Admitted(NamedTuple):
    """The answer to a question at the door: the key to use, or None past the quota, and what the caller is told."""

    key: EvaluationKey | None
    left_today: int
    seconds_left: int


def admit(rooms: Rooms, party: Party, request: EvaluateRequest, tx: Transaction) -> Admitted:
    """Count a question against the member's quota and log it; past the quota an alert is logged instead.

    Raises:
        NotFound: when this installation is no custodian.
        InvalidInput: when the epoch is not live.
    """
    custodian = rooms.alliance.custodian
    key = _key(rooms, request.kind, request.epoch, tx)[0]
    count = len(request.elements)
    admission = custodian.admit(tx, party.party_id, count)
    kind = "alliance.evaluated" if admission.is_admitted else "alliance.quota_exceeded"
    about = {"party": party.party_id, "purpose": request.purpose, "case": request.case, "elements": count}
    rooms.log.append(tx, kind, order_id=None, content=_encode(about))
    return Admitted(key if admission.is_admitted else None, admission.left_today, admission.seconds_left)


def list_keys(rooms: Rooms, tx: Transaction) -> KeyList:
    """Return every live key with the log entry that pins it, making and pinning those that are not there yet.

    Raises:
        NotFound: when this installation is no custodian.
    """
    made = [(kind, epoch, *_key(rooms, kind, epoch, tx)) for epoch in live_epochs(tx.now_us) for kind in KINDS]
    return KeyList(
        tuple(PublishedKey(kind, epoch, key.public_key.hex(), entry, "") for kind, epoch, key, entry in made)
    )


def report(rooms: Rooms, party: Party, request: IndicatorRequest, tx: Transaction) -> IndicatorReceipt:
    """Store a member's report and log it; a touched canary is logged as an alert and looks like any other report.

    Raises:
        NotFound: when this installation keeps no register.
        InvalidInput: when the epoch is not live or the expiry is out of range.
        Conflict: when this member reported the tag before.
    """
    indicator_id, is_canary = rooms.alliance.register.report(tx, party.party_id, request)
    about = _encode({"party": party.party_id, "indicator": indicator_id, "reason": request.reason})
    if is_canary:
        rooms.log.append(tx, "alliance.canary_touched", order_id=None, content=about)
    entry_id = rooms.log.append(tx, "alliance.reported", order_id=None, content=about)
    return IndicatorReceipt(indicator_id, entry_id)


def end_report(rooms: Rooms, party: Party, indicator_id: str, tx: Transaction) -> None:
    """Withdraw a member's own report; when the operator calls, overturn anybody's.

    Raises:
        NotFound: when there is no such report that still stands.
    """
    register = rooms.alliance.register
    if party.has("operator"):
        register.overturn(tx, indicator_id)
    else:
        register.withdraw(tx, party.party_id, indicator_id)
    verb = "alliance.overturned" if party.has("operator") else "alliance.withdrawn"
    rooms.log.append(tx, verb, order_id=None, content=_encode({"indicator": indicator_id}))


def plant_canary(rooms: Rooms, kind: Kind, reason: Reason, tx: Transaction) -> str:
    """Add a tag that belongs to nothing and return it.

    Raises:
        NotFound: when this installation keeps no register.
    """
    return rooms.alliance.register.plant(tx, kind, reason)


def record_answers(rooms: Rooms, answers: list[Report], until: int, tx: Transaction) -> None:
    """Keep what the alliance says of own orders, and put each hit on the log; facts up to `until` were asked about."""
    rooms.risk.reports.keep(tx, answers, until)
    for one in answers:
        if one.members:
            about = {"members": one.members, "kinds": one.kinds}
            rooms.log.append(tx, "alliance.matched", order_id=one.order_id, content=_encode(about))


def with_salts(keys: KeyList, salt: Callable[[str], bytes]) -> KeyList:
    """Return the keys with what opens their log entries."""
    return KeyList(tuple(msgspec.structs.replace(key, salt=salt(key.log_entry).hex()) for key in keys.keys))


def check_pin(bundle: bytes, vkey: str, key: PublishedKey) -> None:
    """Check that a custodian's log shows exactly this key.

    Raises:
        ProofInvalid: when the proof fails, or is of another entry.
        InvalidInput: when the key line is not one.
    """
    entry = verify_bundle(bundle, vkey).entry
    verify_content(entry, bytes.fromhex(key.salt), key.content)


def _key(rooms: Rooms, kind: Kind, epoch: str, tx: Transaction) -> tuple[EvaluationKey, str]:
    custodian = rooms.alliance.custodian
    known = custodian.key(tx, kind, epoch)
    if known is not None:
        return known
    key, sealed = custodian.make_key(kind, epoch)
    entry_id = rooms.log.append(tx, _PINNED, order_id=None, content=key_content(kind, epoch, key.public_key.hex()))
    custodian.keep_key(tx, kind, epoch, msgspec.structs.replace(sealed, entry_id=entry_id))
    return key, entry_id
