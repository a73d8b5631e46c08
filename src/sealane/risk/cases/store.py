"""All SQL of cases."""

import sqlite3
from typing import Any

from msgspec.structs import astuple

from sealane.model.errors import NotFound
from sealane.risk.cases.case import Act, Case, CaseAct
from sealane.storage.rows.statements import insert_into, places, select_from
from sealane.storage.transaction import Transaction

__all__ = ["acts", "add_act", "get", "of_order", "page", "put", "read", "unsettled", "waiting"]

_FIELDS = Case.__struct_fields__
_CHANGED = ", ".join(f"{field} = excluded.{field}" for field in _FIELDS[10:])
_PUT = f"{insert_into('risk_case', _FIELDS)} ON CONFLICT (case_id) DO UPDATE SET {_CHANGED}"
_SELECT = select_from("risk_case", _FIELDS)
_ADD_ACT = "INSERT INTO risk_case_act (case_id, at_us, actor, act, body) VALUES (?, ?, ?, ?, ?)"
_CONDITIONS = {
    "merchant_id": "merchant_id = ?",
    "stage": "stage = ?",
    "order_id": "order_id = ?",
    "assigned_to": "assigned_to = ?",
}
ORDERS = {"due": ("due_us", "ASC", ">"), "risk": ("at_risk_eur", "DESC", "<"), "opened": ("opened_us", "DESC", "<")}


def put(tx: Transaction, case: Case) -> None:
    """Write a new or changed case; what was true when it was opened stays."""
    tx.insert(_PUT, astuple(case))


def add_act(tx: Transaction, case_id: str, actor: str, act: Act, body: str | None = None) -> None:
    """Write what somebody did with the case."""
    tx.insert(_ADD_ACT, (case_id, tx.now_us, actor, act, body))


def get(tx: Transaction, case_id: str) -> Case:
    """Return a case to work on.

    Raises:
        NotFound: when there is none.
    """
    row = tx.one(f"{_SELECT} WHERE case_id = ?", (case_id,))
    if row is None:
        raise NotFound("There is no case with this id.")
    return Case(*row)


def read(conn: sqlite3.Connection, case_id: str) -> Case:
    """Return a case to look at.

    Raises:
        NotFound: when there is none.
    """
    row = conn.execute(f"{_SELECT} WHERE case_id = ?", (case_id,)).fetchone()
    if row is None:
        raise NotFound("There is no case with this id.")
    return Case(*row)


def of_order(tx: Transaction, order_id: str) -> list[Case]:
    """Return the cases of an order, oldest first."""
    return [Case(*row) for row in tx.all(f"{_SELECT} WHERE order_id = ? ORDER BY opened_us, case_id", (order_id,))]


def unsettled(tx: Transaction) -> list[Case]:
    """Return the closed cases whose time to undo is over and whose verdict is not recorded yet."""
    sql = f"{_SELECT} WHERE settles_us IS NOT NULL AND settles_us <= ? ORDER BY settles_us, case_id"
    return [Case(*row) for row in tx.all(sql, (tx.now_us,))]


def page(
    conn: sqlite3.Connection, wanted: dict[str, Any], *, states: tuple[str, ...], order: str, limit: int,
    after: tuple[int, str] | None,
) -> list[Case]:  # fmt: skip
    """Return at most `limit` cases in one of the orders (due, risk, opened), those after a position."""
    column, direction, beyond = ORDERS[order]
    conditions = [f"state IN {places(len(states))}", *(_CONDITIONS[name] for name in wanted)]
    values: list[Any] = [*states, *wanted.values()]
    if "closed" not in states:
        conditions.append("state <> 'closed'")  # In these words the planner sees that the indexes cover the question.
    if after is not None:
        conditions.append(f"({column}, case_id) {beyond} (?, ?)")
        values += after
    sql = f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY {column} {direction}, case_id {direction} LIMIT ?"
    return [Case(*row) for row in conn.execute(sql, (*values, limit))]


def waiting(conn: sqlite3.Connection, now_us: int, merchant_id: str | None) -> list[tuple[Any, ...]]:
    """Return (stage, open cases, overdue ones, money at risk, next due time) of each stage."""
    sql = """SELECT stage, count(*), sum(CASE WHEN due_us < ? THEN 1 ELSE 0 END), sum(at_risk_eur), min(due_us)
        FROM risk_case WHERE state <> 'closed' AND merchant_id = coalesce(?, merchant_id)
        GROUP BY stage ORDER BY min(due_us)"""
    return conn.execute(sql, (now_us, merchant_id)).fetchall()


def acts(conn: sqlite3.Connection, case_id: str) -> tuple[CaseAct, ...]:
    """Return what was done with a case, oldest first."""
    sql = "SELECT at_us, actor, act, body FROM risk_case_act WHERE case_id = ? ORDER BY number"
    return tuple(CaseAct(*row) for row in conn.execute(sql, (case_id,)))
