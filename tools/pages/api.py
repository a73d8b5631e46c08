"""The API's page: every route with who may call it, what it takes, answers and refuses; then the records' fields."""

import re
from collections.abc import Callable

from msgspec import inspect as shapes

from pages.markdown import code, codes, page, table
from pages.records import Names, field_table, names_of, records_of, words
from sealane.model.personal import MAX_TEXT
from sealane.web.api import ROUTES
from sealane.web.openapi import document
from sealane.web.problems import Problem
from sealane.web.replies import JSON
from sealane.web.routes import Route

__all__ = ["api_page"]

_HEAD = """\
# API

JSON over HTTP/1.1. A party sends its key as `Authorization: Bearer KEY`; the operator's key is in the data folder's
`admin.key`. Every refusal is a [Problem](#problem) (`application/problem+json`); the codes are in
[problems.md](problems.md). The same as OpenAPI 3.1: `GET /openapi.json`.

```sh
curl -X POST http://127.0.0.1:8787/v1/orders -H "Authorization: Bearer $KEY" \\
  -H "Content-Type: application/json" -H "Idempotency-Key: order-1001" -d @examples/order.json
```"""
_NOTES = """\
*Repeatable* routes take an `Idempotency-Key` (1 to 255 printable ASCII characters): the same key and body get the
stored answer with `Idempotency-Replayed: true`, the same key with another body is refused. Routes that take
`application/x-ndjson` take one document a line and answer one result a line, in order. Lists give `next_cursor` and a
`Link` header; send it back as `cursor`."""
_RECORDS = f"""\
*Personal text* has at most {MAX_TEXT} characters and is sealed in the vault before anything is stored. A record that
callers send is refused when it has a member that is not listed, but for the attributes of events."""
_CODE = re.compile(r"`([a-z-]+)`:")


def api_page() -> str:
    """Return the page."""
    taken = [kind for route in ROUTES for kind in (route.request, route.query, *route.answers.values()) if kind]
    records = records_of([*taken, Problem])
    names = names_of(records)
    refusals = _refusals()
    parts = [_HEAD, "## Routes", _NOTES]
    for tag in dict.fromkeys(route.tag for route in ROUTES):
        rows = [_row(route, names, refusals) for route in ROUTES if route.tag == tag]
        head = ("route", "for", "what it does", "takes", "answers", "own refusals")
        parts += [f"### {tag.capitalize()}", table(head, rows)]
    parts += ["## Refusals that routes share", _shared_table(refusals), "## Records", _RECORDS]
    for record in records:
        parts += [f"### {names[record.cls]}", field_table(record, names)]
    return page(*parts)


def _row(route: Route, names: Names, refusals: dict[str, set[str]]) -> tuple[str, ...]:
    path = route.path.replace(":path}", "}")
    shared = {refusal for _, test in _SHARES for refusal in _common(refusals, test) if test(route)}
    return (
        code(f"{route.method} {path}"),
        "anyone" if route.roles is None else ", ".join(route.roles) or "any party",
        route.summary + ("; repeatable" if route.is_repeatable else ""),
        _taken(route, names),
        _answered(route, names),
        codes(sorted(refusals[route.name] - shared)),
    )


def _taken(route: Route, names: Names) -> str:
    media = "" if route.takes == JSON else f" as {code(route.takes.decode())}"
    parts = [_link(route.request, names) + media] if route.request else []
    return ", ".join([*parts, *([f"query: {_link(route.query, names)}"] if route.query else [])])


def _answered(route: Route, names: Names) -> str:
    media = "" if route.gives == JSON else f" as {code(route.gives.decode())}"
    return ", ".join(
        f"{status}" + (f" {_link(kind, names)}" if kind else "") + media for status, kind in route.answers.items()
    )


def _link(kind: type, names: Names) -> str:
    return words(shapes.type_info(kind), names)


def _refusals() -> dict[str, set[str]]:
    """Return the problem codes of each route, as the OpenAPI document lists them."""
    paths = document(ROUTES, version="")["paths"]
    found: dict[str, set[str]] = {}
    for route in ROUTES:
        responses = paths[route.path.replace(":path}", "}")][route.method.lower()]["responses"]
        told = " ".join(response["description"] for response in responses.values())
        found[route.name] = set(_CODE.findall(told))
    return found


_SHARES: tuple[tuple[str, Callable[[Route], bool]], ...] = (
    ("every route", lambda _: True),
    ("every route that needs a key", lambda route: route.roles is not None),
    ("every route that takes a body", lambda route: route.request is not None),
    ("every repeatable route", lambda route: route.is_repeatable),
    ("every route with an id or a path in it", lambda route: "{" in route.path),
)


def _common(refusals: dict[str, set[str]], test: Callable[[Route], bool]) -> set[str]:
    return set.intersection(*(refusals[route.name] for route in ROUTES if test(route)))


def _shared_table(refusals: dict[str, set[str]]) -> str:
    rows = []
    for number, (told, test) in enumerate(_SHARES):
        own = _common(refusals, test)
        for _, wider in _SHARES[:number]:
            if all(wider(route) for route in ROUTES if test(route)):
                own -= _common(refusals, wider)
        rows.append((told, codes(sorted(own))))
    return table(("may answer", "codes"), rows)
