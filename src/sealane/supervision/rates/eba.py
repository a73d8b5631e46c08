"""The statistical tables of EBA/GL/2018/05: instrument, channel, authentication, exemption, geography, type, bearer.

    table.cells["card/remote/exempt/tra", "intra-eea", "value"] == 1299000

Payments and frauds are counted at the leaf, and each parent is the sum of its children, to the cent. Rows are named by
their path, columns by geography and measure; the row numbers of the reporting framework are not carried.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator

import msgspec

from sealane.supervision.rates.ledger import Basis, Ledger, Payment, Period

__all__ = ["EbaTable", "csv_of", "faults", "tabulate"]

Cell = tuple[str, str, str]
TOTAL = "total"


class EbaTable(msgspec.Struct, frozen=True):
    """One return: cells by path, geography and measure (`value`, `count`, `fraud_value`, `fraud_count`, `loss_...`)."""

    entity: str
    period: Period
    basis: Basis
    cells: dict[Cell, int]


def tabulate(ledger: Ledger, entity: str, period: Period, *, basis: Basis = "execution") -> EbaTable:
    """Return the tables of one payment firm and period."""
    leaves: Counter[Cell] = Counter()
    paths: dict[str, str] = {}
    for payment in ledger.payments:
        if payment.entity != entity:
            continue
        path = paths[payment.payment_id] = _path(payment)
        if period.covers(payment.executed_us):
            leaves[path, payment.geography, "value"] += payment.value
            leaves[path, payment.geography, "count"] += 1
    seen: set[str] = set()
    for loss, payment in sorted(ledger.pairs(), key=lambda pair: (pair[0].registered_us, pair[0].loss_id)):
        when = payment.executed_us if basis == "execution" else loss.registered_us
        is_counted = loss.kind in {"fraud", "app"} and payment.entity == entity and period.covers(when)
        if not is_counted or loss.payment_id in seen:
            continue
        seen.add(loss.payment_id)
        path = paths[loss.payment_id]
        leaves[f"{path}/{loss.type}", payment.geography, "fraud_value"] += loss.value
        leaves[f"{path}/{loss.type}", payment.geography, "fraud_count"] += 1
        leaves[f"{path}/{loss.type}", payment.geography, f"loss_{loss.bearer}"] += loss.value
    return EbaTable(entity, period, basis, _with_parents(leaves))


def _path(payment: Payment) -> str:
    channel = "remote" if payment.is_remote else "non-remote"
    detail = f"/{payment.exemption or 'other'}" if payment.authentication == "exempt" else ""
    return f"{payment.instrument}/{channel}/{payment.authentication}{detail}"


def _with_parents(leaves: Counter[Cell]) -> dict[Cell, int]:
    cells: Counter[Cell] = Counter()
    for (path, geography, measure), amount in leaves.items():
        parts = path.split("/")
        for depth in range(len(parts), -1, -1):
            row = "/".join(parts[:depth]) or TOTAL
            cells[row, geography, measure] += amount
            cells[row, TOTAL, measure] += amount
    return dict(cells)


def faults(table: EbaTable) -> Iterator[tuple[Cell, int, int]]:
    """Yield each cell that differs from the sum of its children, with both."""
    sums: Counter[Cell] = Counter()
    across: Counter[Cell] = Counter()
    for (path, geography, measure), amount in table.cells.items():
        if geography != TOTAL:
            across[path, TOTAL, measure] += amount
        if path != TOTAL:
            sums[path.rpartition("/")[0] or TOTAL, geography, measure] += amount
    for summed in (sums, across):
        for cell, amount in summed.items():
            if table.cells.get(cell, 0) != amount:
                yield cell, table.cells.get(cell, 0), amount


def csv_of(table: EbaTable) -> str:
    """Return the table as CSV: one line a row, one column for each geography and measure."""
    columns = sorted({(geography, measure) for _, geography, measure in table.cells})
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    write.writerow(["row", *(f"{geography}:{measure}" for geography, measure in columns)])
    for row in sorted({path for path, _, _ in table.cells}):
        write.writerow([row, *(table.cells.get((row, *column), 0) for column in columns)])
    return out.getvalue()
