"""One order as the command line shows it: its record and life line, and why each decision was made.

Read over a read-only connection, so a running server is not disturbed.
"""

import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec

from sealane.cli.terminal.output import percent
from sealane.interchange import standing_findings
from sealane.model.ids import is_id
from sealane.risk import Archive, Explanation, default_policy
from sealane.storage import orderbook
from sealane.web.api.views import Moment, OrderView, order_of, timeline_of

__all__ = ["Life", "Why", "explain_order", "life_lines", "show_order", "why_lines"]

BAR = 20
"""Characters of a bar that stands for the heaviest reason."""


class Life(msgspec.Struct, frozen=True):
    """An order and everything that happened to it."""

    order: OrderView
    timeline: tuple[Moment, ...]

    def document(self) -> dict[str, Any]:
        """Return it as JSON shows it: the members of `GET /v1/orders/{id}`, and the life line beside them."""
        document: dict[str, Any] = msgspec.to_builtins(self.order)
        return document | {"timeline": msgspec.to_builtins(self.timeline)}


class Why(msgspec.Struct, frozen=True):
    """Why a decision was made; `replayed` is the SHA-256 of the record that the same input gave again."""

    explanation: Explanation
    replayed: str | None = None


def show_order(connection: sqlite3.Connection, order_id: str) -> Life:
    """Return the order with its decisions and its life line.

    Raises:
        NotFound: when there is no such order.
    """
    order = orderbook.read(connection, order_id)
    decisions = _reader().decisions(connection, order_id)
    events = orderbook.events(connection, order_id)
    timeline = timeline_of(order, events, decisions, standing_findings(connection, order, events))
    return Life(order_of(order, decisions), timeline.items)


def explain_order(connection: sqlite3.Connection, name: str, *, replay: bool) -> list[Why]:
    """Return why each decision of an order, or the one decision that is named, was made; with `replay` decide again.

    Raises:
        NotFound: when there is no such order or decision.
        ProofInvalid: when the same input does not give the stored bytes again.
    """
    risk = _reader()
    if is_id(name, "dec"):
        names = [name]
    else:
        orderbook.read(connection, name)
        names = [decision.decision_id for decision in risk.decisions(connection, name)]
    return [
        Why(
            risk.explanation(connection, decision_id),
            sha256(risk.replay(connection, decision_id)).hexdigest() if replay else None,
        )
        for decision_id in names
    ]


def _reader() -> Archive:
    return Archive(default_policy())


def life_lines(life: Life) -> Iterator[str]:
    """Yield the order's head line and its life, oldest first."""
    order = life.order
    countries = ", ".join(f"{each.shipper_country or '?'} to {each.consignee_country}" for each in order.consignments)
    yield f"{order.order_id}  {order.reference}  {order.payment.amount}  {order.payment.method}  {countries}"
    for moment in life.timeline:
        told = f"{moment.at:%Y-%m-%d %H:%M:%S}  {moment.track:<11}  {moment.kind}"
        if moment.decision is not None:
            told += f"  {moment.decision.outcome}, {percent(moment.decision.score)}"
        yield told


def why_lines(why: Why) -> Iterator[str]:
    """Yield the decision in a sentence, then its reasons with their weights, heaviest first."""
    explanation = why.explanation
    decision = explanation.decision
    yield f"{decision.stage}: {decision.outcome}, fraud with {percent(decision.score)}  ({decision.decision_id})"
    yield f"  {explanation.base:+7.3f}  what every order starts with"
    heaviest = max((abs(each.weight) for each in explanation.contributions), default=1.0) or 1.0
    for each in explanation.contributions:
        bar = "#" * max(1, round(BAR * abs(each.weight) / heaviest))
        yield f"  {each.weight:+7.3f}  {bar:<{BAR}}  {each.text} [{each.code}, {each.side}]"
    yield f"  {explanation.log_odds:+7.3f}  together, in log-odds"
    for rule in explanation.rules:
        if rule.verdict == "hit":
            yield f"  rule {rule.code}: {rule.when} (at least {rule.floor})"
    if why.replayed:
        yield f"  replayed: the same bytes, SHA-256 {why.replayed}"
