"""The asker: a thread that asks the alliance about new orders and reroutes, away from every decision.

Nobody waits for it. What it learns is kept beside the order and counts from the order's next stage on; while a
custodian is down or a quota is used up, decisions are made without it, and what waits is asked about later.
"""

from pathlib import Path
from threading import Event, Thread

from sealane.alliance import Input, Member
from sealane.alliance.links import CUSTODIANS, read_links, write_links
from sealane.alliance.matching import Copy
from sealane.alliance.wire import Purpose
from sealane.flows.rooms import Rooms
from sealane.flows.trust.alliance import check_pin, record_answers
from sealane.flows.trust.askable import inputs_of
from sealane.model.clock import Clock
from sealane.model.errors import Misconfigured, RateLimited, SealaneError
from sealane.risk.rulebook.reports import Asked, Report

__all__ = ["Asker"]

LOOK_SECONDS = 1.0
PAUSE_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 600.0
AT_ONCE = 200
"""Facts looked at in one go: their orders are asked about in one question per kind, which spares the quota."""

_MOVES: dict[bool, Purpose] = {False: "checkout", True: "reroute"}


class Asker:
    """Asks about each order placed and each reroute asked for; `fault` says why it cannot, None when it can."""

    def __init__(self, rooms: Rooms, folder: Path, clock: Clock) -> None:
        self._rooms = rooms
        self._folder = folder
        self._clock = clock
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sealane-asker", daemon=True)
        self._until = 0
        self.fault: str | None = None

    @property
    def is_asking(self) -> bool:
        """Whether this installation asks an alliance at all."""
        return self._rooms.risk.reports.is_asking

    def start(self) -> None:
        """Begin, if the data folder names both custodians of an alliance; else there is nothing to do."""
        try:
            self._rooms.risk.reports.is_asking = len(read_links(self._folder).custodians) == CUSTODIANS
        except Misconfigured as error:
            self.fault = error.detail
        if self.is_asking:
            # Whatever is placed from now on is asked about, by whichever server leads by then.
            self._rooms.database.run(self._rooms.risk.reports.begin)
            self._thread.start()

    def close(self) -> None:
        """Stop; what waits is asked about after the next start."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause, is_leading = LOOK_SECONDS, False
        while not self._stopped.wait(pause):
            try:
                if not self._rooms.lead.is_held:
                    is_leading = False
                    continue
                if not is_leading:
                    self._until, is_leading = self._rooms.database.run(self._rooms.risk.reports.begin), True
                pause = 0.0 if self._ask() else LOOK_SECONDS
                self.fault = None
            except SealaneError as error:
                pause = _pause_after(error)
                self.fault = error.detail

    def _ask(self) -> bool:
        """Ask about what waits; tells whether more may wait."""
        with self._rooms.database.reader() as conn:
            waiting, until = self._rooms.risk.reports.waiting(conn, self._until, AT_ONCE)
        if until == self._until:
            return False
        answers = self._answers(waiting) if waiting else []
        self._rooms.database.run(lambda tx: record_answers(self._rooms, answers, until, tx))
        self._until = until
        return True

    def _answers(self, waiting: list[Asked]) -> list[Report]:
        with self._rooms.database.reader() as conn:
            each = [(one, inputs_of(self._rooms, conn, one)) for one in waiting]
        copy = Copy.open(self._folder)
        try:
            links = read_links(self._folder)
            with Member(
                links, copy, check_pin, keep=lambda richer: write_links(self._folder, richer), clock=self._clock
            ) as member:
                return [
                    *_asked(member, [pair for pair in each if pair[0].event_id is None], _MOVES[False]),
                    *_asked(member, [pair for pair in each if pair[0].event_id is not None], _MOVES[True]),
                ]
        finally:
            copy.close()


def _asked(member: Member, each: list[tuple[Asked, list[Input]]], purpose: Purpose) -> list[Report]:
    """Ask about all things of some orders at once, and return what is said of each order."""
    flat = [(one.order_id, thing) for one, things in each for thing in things]
    if not flat:
        return []
    matches = member.look_up([thing for _, thing in flat], purpose=purpose, case=flat[0][0])
    found: dict[str, dict[str, int]] = {order_id: {} for order_id, _ in flat}
    for (order_id, _), match in zip(flat, matches, strict=True):
        if match.indicator is not None:
            kinds = found[order_id]
            kinds[match.kind] = max(kinds.get(match.kind, 0), match.indicator.members)
    return [Report(order_id, max(kinds.values(), default=0), tuple(sorted(kinds))) for order_id, kinds in found.items()]


def _pause_after(error: SealaneError) -> float:
    if isinstance(error, RateLimited):
        return min(max(float(error.retry_after_seconds or 0), PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
    return PAUSE_SECONDS
