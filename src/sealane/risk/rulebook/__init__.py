"""The rule book: rule sets that two people publish, lists that rules ask for, and rules snoozed for one key.

    book.propose(tx, text, by="ana")
    book.publish(tx, proposed.hash, by="rui")     # never by the author
    book.add_entry(tx, "blocked", Entry(link, "ana"))

What a list or a snooze says of an order is noted in its fact when it is observed, so a decision replays whatever the
lists say by then.
"""

from sealane.risk.rulebook.book import Rulebook
from sealane.risk.rulebook.echo import RuleEcho, echo_rules
from sealane.risk.rulebook.entries import LIST_FIELDS, PLAIN_FIELDS, Entry, NamedList, Published, Snooze

__all__ = [
    "LIST_FIELDS",
    "PLAIN_FIELDS",
    "Entry",
    "NamedList",
    "Published",
    "RuleEcho",
    "Rulebook",
    "Snooze",
    "echo_rules",
]
