"""The rule editor: a text, what is wrong with it or what it says in plain words, what it would have done; proposing it.

GET  /console/rules/edit?from=live      a version's text to start from
POST /console/rules/edit                check, backtest or propose, by which button was pressed
POST /console/rules/echo                only the echo, asked for while somebody types
"""

import asyncio

import msgspec
from starlette.datastructures import QueryParams
from starlette.responses import Response

from sealane.flows.review.rules import propose_rules
from sealane.model.errors import InvalidInput, SealaneError, TooLarge
from sealane.risk import RuleFault, check_rules
from sealane.risk.rulebook import RuleEcho, echo_rules
from sealane.risk.rulebook.rerun import Rerun, rerun
from sealane.web.console import presentation
from sealane.web.console.forms import Sent, action
from sealane.web.console.gate import Look, page
from sealane.web.console.rules.overview import PATH
from sealane.web.console.rules.recent import read_recent

__all__ = ["EDITOR", "LONGEST", "EditorView", "routes"]

EDITOR = f"{PATH}/edit"
LONGEST = 500_000
"""Characters of a rule set."""


class EditorView(msgspec.Struct, frozen=True):
    """The editor; `faults` or `rules` once the text was checked, `rerun` once it was tried on the recent past."""

    origin: str
    text: str
    is_checked: bool = False
    faults: tuple[RuleFault, ...] = ()
    rules: tuple[RuleEcho, ...] = ()
    rerun: Rerun | None = None


class Word(msgspec.Struct, frozen=True):
    """One word that the editor offers: a signal with its unit and sentence, or a member of a rule."""

    word: str
    kind: str
    text: str


class Words(msgspec.Struct, frozen=True):
    """All words."""

    items: tuple[Word, ...]


_FUNCTIONS = (
    ("duration", "function", 'a length of time: duration("48h")'),
    ("has", "function", "whether a signal is known: has(avs)"),
    ("size", "function", "the length of a text"),
    ("contains", "function", 'part of a text: on_lists.contains(",blocked,")'),
    ("startsWith", "function", "how a text begins"),
    ("endsWith", "function", "how a text ends"),
    ("stage", "name", "the stage that decides"),
)


def _read(look: Look) -> EditorView:
    """Return the editor with a version's text, read back in plain words.

    Raises:
        NotFound: when there is no such version.
    """
    origin = look.query.get("from", "live")
    book = look.lane.rooms.risk.rulebook
    named = book.policy.hashes.rules if origin == "live" else origin
    return _checked(look, origin, book.text(look.conn, named))


def _words(look: Look) -> Words:
    """Return what completion offers."""
    catalogue = look.lane.rooms.risk.policy.catalogue
    signals = [
        Word(each.name, each.unit, f"{each.text} ({', '.join(each.stages)})") for each in catalogue.by_name.values()
    ]
    return Words((*signals, *(Word(*each) for each in _FUNCTIONS)))


async def _edit(sent: Sent) -> Response:
    """Do what the pressed button asks."""
    if sent.text("do") == "propose":
        return await _propose(sent)
    return await asyncio.to_thread(_tried, sent, with_rerun=sent.text("do") == "backtest")


async def _propose(sent: Sent) -> Response:
    """Store the text as a version that waits for a second person."""
    rooms, by = sent.lane.rooms, sent.by
    prepared = await asyncio.to_thread(rooms.risk.rulebook.prepare, _text(sent.fields))
    proposed = await sent.run(lambda tx: propose_rules(rooms, prepared, by, tx))
    return sent.go(f"{PATH}/versions/{proposed.hash}")


async def _echo(sent: Sent) -> Response:
    return await asyncio.to_thread(_echoed, sent)


def _echoed(sent: Sent) -> Response:
    with sent.look() as look:
        return presentation.html("rules_echo.html", view=_sent(look, sent.fields))


def _tried(sent: Sent, *, with_rerun: bool) -> Response:
    with sent.look() as look:
        view = _sent(look, sent.fields)
        if with_rerun and not view.faults:
            recent, book = read_recent(look), look.lane.rooms.risk.rulebook
            view = msgspec.structs.replace(view, rerun=rerun(recent.records, book.prepare(view.text), recent.truths))
        return _shown(look, view)


def _sent(look: Look, fields: QueryParams) -> EditorView:
    """Return the editor with the sent text, checked.

    Raises:
        TooLarge: when it is longer than rules may be.
    """
    return _checked(look, _origin(fields), _text(fields))


def _checked(look: Look, origin: str, text: str) -> EditorView:
    book = look.lane.rooms.risk.rulebook
    faults = check_rules(text, book.policy.catalogue)
    rules = () if faults else echo_rules(book.prepare(text))
    return EditorView(origin, text, is_checked=True, faults=faults, rules=rules)


def _again(look: Look, fields: QueryParams, refusal: SealaneError) -> Response:
    """Return the editor with the sent text and the refusal; mistakes in the text are listed by the check itself."""
    if isinstance(refusal, TooLarge):
        return _shown(look, EditorView(_origin(fields), ""), refusal)
    view = _sent(look, fields)
    return _shown(look, view, None if view.faults and isinstance(refusal, InvalidInput) else refusal)


def _shown(look: Look, view: EditorView, refusal: SealaneError | None = None) -> Response:
    status = refusal.status if refusal else 200
    return presentation.html("rules_edit.html", status, view=view, session=look.session, path=EDITOR, refusal=refusal)


def _text(fields: QueryParams) -> str:
    text = str(fields.get("text", ""))
    if len(text) > LONGEST:
        raise TooLarge(f"A rule set has {LONGEST:,} characters at most.")
    return text


def _origin(fields: QueryParams) -> str:
    return str(fields.get("from", "live"))


routes = [
    page(f"{PATH}/words", "", _words)[0],  # the twin alone: people read these words in the editor
    action(f"{PATH}/echo", _echo, _again),
    action(EDITOR, _edit, _again),
    *page(EDITOR, "rules_edit.html", _read),
]
