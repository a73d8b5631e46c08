"""The count of an import as it goes on, and the report it ends in."""

from collections import Counter
from typing import Any

import msgspec

from sealane.cli.imports.plan import Item, Plan, Refusal
from sealane.model.money import Money

__all__ = ["Report", "Sent", "Tally", "summarise"]


class Sent(msgspec.Struct, frozen=True):
    """What became of one item: taken now, known from before, or refused; with the decision it got, if any."""

    status: str
    refusal: Refusal | None = None
    stage: str | None = None
    outcome: str | None = None
    score: float | None = None
    reasons: tuple[str, ...] = ()


class _Payment(msgspec.Struct):
    amount: Money


class _Paid(msgspec.Struct):
    payment: _Payment


_read_amount = msgspec.json.Decoder(_Paid).decode


class Tally(msgspec.Struct):
    """Counts so far; kept with the position, so that a resumed import reports the whole."""

    position: int = 0
    decided: int = 0
    known: int = 0
    events: int = 0
    events_known: int = 0
    outcomes: dict[str, int] = {}
    totals: dict[str, int] = {}
    refused: dict[int, Refusal] = {}
    events_refused: dict[int, Refusal] = {}

    def add(self, item: Item, sent: Sent) -> None:
        """Count one answer."""
        self.position += 1
        if sent.refusal is not None:
            (self.events_refused if item.is_event else self.refused)[item.line] = sent.refusal
        elif item.is_event:
            self.events += sent.status == "taken"
            self.events_known += sent.status == "known"
        else:
            self._add_order(item, sent)

    def _add_order(self, item: Item, sent: Sent) -> None:
        self.decided += sent.status == "taken"
        self.known += sent.status == "known"
        if sent.outcome:
            self.outcomes[sent.outcome] = self.outcomes.get(sent.outcome, 0) + 1
        amount = _read_amount(item.body).payment.amount
        self.totals[amount.currency] = self.totals.get(amount.currency, 0) + amount.amount_minor


class Report(msgspec.Struct, frozen=True):
    """What an import did; `totals` are the sums of the orders decided or known, in minor units by currency."""

    file: str
    format: str
    merchant: str
    rows: int
    orders: int
    decided: int
    known: int
    refused: int
    skipped: dict[str, int]
    events: int
    events_known: int
    events_refused: int
    outcomes: dict[str, int]
    totals: list[Money]
    refusals: list[dict[str, Any]]
    absent: list[dict[str, Any]]
    resumed_at: int
    seconds: float
    orders_per_second: float
    rejects: str | None = None


def summarise(plan: Plan, tally: Tally) -> dict[str, Any]:
    """Return the counts of the report from what was planned and what came back."""
    refused = plan.refusals | tally.refused
    return {
        "rows": plan.rows,
        "orders": plan.orders,
        "decided": tally.decided,
        "known": tally.known,
        "refused": len(refused),
        "skipped": dict(plan.skipped),
        "events": tally.events,
        "events_known": tally.events_known,
        "events_refused": len(plan.event_refusals | tally.events_refused),
        "outcomes": tally.outcomes,
        "totals": [Money(minor, currency) for currency, minor in sorted(tally.totals.items())],  # type: ignore[arg-type]  # read as money before
        "refusals": _grouped(refused),
        "absent": [
            {"field": pointer, "column": column, "rows": count}
            for (pointer, column), count in plan.absent.most_common()
        ],
    }


def _grouped(refused: dict[int, Refusal]) -> list[dict[str, Any]]:
    """Return the refusals by reason, most frequent first, each with the first lines it struck."""
    counts = Counter((refusal.code, refusal.pointer, refusal.detail) for refusal in refused.values())
    lines: dict[tuple[str, str, str], list[int]] = {}
    for line, refusal in sorted(refused.items()):
        lines.setdefault((refusal.code, refusal.pointer, refusal.detail), []).append(line)
    return [
        {"code": code, "field": pointer, "reason": detail, "rows": count, "lines": lines[code, pointer, detail][:5]}
        for (code, pointer, detail), count in counts.most_common()
    ]
