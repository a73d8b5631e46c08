"""All SQL of models in service."""

import sqlite3
from collections.abc import Iterator

from sealane.model.decision import Outcome, Stage
from sealane.storage.database import Transaction

__all__ = [
    "INSERT_CHALLENGE",
    "challengers",
    "challenges",
    "keep_model",
    "latest_challenges",
    "model_body",
    "newest_challenger",
]

INSERT_CHALLENGE = (
    "INSERT INTO risk_challenge "
    "(decision_id, order_id, stage, model, score, outcome, champion_score, champion_outcome) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def keep_model(tx: Transaction, named: str, name: str, packed: bytes) -> None:
    """Keep a model by its hash; a known one stays as it is."""
    row = (named, name, tx.now_us, packed)
    tx.execute("INSERT INTO risk_model VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING", row)


def model_body(conn: sqlite3.Connection, named: str) -> bytes | None:
    """Return the packed model with this hash."""
    row = conn.execute("SELECT body FROM risk_model WHERE hash = ?", (named,)).fetchone()
    return None if row is None else row[0]


def challengers(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return hash and name of every model that ever was a challenger, the one that scored last first."""
    sql = (
        "SELECT model, max(name) FROM risk_challenge JOIN risk_model ON hash = model "
        "GROUP BY model ORDER BY max(number) DESC"
    )
    return list(conn.execute(sql))


def challenges(conn: sqlite3.Connection, named: str) -> Iterator[tuple[str, Stage, float, Outcome, float, Outcome]]:
    """Yield of every decision that a model challenged: order, stage, its score and outcome, the champion's."""
    sql = (
        "SELECT order_id, stage, score, outcome, champion_score, champion_outcome "
        "FROM risk_challenge WHERE model = ? ORDER BY number"
    )
    return conn.execute(sql, (named,))


def newest_challenger(conn: sqlite3.Connection) -> tuple[str, str] | None:
    """Return hash and name of the model that was a challenger last."""
    sql = "SELECT model, name FROM risk_challenge JOIN risk_model ON hash = model ORDER BY number DESC LIMIT 1"
    found: tuple[str, str] | None = conn.execute(sql).fetchone()
    return found


def latest_challenges(conn: sqlite3.Connection, named: str, limit: int) -> Iterator[tuple[str, Outcome, Outcome]]:
    """Yield of the last decisions that a model challenged: order, the champion's outcome, its own."""
    sql = "SELECT order_id, champion_outcome, outcome FROM risk_challenge WHERE model = ? ORDER BY number DESC LIMIT ?"
    return conn.execute(sql, (named, limit))
