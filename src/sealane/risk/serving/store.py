"""All SQL of models in service."""

import sqlite3
from collections.abc import Iterator

from sealane.storage.database import Transaction

__all__ = ["INSERT_CHALLENGE", "challenges", "keep_model", "model_body"]

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


def challenges(conn: sqlite3.Connection) -> Iterator[tuple[str, str, float, str, float, str]]:
    """Yield of every challenged decision the order, the stage, the challenger's score and outcome, the champion's."""
    return conn.execute(
        "SELECT order_id, stage, score, outcome, champion_score, champion_outcome FROM risk_challenge ORDER BY number"
    )
