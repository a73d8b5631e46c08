"""The rule book over a database: versions, lists and snoozes, and what of them is in force in memory."""

import re
import sqlite3
from functools import partial

from msgspec.structs import replace

from sealane.model.errors import Conflict, FieldError, InvalidInput, NotFound, NotPermitted
from sealane.risk import store as texts
from sealane.risk.policy import RiskPolicy
from sealane.risk.rulebook import store
from sealane.risk.rulebook.entries import LIST_FIELDS, Entry, NamedList, Published, Snooze
from sealane.risk.rulebook.marks import Marks
from sealane.storage.database import Database
from sealane.storage.transaction import Transaction

__all__ = ["MAX_SNOOZE_DAYS", "Rulebook", "policy_in_force"]

MAX_SNOOZE_DAYS = 180
DAY_US = 86_400_000_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


def policy_in_force(conn: sqlite3.Connection, shipped: RiskPolicy) -> RiskPolicy:
    """Return the shipped policy with the newest published rules, if any were published."""
    named = store.live_hash(conn)
    text = None if named is None else texts.text(conn, named)
    return shipped if text is None else _with_rules(shipped, text)


class Rulebook:
    """The rules in force (`policy`) and what lists and snoozes say (`marks`); changes count once they are durable."""

    def __init__(self, database: Database, policy: RiskPolicy) -> None:
        self._database = database
        self._shipped = policy
        self.policy = policy
        self.marks = Marks()
        self.reload()
        database.on_reset(lambda _: self.reload())
        database.on_news(lambda _: self.reload())

    def reload(self) -> None:
        """Bring policy and marks to what is stored."""
        with self._database.reader() as conn:
            named = store.live_hash(conn)
            if (named or self._shipped.hashes.rules) != self.policy.hashes.rules:
                self.policy = policy_in_force(conn, self._shipped)
            lists = [(one, store.entries(conn, one.name)) for one in store.lists(conn)]
            self.marks = Marks(lists, store.snoozes(conn))

    def prepare(self, text: str) -> RiskPolicy:
        """Return the policy that these rules would make; nothing is stored.

        Raises:
            InvalidInput: when a rule is wrong; its errors name line and column.
        """
        return _with_rules(self._shipped, text)

    def propose(self, tx: Transaction, prepared: RiskPolicy, by: str) -> Published:
        """Store a version that waits to be published by somebody else.

        Raises:
            Conflict: when this very text was proposed before.
        """
        one = Published(prepared.hashes.rules, prepared.ruleset.version, by, tx.now_us)
        if store.ruleset(tx, one.hash) is not None:
            raise Conflict("This very text was proposed before.", remedy="Publish it, or change its version.")
        texts.keep_texts(tx, [(one.hash, prepared.texts.rules)])
        store.propose(tx, one)
        return one

    def publish(self, tx: Transaction, named: str, by: str) -> Published:
        """Let a version rule from the next order on; its author cannot do that. An older one may be published again.

        Raises:
            NotFound: when there is no such version.
            NotPermitted: when the author publishes.
        """
        one = store.ruleset(tx, named)
        row = None if one is None else tx.one("SELECT body FROM risk_text WHERE hash = ?", (named,))
        if one is None or row is None:
            raise NotFound("There is no rule set with this hash.")
        if by == one.author:
            raise NotPermitted("Rules are published by a second person, and you are their author.")
        store.publish(tx, named, by, tx.now_us)
        tx.announce()
        policy = _with_rules(self._shipped, row[0])
        tx.on_success(partial(setattr, self, "policy", policy))
        return replace(one, approver=by, published_us=tx.now_us)

    def versions(self, conn: sqlite3.Connection) -> list[Published]:
        """Return all versions, newest first."""
        return store.rulesets(conn)

    def text(self, conn: sqlite3.Connection, named: str) -> str:
        """Return the text of a version.

        Raises:
            NotFound: when there is none.
        """
        if named == self._shipped.hashes.rules:
            return self._shipped.texts.rules
        found = texts.text(conn, named) if any(one.hash == named for one in store.rulesets(conn)) else None
        if found is None:
            raise NotFound("There is no rule set with this hash.")
        return found

    def add_list(self, tx: Transaction, name: str, field: str, by: str) -> NamedList:
        """Add an empty list.

        Raises:
            InvalidInput: when the name is no lower-case word, or there can be no list of this field.
            Conflict: when the name is taken.
        """
        if not _NAME.fullmatch(name):
            raise _wrong("/name", "not-a-name", "A list's name is a lower-case word such as blocked_cards.")
        if field not in LIST_FIELDS:
            raise _wrong("/field", "unknown-field", f"A list holds values of one of: {', '.join(LIST_FIELDS)}.")
        one = NamedList(name, field, tx.now_us, by)
        store.add_list(tx, one)
        tx.announce()
        tx.after_commit(self.reload)
        return one

    def add_entry(self, tx: Transaction, name: str, entry: Entry) -> Entry:
        """Put a value on a list.

        Raises:
            InvalidInput: when the end lies in the past.
        """
        if entry.expires_us is not None and entry.expires_us <= tx.now_us:
            raise _wrong("/expires_at", "past", "The end lies in the past.")
        dated = replace(entry, added_us=tx.now_us)
        store.add_entry(tx, name, dated)
        tx.announce()
        tx.after_commit(self.reload)
        return dated

    def drop_entry(self, tx: Transaction, name: str, value: bytes | str) -> None:
        """Take a value off a list.

        Raises:
            NotFound: when it is not on it.
        """
        if not store.drop_entry(tx, name, value):
            raise NotFound("This value is not on the list.")
        tx.announce()
        tx.after_commit(self.reload)

    def lists(self, conn: sqlite3.Connection) -> list[NamedList]:
        """Return all lists by name."""
        return store.lists(conn)

    def named_list(self, conn: sqlite3.Connection, name: str) -> NamedList:
        """Return one list.

        Raises:
            NotFound: when there is none of this name.
        """
        for one in store.lists(conn):
            if one.name == name:
                return one
        raise NotFound("There is no list with this name.")

    def entries(self, conn: sqlite3.Connection, name: str) -> list[Entry]:
        """Return what is on a list, the newest first."""
        return store.entries(conn, name)

    def snooze(self, tx: Transaction, snooze: Snooze) -> Snooze:
        """Keep a rule from counting for one value until a moment, half a year ahead at most.

        Raises:
            InvalidInput: when there is no such rule, the field cannot be snoozed by, or the end is past or too far.
        """
        if snooze.rule not in self.policy.codes:
            raise _wrong("/rule", "unknown-rule", "No rule in force has this code.")
        if snooze.field not in LIST_FIELDS:
            raise _wrong("/field", "unknown-field", f"A rule is snoozed for one of: {', '.join(LIST_FIELDS)}.")
        if not tx.now_us < snooze.until_us <= tx.now_us + MAX_SNOOZE_DAYS * DAY_US:
            raise _wrong("/until", "out-of-range", f"A snooze ends within {MAX_SNOOZE_DAYS} days from now.")
        store.put_snooze(tx, snooze)
        tx.announce()
        tx.after_commit(self.reload)
        return snooze

    def wake(self, tx: Transaction, rule: str, field: str, value: bytes | str) -> None:
        """End a snooze.

        Raises:
            NotFound: when there is none.
        """
        if not store.drop_snooze(tx, rule, field, value):
            raise NotFound("This rule is not snoozed for that value.")
        tx.announce()
        tx.after_commit(self.reload)

    def snoozes(self, conn: sqlite3.Connection) -> list[Snooze]:
        """Return all snoozes, also ended ones, the latest end first."""
        return store.snoozes(conn)


def _with_rules(shipped: RiskPolicy, text: str) -> RiskPolicy:
    return RiskPolicy(replace(shipped.texts, rules=text), shipped.catalogue, shipped.served)


def _wrong(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, code, detail),))
