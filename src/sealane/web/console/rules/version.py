"""One version of the rules: what it changes, says and would have done; and publishing it, as a second person."""

from difflib import unified_diff

import msgspec
from starlette.responses import Response

from sealane.flows.review.rules import publish_rules
from sealane.model.errors import NotFound
from sealane.risk.rulebook import RuleEcho, echo_rules
from sealane.risk.rulebook.rerun import Rerun, rerun
from sealane.web.console.forms import Sent, action, actor_of, showing
from sealane.web.console.gate import Look, page
from sealane.web.console.rules.overview import PATH, VersionRow, version_of
from sealane.web.console.rules.recent import read_recent

__all__ = ["VERSION", "Line", "VersionView", "read", "routes"]

VERSION = f"{PATH}/versions/{{hash}}"


class Line(msgspec.Struct, frozen=True):
    """One line of the comparison: ` ` stands in both, `+` is new, `-` is gone, `@` is where it stands."""

    sign: str
    text: str


class VersionView(msgspec.Struct, frozen=True):
    """The page; `changes` compare with the rules in force."""

    version: VersionRow
    live: str
    changes: tuple[Line, ...]
    rules: tuple[RuleEcho, ...]
    rerun: Rerun
    is_own: bool


def read(look: Look) -> VersionView:
    """Return the page of the version that the address names.

    Raises:
        NotFound: when there is no such version.
    """
    book, named = look.lane.rooms.risk.rulebook, look.path["hash"]
    found = next((each for each in book.versions(look.conn) if each.hash == named), None)
    if found is None:
        raise NotFound("There is no rule set with this hash.")
    text, policy, recent = book.text(look.conn, named), book.policy, read_recent(look)
    prepared = book.prepare(text)
    return VersionView(
        version=version_of(found, policy.hashes.rules),
        live=policy.version,
        changes=_changes(policy.texts.rules, text),
        rules=echo_rules(prepared),
        rerun=rerun(recent.records, prepared, recent.truths),
        is_own=found.author == actor_of(look.session),
    )


def _changes(live: str, text: str) -> tuple[Line, ...]:
    lines = list(unified_diff(live.splitlines(), text.splitlines(), lineterm="", n=2))[2:]
    return tuple(Line(line[:1], line[1:] if line[:1] != "@" else "") for line in lines)


async def _publish(sent: Sent) -> Response:
    named = str(sent.request.path_params["hash"])
    await sent.run(lambda tx: publish_rules(sent.lane.rooms, named, sent.by, tx))
    return sent.go(PATH)


routes = [
    action(f"{VERSION}/publish", _publish, showing("rules_version.html", read, VERSION)),
    *page(VERSION, "rules_version.html", read),
]
