"""The rules page: every rule in force and how often it held rightly, the shadow, the challenger, and all versions."""

from datetime import datetime

import msgspec

from sealane.model.clock import from_micros
from sealane.risk import Rule
from sealane.risk.contest.beside import Beside, latest
from sealane.risk.rulebook import Published
from sealane.risk.rulebook.rerun import RuleTally, Tally, tally
from sealane.web.console.charts import Share, share_of
from sealane.web.console.gate import Look, page
from sealane.web.console.rules.recent import DECISIONS, read_recent

__all__ = ["PATH", "RuleRow", "RulesView", "VersionRow", "read", "routes", "version_of"]

PATH = "/console/rules"


class RuleRow(msgspec.Struct, frozen=True):
    """One rule with its hits; `precision` is the share of frauds among its orders of which the truth is known."""

    rule: Rule
    hits: Tally
    shadow: Tally
    precision: Share | None
    shadow_precision: Share | None


class ChallengerView(msgspec.Struct, frozen=True):
    """The challenger on the last decisions: share of agreement, and what more it would have stopped."""

    found: Beside
    agreement: float
    more_frauds: int
    more_genuine: int


class VersionRow(msgspec.Struct, frozen=True):
    """One version of the rules."""

    hash: str
    version: str
    author: str
    proposed_at: datetime
    approver: str | None
    published_at: datetime | None
    is_live: bool


class RulesView(msgspec.Struct, frozen=True):
    """The page."""

    version: str
    hash: str
    decisions: int
    since: datetime | None
    rules: tuple[RuleRow, ...]
    challenger: ChallengerView | None
    versions: tuple[VersionRow, ...]
    snoozes: int
    lists: int

    @property
    def shadowed(self) -> tuple[RuleRow, ...]:
        """The rules that are judged and do not count, for all orders or for some."""
        return tuple(row for row in self.rules if row.rule.mode == "shadow" or row.rule.share < 1)


def read(look: Look) -> RulesView:
    """Return the rules in force with their hits."""
    book = look.lane.rooms.risk.rulebook
    policy, recent = book.policy, read_recent(look)
    tallies = {each.code: each for each in tally(recent.records, policy, recent.truths)}
    return RulesView(
        version=policy.version,
        hash=policy.hashes.rules,
        decisions=len(recent.records),
        since=recent.records[-1].decided_at if recent.records else None,
        rules=tuple(_row(rule, tallies[rule.code]) for rule in policy.ruleset.rules),
        challenger=_challenger(latest(look.conn, DECISIONS, recent.truths)),
        versions=tuple(version_of(each, policy.hashes.rules) for each in book.versions(look.conn)),
        snoozes=sum(each.until_us > look.now_us for each in book.snoozes(look.conn)),
        lists=len(book.lists(look.conn)),
    )


def version_of(one: Published, live: str) -> VersionRow:
    """Return a version as pages show it; `live` is the hash of the one that rules."""
    return VersionRow(
        hash=one.hash,
        version=one.version,
        author=one.author,
        proposed_at=from_micros(one.proposed_us),
        approver=one.approver,
        published_at=None if one.published_us is None else from_micros(one.published_us),
        is_live=one.hash == live,
    )


def _row(rule: Rule, found: RuleTally) -> RuleRow:
    return RuleRow(rule, found.hits, found.shadow, _precision(found.hits), _precision(found.shadow))


def _challenger(found: Beside | None) -> ChallengerView | None:
    if found is None or not found.decisions:
        return None
    return ChallengerView(found, found.agreed / found.decisions, found.more_frauds, found.more_genuine)


def _precision(found: Tally) -> Share | None:
    return share_of(found.frauds, found.frauds + found.genuine)


routes = page(PATH, "rules.html", read)
