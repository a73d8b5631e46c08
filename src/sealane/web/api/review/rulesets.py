"""Rule sets: check a text, propose it, have it published by a second person, read what rules."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec

from sealane.flows.review.rules import propose_rules, publish_rules
from sealane.model.clock import from_micros
from sealane.model.decoding import decode, read_json
from sealane.model.errors import Conflict, NotFound, NotPermitted
from sealane.risk import RuleFault, check_rules
from sealane.risk.rulebook import Published, RuleEcho, echo_rules
from sealane.web.api.review.acting import Acting, actor_of
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Text = Annotated[str, msgspec.Meta(max_length=500_000)]


class RulesText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule set as TOML."""

    text: Text


class RulesProposal(Acting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule set as TOML, and who wrote it."""

    text: Text


class RulesCheck(msgspec.Struct, frozen=True):
    """What is wrong with a rule set; when nothing is, every rule in plain words with its bound of cost."""

    is_valid: bool
    faults: tuple[RuleFault, ...]
    rules: tuple[RuleEcho, ...] = ()


class RulesetView(msgspec.Struct, frozen=True):
    """A version of the rules; `is_live` on the one that rules."""

    hash: str
    version: str
    author: str
    proposed_at: datetime
    approver: str | None
    published_at: datetime | None
    is_live: bool


class RulesetPage(msgspec.Struct, frozen=True):
    """All versions, newest first, and what decisions call the rules in force."""

    live: str
    items: tuple[RulesetView, ...]
    next_cursor: None = None


class RulesetDocument(msgspec.Struct, frozen=True):
    """A version's text, and every rule in plain words."""

    hash: str
    text: str
    rules: tuple[RuleEcho, ...]


_text_body = msgspec.json.Decoder(RulesText)
_proposal = msgspec.json.Decoder(RulesProposal)
_acting = msgspec.json.Decoder(Acting)


async def check_ruleset(visit: Visit) -> Reply:
    """Answer what is wrong with a rule set, or its rules in plain words; nothing is stored."""
    text = decode(_text_body, await _json(visit)).text
    return json_reply(await asyncio.to_thread(_check, visit, text))


async def propose_ruleset(visit: Visit) -> Reply:
    """Store a rule set that waits for a second person."""
    body = decode(_proposal, await _json(visit))
    rooms, by = visit.lane.rooms, actor_of(visit, body.by)
    prepared = await asyncio.to_thread(rooms.risk.rulebook.prepare, body.text)
    proposed = await rooms.database.run_async(lambda tx: propose_rules(rooms, prepared, by, tx))
    return json_reply(_view(proposed, visit), 201)


async def publish_ruleset(visit: Visit) -> Reply:
    """Let a proposed rule set rule from the next order on."""
    named = visit.scope["path_params"]["hash"]
    rooms, by = visit.lane.rooms, actor_of(visit, decode(_acting, await _json(visit)).by)
    published = await rooms.database.run_async(lambda tx: publish_rules(rooms, named, by, tx))
    return json_reply(_view(published, visit))


async def list_rulesets(visit: Visit) -> Reply:
    """Answer all versions of the rules, newest first."""
    book = visit.lane.rooms.risk.rulebook
    with visit.lane.rooms.database.reader() as connection:
        versions = book.versions(connection)
    return json_reply(RulesetPage(book.policy.version, tuple(_view(one, visit) for one in versions)))


async def read_ruleset(visit: Visit) -> Reply:
    """Answer the text of a version, with every rule in plain words; `live` names the one that rules."""
    return json_reply(await asyncio.to_thread(_document, visit, visit.scope["path_params"]["hash"]))


def _check(visit: Visit, text: str) -> RulesCheck:
    book = visit.lane.rooms.risk.rulebook
    faults = check_rules(text, book.policy.catalogue)
    rules = () if faults else echo_rules(book.prepare(text))
    return RulesCheck(is_valid=not faults, faults=faults, rules=rules)


def _document(visit: Visit, named: str) -> RulesetDocument:
    book = visit.lane.rooms.risk.rulebook
    wanted = book.policy.hashes.rules if named == "live" else named
    with visit.lane.rooms.database.reader() as connection:
        text = book.text(connection, wanted)
    return RulesetDocument(wanted, text, echo_rules(book.prepare(text)))


async def _json(visit: Visit) -> bytes:
    body = await visit.body() or b"{}"
    read_json(body)
    return body


def _view(one: Published, visit: Visit) -> RulesetView:
    return RulesetView(
        hash=one.hash,
        version=one.version,
        author=one.author,
        proposed_at=from_micros(one.proposed_us),
        approver=one.approver,
        published_at=None if one.published_us is None else from_micros(one.published_us),
        is_live=visit.lane.rooms.risk.policy.hashes.rules == one.hash,
    )


ROUTES = (
    Route(
        method="POST",
        path="/v1/rulesets/check",
        action=check_ruleset,
        summary="Check a rule set and read it back in plain words",
        tag="rules",
        roles=("operator",),
        request=RulesText,
        answers={200: RulesCheck},
    ),
    Route(
        method="POST",
        path="/v1/rulesets",
        action=propose_ruleset,
        summary="Propose a rule set; it rules once a second person publishes it",
        tag="rules",
        roles=("operator",),
        request=RulesProposal,
        answers={201: RulesetView},
        refusals=(Conflict,),
    ),
    Route(
        method="POST",
        path="/v1/rulesets/{hash}/publish",
        action=publish_ruleset,
        summary="Publish a proposed rule set, as a second person",
        tag="rules",
        roles=("operator",),
        request=Acting,
        answers={200: RulesetView},
        refusals=(NotFound, NotPermitted),
    ),
    Route(
        method="GET",
        path="/v1/rulesets",
        action=list_rulesets,
        summary="List the versions of the rules",
        tag="rules",
        roles=("operator",),
        answers={200: RulesetPage},
    ),
    Route(
        method="GET",
        path="/v1/rulesets/{hash}",
        action=read_ruleset,
        summary="Read a version of the rules in plain words; live names the one that rules",
        tag="rules",
        roles=("operator",),
        answers={200: RulesetDocument},
    ),
)
