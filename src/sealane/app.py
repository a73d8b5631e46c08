"""The composition root: settings in, rooms wired; also the Python API that needs no server.

with sealane.open("lane-data") as lane:
    decision = lane.checkout(order)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec

from sealane.alliance import Alliance
from sealane.disclosure import Disclosure
from sealane.flows.erase import close_entries
from sealane.flows.exchange.confirming import Confirmer
from sealane.flows.exchange.courier import Courier
from sealane.flows.exchange.matching import Matcher
from sealane.flows.exchange.streaming import Streamer
from sealane.flows.privacy.rotating import rotate
from sealane.flows.reception import Call, receive_event, receive_order
from sealane.flows.review.settler import Settler
from sealane.flows.rooms import Rooms
from sealane.flows.trust.asking import Asker
from sealane.flows.trust.watching import Watcher
from sealane.grading import Grading, Terms
from sealane.interchange import Interchange
from sealane.interchange.gate.addresses import public_address
from sealane.interchange.stream import open_sink
from sealane.keys.files import read_secret
from sealane.keys.providers.choice import root_of
from sealane.keys.ring import FILE as RING_FILE
from sealane.keys.ring import KeyRing
from sealane.keys.secrets import digest, new_secret
from sealane.keys.signing import Signer
from sealane.model.clock import Clock, system_clock
from sealane.model.decision import Decision
from sealane.model.decoding import decode_event, decode_order
from sealane.model.errors import Misconfigured
from sealane.model.event import EventResult
from sealane.model.order import OrderResult
from sealane.model.party import Party, PartyRequest
from sealane.risk import Risk, chosen_model, default_policy
from sealane.risk.cases import ReviewTerms
from sealane.settings import Settings, load_settings
from sealane.shield import Shield, read_feeds
from sealane.storage import parties
from sealane.storage.database import Database, Transaction, open_key_store, open_lead
from sealane.storage.sharing import ALONE, Lead
from sealane.supervision import Log
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.log import LogKeys
from sealane.supervision.sharing import Board
from sealane.supervision.witness.policy import NO_WITNESSES, parse_policy
from sealane.vault import Vault, VaultOptions

__all__ = ["Sealane", "open_lane", "open_ring"]

T = TypeVar("T")

LOCAL_MERCHANT = "Local merchant"


@dataclass(frozen=True, slots=True)
class Sealane:
    """One open installation: its rooms over one data folder."""

    settings: Settings
    rooms: Rooms
    clock: Clock
    settler: Settler
    confirmer: Confirmer
    courier: Courier
    matcher: Matcher
    watcher: Watcher
    asker: Asker
    streamer: Streamer

    @classmethod
    def open(cls, settings: Settings, *, clock: Clock = system_clock, is_rehearsal: bool = False) -> Self:
        """Open the data folder, making it on first use, and wire the rooms.

        A rehearsal, on a copy of a folder, signs its log with a key of its own: one key never signs two trees.

        Raises:
            Misconfigured: when the folder, the database, the keys or the log cannot be used as they are.
        """
        folder = Path(settings.data_dir)
        _check_sharing(settings)
        sink = open_sink(settings.stream, settings.stream_options) if settings.stream else None
        database = Database.open(folder, clock=clock, url=settings.database, is_shared=bool(settings.keys_database))
        try:
            rooms = _wire(settings, database, clock, is_rehearsal=is_rehearsal)
        except BaseException:
            database.close()
            raise
        if rooms.vault.erased_again:
            database.run(lambda tx: close_entries(rooms, rooms.vault.erased_again, tx))
        rooms.log.start()
        rooms.vault.rotation.replace = partial(rotate, rooms)
        rooms.vault.start()
        confirmer = Confirmer(rooms, clock)
        confirmer.start()
        courier, matcher, watcher = Courier(rooms, clock), Matcher(rooms), Watcher(rooms, clock)
        asker = Asker(rooms, folder, clock)
        streamer = Streamer(rooms, sink)
        if not is_rehearsal:  # a copy of an installation tells nobody anything
            courier.start()
            matcher.start()
            watcher.start()
            asker.start()
            streamer.start()
        settler = Settler.start(rooms)
        return cls(settings, rooms, clock, settler, confirmer, courier, matcher, watcher, asker, streamer)

    def close(self) -> None:
        """Finish what was accepted, publish the last checkpoint and release the folder."""
        self.streamer.close()
        self.asker.close()
        self.watcher.close()
        self.courier.close()
        self.matcher.close()
        self.confirmer.close()
        self.settler.close()
        self.rooms.vault.stop()
        self.rooms.risk.close()
        self.rooms.log.close()
        self.rooms.lead.close()
        self.rooms.database.close()
        self.rooms.vault.close()
        self.rooms.ring.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def folder(self) -> Path:
        """The data folder."""
        return Path(self.settings.data_dir)

    def checkout(self, order: Mapping[str, Any] | bytes, *, merchant: str = LOCAL_MERCHANT) -> Decision:
        """Take an order (the body of `POST /v1/orders`) and return the decision at checkout.

        Raises:
            InvalidInput: when the order is not valid; `errors` names each field.
            Conflict: when the reference was used with another body.
        """
        return self.place(order, merchant=merchant).decision

    def place(self, order: Mapping[str, Any] | bytes, *, merchant: str = LOCAL_MERCHANT) -> OrderResult:
        """Take an order and return everything `POST /v1/orders` answers: ids, decision, log entry.

        Raises:
            InvalidInput: when the order is not valid; `errors` names each field.
            Conflict: when the reference was used with another body.
        """
        body = _as_bytes(order)
        request = decode_order(body)
        call = Call(self.merchant(merchant), body)
        answer = self._run(lambda tx: receive_order(self.rooms, call, request, tx))
        return msgspec.json.decode(answer.body, type=OrderResult)

    def report(self, event: Mapping[str, Any] | bytes, *, merchant: str = LOCAL_MERCHANT) -> EventResult:
        """Take a later event (the body of `POST /v1/events`) and return its answer, with a decision if one was due.

        Raises:
            InvalidInput: when the event is not valid; `errors` names each field.
            NotFound: when no order is named so.
        """
        body = _as_bytes(event)
        request = decode_event(body)
        call = Call(self.merchant(merchant), body)
        answer = self._run(lambda tx: receive_event(self.rooms, call, request, tx))
        return msgspec.json.decode(answer.body, type=EventResult)

    def merchant(self, name: str) -> Party:
        """Return the merchant of this name, registering it on first use."""
        request = PartyRequest(name=name, roles=("merchant",), country="XK")
        return self._run(lambda tx: parties.by_name(tx, name) or parties.add(tx, request, digest(new_secret("sk"))))

    def _run(self, flow: Callable[[Transaction], T]) -> T:
        return self.rooms.database.run(flow)


def _wire(settings: Settings, database: Database, clock: Clock, *, is_rehearsal: bool) -> Rooms:
    """Return the rooms over an open database; their background work has not begun."""
    folder = Path(settings.data_dir)
    ring = open_ring(settings, clock=clock)
    lead = open_lead(settings.database) if settings.keys_database else ALONE
    signer = Signer.generate() if is_rehearsal else ring.signer("log")
    vault = Vault.open(database, ring, folder, _vault_options(settings))
    vault.rotation.lead = lead
    return Rooms(
        database=database,
        vault=vault,
        risk=_risk(database, settings, lead),
        log=Log.open(
            database,
            folder / "log",
            LogKeys(signer, Safe(ring), Board(database, lead) if settings.keys_database else None),
            origin=settings.log_origin,
            clock=clock,
            witnesses=NO_WITNESSES if is_rehearsal else parse_policy(settings.log_witnesses, settings.log_quorum),
        ),
        shield=Shield.open(ring.signer("notice"), folder, read_feeds(settings.known_bad, settings.known_good)),
        alliance=Alliance.open(
            ring,
            is_custodian=settings.alliance_custodian,
            keeps_register=settings.alliance_register,
            quota_per_day=settings.alliance_quota_per_day,
        ),
        grading=Grading(_scan_terms(settings), public_address, clock),
        interchange=Interchange(
            database,
            ring,
            clock,
            inbox_origin=settings.inbox_origin,
            outbound_loopback=settings.outbound_loopback,
        ),
        disclosure=Disclosure.open(
            ring,
            forbids=Path(settings.policy_forbids) if settings.policy_forbids else None,
            address=settings.public_url,
        ),
        ring=ring,
        requests=ring.blinder("requests"),
        lead=lead,
    )


def open_ring(settings: Settings, *, clock: Clock = system_clock) -> KeyRing:
    """Open the key ring of an installation, making it on first use, wherever it is kept.

    Raises:
        Misconfigured: when the keys cannot be used as they are.
        DependencyUnavailable: when whoever keeps them does not answer.
    """
    folder, root = Path(settings.data_dir), root_of(settings)
    if not settings.keys_database:
        return KeyRing.open(folder, root=root, clock=clock)
    store = open_key_store(settings.keys_database)
    with store.alone():
        kept = read_secret(folder / RING_FILE) if store.load() is None else None
        if kept is not None:  # the ring of a server that was alone until now
            store.save(kept, None)
        return KeyRing.open(folder, root=root, clock=clock, shelf=store)


def _check_sharing(settings: Settings) -> None:
    """Refuse settings by which several servers could not share an installation.

    Raises:
        Misconfigured: naming the setting to change.
    """
    if not settings.keys_database:
        return
    if not settings.database:
        raise Misconfigured(
            "A database of keys is named, but none of the data.",
            remedy="Set `database` to a PostgreSQL database as well, or leave `keys_database` out.",
        )
    if settings.keys_database == settings.database:
        raise Misconfigured(
            "Keys and data lie in one database, so a backup of the data would keep what an erasure destroys.",
            remedy="Name another database in `keys_database`; its backups live no longer than the erasure horizon.",
        )


def _risk(database: Database, settings: Settings, lead: Lead) -> Risk:
    risk = Risk.open(
        database, default_policy(chosen_model(settings.model)), _terms(settings), features=settings.features
    )
    if lead is not ALONE:
        risk.share(database, lead)
    if settings.challenger and (challenger := chosen_model(settings.challenger)) is not None:
        risk.challenge(database, challenger)
    return risk


def _terms(settings: Settings) -> ReviewTerms:
    return ReviewTerms(
        claim_minutes=settings.review_claim_minutes,
        undo_seconds=settings.review_undo_seconds,
        four_eyes_eur=settings.review_four_eyes_eur,
    )


def _scan_terms(settings: Settings) -> Terms:
    return Terms(
        trusted=settings.grading_ca,
        browser=settings.grading_browser,
        is_sandboxed=settings.grading_browser_sandbox,
        allows_private=settings.grading_allow_private,
    )


def _vault_options(settings: Settings) -> VaultOptions:
    return VaultOptions(
        settings.erasure_horizon_days,
        settings.proxy_hosts,
        settings.proxy_ca,
        settings.keys_database,
        settings.key_rotation_days,
    )


def _as_bytes(document: Mapping[str, Any] | bytes) -> bytes:
    return document if isinstance(document, bytes) else msgspec.json.encode(document)


def open_lane(path: str | Path, *, clock: Clock = system_clock) -> Sealane:
    """Open the data folder at `path`, making it on first use; other settings come from file and environment.

    Raises:
        Misconfigured: when the folder or the configuration cannot be used as it is.
    """
    settings, _ = load_settings({"data_dir": str(path)})
    return Sealane.open(settings, clock=clock)
