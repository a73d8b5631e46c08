"""Statements over whole rows, whose columns are written once: beside the record that a row becomes.

    insert_into("peers", ("party_id", "origin"))    INSERT INTO peers (party_id, origin) VALUES (?, ?)
    select_from("peers", ("party_id", "origin"))    SELECT party_id, origin FROM peers

Only names of tables and columns of our own are put in; values are bound by whoever runs the statement, which may add
its conditions behind.
"""

from collections.abc import Sequence

__all__ = ["insert_into", "places", "select_from"]


def insert_into(table: str, columns: Sequence[str]) -> str:
    """Return the statement that adds one row."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {places(len(columns))}"  # noqa: S608 - names of our own


def select_from(table: str, columns: Sequence[str]) -> str:
    """Return the statement that reads all rows."""
    return f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - names of our own


def places(count: int) -> str:
    """Return the places of so many bound values: `(?, ?, ?)`."""
    return f"({', '.join('?' * count)})"
