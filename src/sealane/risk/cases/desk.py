"""The desk: what may be done with a case, by whom, and when its verdict becomes final.

    open -> (proposed, where the amount asks for two people) -> closed -> settled

A claim keeps others off for a while. A closing can be undone until it settles; then its verdict is recorded, for which
`settle` names the cases. What is learned otherwise (a chargeback, a verdict of the merchant) overtakes open cases.
"""

from msgspec.structs import replace

from sealane.model.clock import to_micros
from sealane.model.decision import Decision
from sealane.model.errors import AlreadyDecided, CaseClaimed, Conflict
from sealane.model.event import Event
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.risk.cases import store
from sealane.risk.cases.case import STAGE_MINUTES, Act, Case, CaseStage, Judgement, ReviewTerms, Verdict
from sealane.risk.rates import euro_cents
from sealane.storage.transaction import Transaction

__all__ = ["CaseDesk"]

MINUTE_US = 60_000_000
SECOND_US = 1_000_000
OURSELVES = "sealane"
"""Who acts when no person did."""


class CaseDesk:
    """The verbs of review, inside a transaction; `actor` is who acts, as the caller names them."""

    def __init__(self, terms: ReviewTerms | None = None) -> None:
        self.terms = terms or ReviewTerms()

    def open(self, tx: Transaction, order: Order, decision: Decision) -> Case | None:
        """Open the case that a decision asks for; None when it asks for none."""
        if decision.case_id is None:
            return None
        opened_us = to_micros(decision.decided_at)
        return self._open(
            tx, order, (decision.case_id, decision.stage, decision.decision_id), decision.score, opened_us
        )

    def contest(self, tx: Transaction, order: Order, event: Event) -> Case:
        """Open the case of a chargeback: accept it, or represent it with evidence."""
        return self._open(tx, order, (new_id("case"), "chargeback", None), 1.0, event.observed_us)

    def claim(self, tx: Transaction, case_id: str, by: str) -> Case:
        """Keep the case for somebody, until it lapses; claiming again extends it.

        Raises:
            CaseClaimed: when somebody else holds it.
            AlreadyDecided: when it is closed.
        """
        case = self._workable(tx, case_id, by)
        until_us = tx.now_us + self.terms.claim_minutes * MINUTE_US
        return self._keep(tx, replace(case, claimed_by=by, claimed_until_us=until_us), by, "claimed")

    def release(self, tx: Transaction, case_id: str, by: str) -> Case:
        """Give a claimed case back to the queue.

        Raises:
            CaseClaimed: when somebody else holds it.
            AlreadyDecided: when it is closed.
        """
        case = self._workable(tx, case_id, by)
        return self._keep(tx, replace(case, claimed_by=None, claimed_until_us=None), by, "released")

    def assign(self, tx: Transaction, case_id: str, by: str, to: str | None) -> Case:
        """Put the case on somebody's list, or take it off every list.

        Raises:
            AlreadyDecided: when it is closed.
        """
        case = _undecided(store.get(tx, case_id))
        changed = replace(case, assigned_to=to, claimed_by=None, claimed_until_us=None)
        store.put(tx, changed)
        store.add_act(tx, case_id, by, "assigned", to)
        return changed

    def note(self, tx: Transaction, case_id: str, by: str, text: str) -> Case:
        """Add a note; this is possible at any time."""
        case = store.get(tx, case_id)
        store.add_act(tx, case_id, by, "noted", text)
        return case

    def close(self, tx: Transaction, case_id: str, judgement: Judgement) -> Case:
        """Close the case with a verdict, or propose it when the amount asks for a second person.

        Raises:
            CaseClaimed: when somebody else holds it.
            AlreadyDecided: when it is closed.
            Conflict: when the second person is the first.
        """
        case = self._workable(tx, case_id, judgement.by)
        is_second = case.state == "proposed" and case.verdict == judgement.verdict
        if is_second and case.judged_by == judgement.by:
            raise Conflict(
                "This case is closed by two people, and you are the first of them.",
                remedy="Ask a second person to close it with the same verdict.",
            )
        free = replace(case, claimed_by=None, claimed_until_us=None, verdict=judgement.verdict, judged_by=judgement.by)
        if case.amount_eur >= self.terms.four_eyes_eur * 100 and not is_second:
            return self._keep(tx, replace(free, state="proposed"), judgement.by, "proposed", judgement)
        settles_us = tx.now_us + round(self.terms.undo_seconds * SECOND_US)
        closed = replace(free, state="closed", closed_us=tx.now_us, settles_us=settles_us)
        return self._keep(tx, closed, judgement.by, "closed", judgement)

    def undo(self, tx: Transaction, case_id: str, by: str) -> Case:
        """Take back a proposal or a closing that has not settled yet.

        Raises:
            AlreadyDecided: when its verdict is recorded.
            Conflict: when there is nothing to take back.
        """
        case = store.get(tx, case_id)
        if case.state == "open":
            raise Conflict("This case is open: there is nothing to undo.")
        if case.state == "closed" and (case.settles_us is None or case.settles_us <= tx.now_us):
            raise AlreadyDecided(
                "The verdict is recorded already.", remedy="Record the right verdict by POST /v1/events."
            )
        again = replace(case, state="open", verdict=None, judged_by=None, closed_us=None, settles_us=None)
        return self._keep(tx, again, by, "undone")

    def settle(self, tx: Transaction) -> list[Case]:
        """Make final what can no longer be undone, and return it: its verdicts are to be recorded now."""
        due = store.unsettled(tx)
        for case in due:
            self._keep(tx, replace(case, settles_us=None), OURSELVES, "settled")
        return due

    def learn(self, tx: Transaction, order: Order, verdict: Verdict) -> list[Case]:
        """Close the order's open cases with what became known otherwise; a chargeback's own case stays open."""
        overtaken = [
            case for case in store.of_order(tx, order.order_id) if case.state != "closed" and case.stage != "chargeback"
        ]
        for case in overtaken:
            closed = replace(case, state="closed", verdict=verdict, judged_by=OURSELVES, closed_us=tx.now_us)
            self._keep(tx, closed, OURSELVES, "overtaken")
        return overtaken

    def _open(
        self, tx: Transaction, order: Order, named: tuple[str, CaseStage, str | None], score: float, opened_us: int
    ) -> Case:
        case_id, stage, decision_id = named
        amount_eur = euro_cents(order.payment.amount) or 0
        case = Case(
            case_id,
            order.order_id,
            order.merchant_id,
            stage,
            decision_id,
            score,
            amount_eur,
            round(amount_eur * score),
            opened_us,
            opened_us + STAGE_MINUTES[stage] * MINUTE_US,
        )
        store.put(tx, case)
        store.add_act(tx, case_id, OURSELVES, "opened")
        return case

    def _workable(self, tx: Transaction, case_id: str, by: str) -> Case:
        """Return the case when this person may work on it."""
        case = _undecided(store.get(tx, case_id))
        holder = case.holder(tx.now_us)
        if holder not in {None, by}:
            raise CaseClaimed(f"{holder} holds this case.")
        return case

    def _keep(self, tx: Transaction, case: Case, actor: str, act: Act, why: Judgement | None = None) -> Case:
        store.put(tx, case)
        note = None if why is None else f"{why.verdict}: {why.note}" if why.note else why.verdict
        store.add_act(tx, case.case_id, actor, act, note)
        return case


def _undecided(case: Case) -> Case:
    if case.state == "closed":
        raise AlreadyDecided("This case is closed.")
    return case
