"""Planning the import of a CSV: rows are grouped into orders, read through the mapping, checked as the API checks."""

from collections.abc import Callable, Container, Iterator
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import msgspec

from sealane.cli.imports.joins import join_sheet
from sealane.cli.imports.plan import Item, Plan, Refusal, stamp
from sealane.cli.imports.rows.sheet import Row
from sealane.cli.imports.shape.blueprint import Blueprint, EventPlan, compile_mapping
from sealane.cli.imports.shape.mapping import Mapping, listed
from sealane.cli.imports.shape.template import Findings, Group, holds
from sealane.model.clock import to_micros
from sealane.model.decoding import decode_order
from sealane.model.errors import FieldError, InvalidInput

__all__ = ["group_rows", "plan_table"]

_encode = msgspec.json.Encoder().encode


def plan_table(path: Path, mapping: Mapping, name: str, *, tick: Callable[[int], None] = lambda _line: None) -> Plan:
    """Read a CSV through its mapping; `tick` is told the line reached.

    Raises:
        InvalidInput: when the file cannot be read to its end; nothing is stored then.
        Misconfigured: when the mapping does not fit the wire or the file.
    """
    blueprint = compile_mapping(mapping, name)
    sheet = join_sheet(path, mapping, frozenset(chain.from_iterable(blueprint.sources)))
    blueprint.check_columns(sheet.columns, path.name)
    plan = Plan()
    for group in group_rows(sheet.rows(), mapping, sheet.columns):
        plan.rows += len(group)
        tick(group[-1].line)
        _plan_group(plan, blueprint, group)
    plan.sort()
    return plan


def group_rows(rows: Iterator[Row], mapping: Mapping, columns: Container[str]) -> Iterator[list[Row]]:
    """Yield the rows of each order together; without a group column every row is an order."""
    column = next((name for name in listed(mapping.group) if name in columns), None)
    if column is None:
        yield from ([row] for row in rows)
        return
    for _, members in groupby(rows, key=lambda row: row.cells.get(column)):
        yield list(members)


def _plan_group(plan: Plan, blueprint: Blueprint, group: Group) -> None:
    head = group[0]
    for condition in blueprint.mapping.skip:
        if holds(condition, head):
            plan.skipped[condition.because or f"by {condition.column}"] += 1
            return
    plan.orders += 1
    findings = Findings()
    try:
        _refuse_misfits(blueprint.mapping, group)
        plan.items += _items(blueprint, group, findings)
    except InvalidInput as refusal:
        plan.refusals[head.line] = Refusal.of(head.line, refusal)
    else:
        plan.absent.update(findings.absent)


def _refuse_misfits(mapping: Mapping, group: Group) -> None:
    for row in group:
        if not row.is_whole:
            detail = f"The row that begins on line {row.line} has not as many cells as the header."
            raise InvalidInput(detail, errors=(FieldError("", "columns", detail),))
    for condition in mapping.refuse:
        if holds(condition, group[0]):
            detail = condition.because or f"Refused by the mapping for its column {condition.column}."
            raise InvalidInput(detail, errors=(FieldError("", "refused-by-mapping", detail),))


def _items(blueprint: Blueprint, group: Group, findings: Findings) -> list[Item]:
    head = group[0]
    document = blueprint.order.build(head, group, findings) or {}
    events = [made for event in blueprint.events if (made := _event(event, group, findings))]
    if findings.faults:
        raise InvalidInput(errors=tuple(findings.faults))
    placed = document.get("placed_at")
    if placed is None:
        detail = "No time is given for the order; the columns for it are empty."
        raise InvalidInput(detail, errors=(FieldError("/placed_at", "missing", detail),))
    placed_us = to_micros(placed)
    body = _encode(document | {"observed_at": stamp(placed_us)})
    reference = decode_order(body).reference
    return [
        Item(placed_us, is_event=False, line=head.line, name=reference, body=body),
        *_dated(events, reference, placed_us, head),
    ]


def _event(plan: EventPlan, group: Group, findings: Findings) -> dict[str, Any] | None:
    head = group[0]
    if plan.when and not holds(plan.when, head):
        return None
    occurred = plan.occurred_at.build(head, group, findings)
    if occurred is None:
        return None
    attributes = plan.attributes.build(head, group, findings) or {}
    return {"kind": plan.kind, "occurred_at": occurred, "attributes": attributes}


def _dated(events: list[dict[str, Any]], reference: str, placed_us: int, head: Row) -> Iterator[Item]:
    """Name each event and date its observation, which never comes before its order's."""
    kinds: list[str] = []
    for event in events:
        kinds.append(event["kind"])
        count = kinds.count(event["kind"])
        name = f"{reference}/{event['kind']}" + (f"/{count}" if count > 1 else "")
        observed_us = max(placed_us, to_micros(event["occurred_at"]))
        body = _encode({"id": name, "reference": reference, **event, "observed_at": stamp(observed_us)})
        yield Item(observed_us, is_event=True, line=head.line, name=name, body=body)
