"""Reports: what the alliance says of an order, asked for after it was placed and noted in its later facts.

An answer counts from the order's next stage on: the fact of that stage carries the number of members, so a decision
replays whatever the alliance says by then. Where nobody asks an alliance, the number stays unknown.
"""

import sqlite3

import msgspec
from msgspec.structs import replace

from sealane.risk import facts
from sealane.risk.facts import STAGE_OF, Fact
from sealane.risk.rulebook import store
from sealane.storage.transaction import Transaction

__all__ = ["Asked", "Report", "Reports"]

_PLACED = "order"
_MOVED = "consignment.reroute_requested"


class Asked(msgspec.Struct, frozen=True):
    """An order to ask about; with an event, what that brought up new."""

    order_id: str
    event_id: str | None


class Report(msgspec.Struct, frozen=True):
    """How many members report something of an order at most, and what kinds of things those are."""

    order_id: str
    members: int
    kinds: tuple[str, ...] = ()


class Reports:
    """What was asked and answered; `is_asking` says whether this installation asks at all."""

    def __init__(self) -> None:
        self.is_asking = False

    def note(self, tx: Transaction, fact: Fact) -> Fact:
        """Return the fact with the number of members, where the alliance was asked about its order."""
        if not self.is_asking or fact.kind == _PLACED or fact.kind not in STAGE_OF:
            return fact
        members = store.members_reporting(tx, fact.order_id)
        return fact if members is None else replace(fact, reported=members)

    def begin(self, tx: Transaction) -> int:
        """Return the number of the last fact that was asked about; at first, of the last one there is."""
        until = store.asked_until(tx)
        if until is None:
            until = store.newest_fact(tx)
            store.ask_until(tx, until)
        return until

    def waiting(self, conn: sqlite3.Connection, after: int, limit: int) -> tuple[list[Asked], int]:
        """Return what to ask about among the facts after a number, and the number of the last fact looked at."""
        found = []
        for seq, body in store.facts_from(conn, after, limit):
            after, fact = seq, facts.decode(body)
            if fact.kind == _PLACED:
                found.append(Asked(fact.order_id, None))
            elif fact.kind == _MOVED:
                found.append(Asked(fact.order_id, fact.event_id))
        return found, after

    def keep(self, tx: Transaction, answers: list[Report], until: int) -> None:
        """Keep answers, the highest of each order, and that all facts up to a number were asked about."""
        for one in answers:
            store.put_report(tx, one.order_id, one.members, ",".join(one.kinds))
        store.ask_until(tx, until)
