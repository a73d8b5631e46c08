"""The events' page: kinds, who is believed, what decides, attributes; then what the log and the outbox get."""

import ast
from collections.abc import Iterator
from inspect import getfile
from pathlib import Path
from typing import get_args

from msgspec import inspect as shapes

import sealane.flows
from pages.markdown import code, codes, page, summary, table
from pages.records import names_of, records_of, words
from pages.vocabulary import ATTRIBUTES, ENTRIES, KINDS, NOTICES
from sealane.flows.events import FLOWS
from sealane.flows.steps import admission
from sealane.model.event import EVENT_KINDS, Attributes
from sealane.model.party import Party, Role
from sealane.risk import STAGE_OF

__all__ = ["events_page"]

_HEAD = """\
# Events

What happens to an order after checkout, told with `POST /v1/events` ([EventBody](api.md#eventbody)). The same `id` from
the same source counts once; late and out-of-order events are taken. One of `order`, `consignment`, `reference` or
`tracking_number` names the order. What a party knows at first hand is accepted as `confirmed`, anything else as
`claimed`; the operator is always believed.

```json
{"id": "scan-77120", "kind": "consignment.delivered", "occurred_at": "2026-11-20T14:05:00+01:00",
 "tracking_number": "RB123456785GB", "attributes": {"location": {"country": "PT", "postcode": "1100-148"}}}
```"""
_ATTRIBUTES = """\
All are optional. They are kept sealed whole, also those that are not in this table, which no signal reads; of a photo
or a signature only its presence counts."""
_TELLING = """\
What happens becomes an entry of the transparency log in the transaction that made it true, and for some kinds a webhook
of the same name as well. Webhooks are numbered in the order of commit."""


def events_page() -> str:
    """Return the page."""
    flows = dict.fromkeys(FLOWS.values())
    names = names_of(records_of([Attributes]))
    shape = shapes.type_info(Attributes)
    fields = shape.fields if isinstance(shape, shapes.StructType) else ()
    return page(
        _HEAD,
        f"## Kinds ({len(EVENT_KINDS)})",
        table(("kind", "meaning", "decides at", "confirmed from"), map(_kind, EVENT_KINDS)),
        "## What each does",
        table(
            ("kinds", "what Sealane does"),
            [(codes(kind for kind in EVENT_KINDS if FLOWS[kind] is flow), summary(flow)) for flow in flows],
        ),
        "An order itself decides at checkout. The outcomes are `approve`, `challenge`, `review` and `decline`.",
        "## Attributes",
        _ATTRIBUTES,
        table(
            ("attribute", "type", "meaning"),
            [(code(f.name), words(f.type, names), ATTRIBUTES[f.name]) for f in fields],
        ),
        "## Log entries and notices",
        _TELLING,
        table(("kind", "log entry holds", "webhook holds"), [_told(kind) for kind in _told_kinds()]),
    )


def _kind(kind: str) -> tuple[str, ...]:
    # Whether a party is believed is asked, not read, so the page holds whatever the rule becomes.
    believed = [
        role
        for role in get_args(Role)
        if role != "operator" and admission._worth(Party("", "", (role,), ""), kind) == "confirmed"  # noqa: SLF001 - see above
    ]
    return code(kind), KINDS[kind], code(STAGE_OF.get(kind, "")), ", ".join(believed)


def _told(kind: str) -> tuple[str, ...]:
    return code(kind), ENTRIES[kind], NOTICES.get(kind, "")


def _told_kinds() -> list[str]:
    """Return the kinds of log entries, all of which must be described, as must those of the outbox.

    Raises:
        KeyError: naming the kinds that are not described.
    """
    noticed = {kind for kind in _named("outbox.add") if kind}
    unknown = {kind for kind in _named("log.append") if kind} - ENTRIES.keys() | (noticed ^ NOTICES.keys())
    if unknown:
        raise KeyError(f"Describe these kinds in vocabulary.py, or remove them there: {sorted(unknown)}")
    return sorted(ENTRIES)


def _named(callee: str) -> Iterator[str]:
    """Yield the kind in each call of a function within the flows, empty where it is not written there."""
    for path in sorted(Path(getfile(sealane.flows)).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(callee):
                kind = node.args[1]
                yield kind.value if isinstance(kind, ast.Constant) else ""
