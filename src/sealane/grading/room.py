"""The room: looks at shops within their allowance, keeps grades, and knows what is watched and authorised.

scan = grading.look(request)
graded = grading.judge(scan, own, now_us=clock())
database.run(lambda tx: grading.publish(tx, published, scan))
"""

import sqlite3
import time
from collections import deque
from datetime import timedelta
from threading import Condition

from msgspec.structs import replace

from sealane.grading import store
from sealane.grading.changes import Change
from sealane.grading.own import Own, Profile
from sealane.grading.record import (
    Alert,
    Appeal,
    AppealRequest,
    Authorisation,
    Published,
    Verdict,
    Watch,
    WatchTerms,
)
from sealane.grading.rubric import Act, Graded, judge, shipped_rubric
from sealane.grading.scanning import Request, Scanner, Terms
from sealane.grading.sight import Scan
from sealane.grading.target import Resolve, any_address, host_of
from sealane.model.clock import Clock, from_micros
from sealane.model.errors import AlreadyDecided, Conflict, NotFound, RateLimited
from sealane.model.ids import new_id
from sealane.storage.transaction import Transaction

__all__ = ["Grading"]

_SCANS_AN_HOUR = 120
_HOUR_SECONDS = 3600.0
_PATIENCE_SECONDS = 10.0
_APPEAL_TIME = timedelta(days=1)


