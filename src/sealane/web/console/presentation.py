"""Presentation: templates filled in, and the headers every page of the console carries.

Two walls keep what callers wrote from becoming markup or posing as our text: the templates escape everything, and
every text they print goes through `wording.inert` first.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import Response

from sealane.web.console import assets, charts, lifeline, wording
from sealane.web.console.shown import graph, review
from sealane.web.console.shown.stacks import stack
from sealane.web.people.access import may_act, may_open

__all__ = ["GUARDS", "RAIL", "Entry", "html", "json", "render"]

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
GUARDS = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}


class Entry(msgspec.Struct, frozen=True):
    """One name of the left rail; without a path its page is not in this version."""

    name: str
    icon: str
    key: str
    path: str | None = None


RAIL = (
    Entry("Overview", "layout-dashboard", "v", "/console"),
    Entry("Review", "inbox", "r", "/console/review"),
    Entry("Orders", "package", "o", "/console/orders"),
    Entry("Disclosures", "eye", "d", "/console/disclosures"),
    Entry("Rules", "list-checks", "u", "/console/rules"),
    Entry("Grades", "shield-check", "g", "/console/grades"),
    Entry("Interchange", "arrow-left-right", "i", "/console/interchange"),
    Entry("Incidents", "siren", "n", "/console/incidents"),
    Entry("Log", "scroll-text", "l", "/console/log"),
)


def html(template: str, status: int = 200, *, headers: dict[str, str] | None = None, **context: Any) -> Response:
    """Return a page made from a template."""
    body = render(template, **context)
    return Response(body, status, {**GUARDS, **(headers or {})}, "text/html; charset=utf-8")


def json(document: Any, status: int = 200, *, media_type: str = "application/json") -> Response:
    """Return a record as the JSON twin of a page."""
    return Response(msgspec.json.encode(document), status, GUARDS, media_type)


def render(template: str, **context: Any) -> str:
    """Return the filled template; a name the template uses and nobody gave is an error."""
    return _environment().get_template(template).render(**context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).resolve().parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "asset": assets.address,
        "rail": RAIL,
        "events": wording.EVENTS,
        "outcomes": wording.OUTCOMES,
        "stages": wording.STAGES,
        "bars": charts.bars,
        "panel": charts.panel,
        "score_bar": charts.score_bar,
        "lifeline": lifeline.draw,
        "linked_graph": graph.draw_graph,
        "may_act": may_act,
        "review": review,
        "stack": stack,
        "may_open": may_open,
    }
    environment.filters |= {
        "age": wording.age,
        "clock_time": wording.clock_time,
        "day": wording.day,
        "figure": wording.figure,
        "law": wording.law,
        "minute": wording.minute,
        "moment": wording.moment,
        "percent": wording.percent,
        "shorten": wording.shorten,
        "signed": wording.signed,
        "tick": wording.tick,
        "verbatim": _verbatim,
    }
    return environment


def _verbatim(text: str) -> Markup:
    """Return text for a field that is sent back: escaped, and otherwise as it is, so that nothing changes it."""
    return escape(text)


def _finalize(value: Any) -> Any:
    """Make text inert just before it is escaped; markup that a template made itself passes."""
    return wording.inert(value) if isinstance(value, str) and not isinstance(value, Markup) else value
