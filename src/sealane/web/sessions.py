"""Sessions of the console: a link that works once, and the cookie it is exchanged for.

    link    si_6f0c...   single use, 15 minutes, for one person; `sealane serve` prints one for the operator
    cookie  ss_91ab...   12 hours, HttpOnly, ends at once when its person leaves

The database keeps digests only, so a copy of it opens nothing. Every session has its own token against forged
requests (CSRF), which each form of the console carries.
"""

import hmac
import sqlite3

import msgspec

from sealane.keys.secrets import digest, new_secret
from sealane.model.errors import NotAuthenticated, NotPermitted
from sealane.model.party import OPERATOR_ID, Person
from sealane.storage.database import Transaction
from sealane.storage.people import register

__all__ = [
    "LINK_SECONDS",
    "SESSION_SECONDS",
    "Session",
    "begin",
    "check_csrf",
    "close",
    "find",
    "issue_link",
    "open_session",
]

LINK_SECONDS = 15 * 60
SESSION_SECONDS = 12 * 3600
SECOND_US = 1_000_000


class Session(msgspec.Struct, frozen=True):
    """Somebody who is signed in; times in microseconds since 1970, UTC."""

    person: Person
    created_us: int
    expires_us: int
    csrf: str


def issue_link(tx: Transaction, person_id: str = OPERATOR_ID) -> str:
    """Return a fresh secret that lets a person in once within 15 minutes; expired ones are swept out."""
    secret = new_secret("si")
    tx.execute("DELETE FROM console_link WHERE expires_us <= ?", (tx.now_us,))
    tx.execute("DELETE FROM console_session WHERE expires_us <= ?", (tx.now_us,))
    tx.execute(
        "INSERT INTO console_link (digest, expires_us, person_id) VALUES (?, ?, ?)",
        (digest(secret), tx.now_us + LINK_SECONDS * SECOND_US, person_id),
    )
    return secret


def open_session(tx: Transaction, secret: str) -> str:
    """Spend the link's secret and return the secret of the session it opens.

    Raises:
        NotAuthenticated: when the link is unknown, spent or older than 15 minutes.
    """
    link = (digest(secret), tx.now_us)
    row = tx.one("SELECT person_id FROM console_link WHERE digest = ? AND expires_us > ?", link)
    if row is None:
        raise NotAuthenticated(
            "This sign-in link was used before, or is older than 15 minutes.",
            remedy="Ask for a new link and open it within 15 minutes.",
        )
    tx.execute("DELETE FROM console_link WHERE digest = ?", link[:1])
    return begin(tx, row[0])


def begin(tx: Transaction, person_id: str) -> str:
    """Sign a person in and return the secret of the session."""
    cookie = new_secret("ss")
    tx.execute(
        "INSERT INTO console_session (digest, created_us, expires_us, csrf, person_id) VALUES (?, ?, ?, ?, ?)",
        (digest(cookie), tx.now_us, tx.now_us + SESSION_SECONDS * SECOND_US, new_secret("cf"), person_id),
    )
    return cookie


def find(conn: sqlite3.Connection, cookie: str, now_us: int) -> Session | None:
    """Return the session this cookie opens, or nothing when it is unknown, closed or over."""
    row = conn.execute(
        "SELECT person_id, created_us, expires_us, csrf FROM console_session WHERE digest = ? AND expires_us > ?",
        (digest(cookie), now_us),
    ).fetchone()
    if row is None:
        return None
    registered = register.by_id(conn, row[0])
    return Session(registered.person, *row[1:]) if registered.left_us is None else None


def close(tx: Transaction, cookie: str) -> None:
    """End the session of this cookie; ending it twice is no error."""
    tx.execute("DELETE FROM console_session WHERE digest = ?", (digest(cookie),))


def check_csrf(expected: str, given: str) -> None:
    """Make sure that a form was sent from one of our own pages.

    Raises:
        NotPermitted: when the token is missing or another one.
    """
    if not expected or not hmac.compare_digest(expected.encode(), given.encode()):
        raise NotPermitted(
            "This form was not sent from a page of this console, or the page is too old.",
            remedy="Open the page again and send the form from there.",
        )