class Grading:
    """Grades of the shops that parties listed."""

    def __init__(self, terms: Terms, resolve: Resolve, clock: Clock) -> None:
        self.rubric = shipped_rubric()
        self._scanner = Scanner(terms, any_address if terms.allows_private else resolve, clock)
        self._free = Condition()
        self._running: set[str] = set()
        self._looks: dict[str, deque[float]] = {}

    def look(self, request: Request) -> Scan:
        """Return what there is to see at a shop; one look at a host at a time, 120 an hour.

        Raises:
            InvalidInput: when the addresses are none, too many, or of several hosts.
            NotPermitted: when the host is not listed, or leads to a private address.
            Unanswered: when nobody answers.
            Conflict: when this host is being looked at already.
            RateLimited: when it was looked at too often.
        """
        host = host_of(request.urls[0]) if request.urls else ""
        self._admit(host)
        try:
            return self._scanner.look(request)
        finally:
            with self._free:
                self._running.discard(host)
                self._free.notify_all()

    def judge(self, scan: Scan | None, own: Own, *, now_us: int) -> Graded:
        """Return the grade by the rubric in force."""
        return judge(self.rubric, scan, own, now_us=now_us)

    def conduct(self, tx: Transaction, party_id: str) -> tuple[Act, ...]:
        """Return what a merchant's newest grade leads to; what an ungraded one leads to where there is none."""
        grade = store.standing(tx, party_id)
        return self.rubric.conduct[grade or "U"]

    @staticmethod
    def publish(tx: Transaction, published: Published, scan: Scan) -> None:
        """Store a grade with what was seen."""
        store.add_grade(tx, published, scan)

    @staticmethod
    def latest(conn: sqlite3.Connection, party_id: str) -> Published | None:
        """Return a party's newest grade, if it has one."""
        return store.latest(conn, party_id)

    @staticmethod
    def history(conn: sqlite3.Connection, party_id: str, limit: int) -> list[Published]:
        """Return a party's grades, the newest first."""
        return store.grades(conn, party_id, limit)

    @staticmethod
    def published(conn: sqlite3.Connection, party_id: str, grade_id: str) -> tuple[Published, Scan]:
        """Return one grade of a party with what was seen.

        Raises:
            NotFound: when the party has no such grade.
        """
        found = store.grade(conn, party_id, grade_id)
        if found is None:
            raise NotFound("There is no such grade of this party.")
        return found, store.scan_of(conn, grade_id)

    @staticmethod
    def authorise(tx: Transaction, party_id: str, one: Authorisation) -> None:
        """Let a script run on the payment page; an older authorisation of it ends."""
        store.add_script(tx, party_id, one)

    @staticmethod
    def forbid(tx: Transaction, party_id: str, name: str) -> None:
        """End a script's authorisation.

        Raises:
            NotFound: when it has none.
        """
        if not store.end_script(tx, party_id, name):
            raise NotFound("This script is not authorised.")

    @staticmethod
    def scripts(conn: sqlite3.Connection, party_id: str) -> tuple[Authorisation, ...]:
        """Return the authorisations in force, by name."""
        return store.scripts(conn, party_id)

    @staticmethod
    def watch(tx: Transaction, party_id: str, terms: WatchTerms) -> None:
        """Watch a payment page from now on; the first look makes the baseline."""
        store.put_watch(tx, party_id, terms)

    @staticmethod
    def unwatch(tx: Transaction, party_id: str) -> None:
        """Watch no longer.

        Raises:
            NotFound: when nothing is watched.
        """
        if not store.stop_watch(tx, party_id):
            raise NotFound("No page of this party is watched.")

    @staticmethod
    def watched(conn: sqlite3.Connection, party_id: str) -> Watch | None:
        """Return what is watched of a party, if anything."""
        return store.watch(conn, party_id)

    @staticmethod
    def due(conn: sqlite3.Connection, now_us: int) -> list[Watch]:
        """Return the pages whose next look is due."""
        return store.due(conn, now_us)

    @staticmethod
    def baseline(conn: sqlite3.Connection, party_id: str) -> Scan | None:
        """Return the scan that the next look is compared with."""
        return store.baseline(conn, party_id)

    @staticmethod
    def looked(tx: Transaction, watched: Watch, scan: Scan | None) -> None:
        """Store how a look went; a scan becomes what the next one is compared with."""
        store.looked(tx, watched, scan)

    @staticmethod
    def alert(tx: Transaction, party_id: str, change: Change, entry_id: str) -> None:
        """Store a change that was found."""
        store.add_alert(tx, party_id, change, entry_id)

    @staticmethod
    def alerts(conn: sqlite3.Connection, party_id: str, *, after: int = 0) -> tuple[Alert, ...]:
        """Return the changes found after a number, oldest first, at most 1,000."""
        return store.alerts(conn, party_id, after=after)

    @staticmethod
    def dispute(tx: Transaction, party_id: str, request: AppealRequest) -> Appeal:
        """Open an appeal against a finding; it is due in a day."""
        now = from_micros(tx.now_us)
        return Appeal(new_id("apl"), party_id, request.check, request.reason, now, now + _APPEAL_TIME)

    @staticmethod
    def answer(tx: Transaction, party_id: str, appeal_id: str, verdict: Verdict) -> Appeal:
        """Return an appeal with the operator's answer in it.

        Raises:
            NotFound: when the party made no such appeal.
            AlreadyDecided: when it was answered before.
        """
        found = store.appeal(tx, party_id, appeal_id)
        if found is None:
            raise NotFound("There is no such appeal.")
        if found.outcome != "open":
            raise AlreadyDecided("This appeal was answered before.")
        now = from_micros(tx.now_us)
        return replace(found, outcome=verdict.outcome, answer=verdict.reason, answered_at=now)

    @staticmethod
    def keep_appeal(tx: Transaction, appeal: Appeal) -> None:
        """Store an appeal, new or answered."""
        store.put_appeal(tx, appeal)

    @staticmethod
    def appeals(conn: sqlite3.Connection, party_id: str) -> tuple[Appeal, ...]:
        """Return a party's appeals, the newest first."""
        return store.appeals(conn, party_id)

    @staticmethod
    def describe(tx: Transaction, party_id: str, profile: Profile) -> None:
        """Store what people found out about a merchant."""
        store.put_profile(tx, party_id, profile)

    @staticmethod
    def profile(conn: sqlite3.Connection, party_id: str) -> Profile:
        """Return what people found out about a merchant."""
        return store.profile(conn, party_id)

    def _admit(self, host: str) -> None:
        with self._free:
            if not self._free.wait_for(lambda: host not in self._running, _PATIENCE_SECONDS):
                raise Conflict("This shop is being looked at right now.", remedy="Wait for that grade, then read it.")
            now = time.monotonic()
            looks = self._looks.setdefault(host, deque())
            while looks and now - looks[0] > _HOUR_SECONDS:
                looks.popleft()
            if len(looks) >= _SCANS_AN_HOUR:
                seconds = int(_HOUR_SECONDS - (now - looks[0])) + 1
                raise RateLimited("This shop was looked at too often.", retry_after_seconds=seconds)
            looks.append(now)
            self._running.add(host)
