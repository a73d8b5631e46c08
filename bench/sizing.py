"""What a number of orders a day takes: cores, memory, disk and money, from measured costs and stated assumptions.

Prints the table of `docs/explanation/scale.md`. Measured: what a decision costs, keeps and writes, and the memory of a
million stored orders. Assumed: how an order's life looks, how peaks stand out, how long data is kept, and prices.
"""

import math
import sys
from typing import NamedTuple

DECISION_MS = 0.65  # measured: 0.55 to 0.75 ms of CPU
STORED_KB = 11.0  # measured: what an order keeps on the disk
WRITTEN_KB = 40.0  # measured: what an order writes to the disk
MEMORY_KB = 3.0 * 2**20 / 1e6  # measured: 3.0 GiB at a million stored orders

EVENTS = 6  # assumed: later events of an order
EVENT_SHARE = 0.5  # assumed: what an event costs of a decision
PEAK = 4.0  # assumed: the busiest minute against the mean of the day
LOAD = 0.6  # chosen: share of a core that the busiest minute may use, see bench/queueing.py
SEEN_DAYS = 90  # assumed: orders whose signals are kept in memory
KEPT_DAYS = 365  # assumed: orders kept on the disk
COPIES = 3  # assumed: of everything on a disk: itself, a standby, a backup
CORE_EUR, MEMORY_EUR, DISK_EUR = 20.0, 3.0, 0.10  # assumed: a month of a core, a GiB of memory, a GB of disk
CELL_CORES, CELL_MEMORY_GIB = 1.0, 256.0  # chosen: one cell has one writer, and one machine's memory

SIZES = (100_000, 1_000_000, 10_000_000, 100_000_000)


class Need(NamedTuple):
    """What a load needs; money in euro a month."""

    decisions_per_second: float
    cores: float
    memory_gib: float
    disk_tb: float
    written_mb_per_second: float
    cells: int
    euro: float


def need(orders: int) -> Need:
    """Return what this many orders a day need."""
    work_ms = DECISION_MS * (1 + EVENTS * EVENT_SHARE)
    peak = orders / 86_400 * PEAK
    cores = peak * work_ms / 1000 / LOAD
    memory = orders * SEEN_DAYS * MEMORY_KB / 2**20
    disk = orders * KEPT_DAYS * STORED_KB * COPIES / 1e9
    cells = math.ceil(max(cores / CELL_CORES, memory / CELL_MEMORY_GIB))
    euro = cores * CORE_EUR + memory * MEMORY_EUR + disk * 1000 * DISK_EUR
    return Need(peak, cores, memory, disk, peak * WRITTEN_KB / 1000, cells, euro)


def rows() -> list[str]:
    """Return the lines of the table."""
    return [
        f"| {orders:,} | {it.decisions_per_second:,.0f} | {it.cores:,.2f} | {it.memory_gib:,.0f} | {it.disk_tb:,.1f} "
        f"| {it.written_mb_per_second:,.1f} | {it.cells} | {it.euro:,.0f} | {it.euro / orders / 30 * 1000:.2f} |"
        for orders in SIZES
        for it in (need(orders),)
    ]


def main() -> int:
    """Print the table."""
    print(
        "| orders a day | orders/s, peak | cores | memory, GiB | disk, TB | MB/s | cells | EUR a month | EUR, 1,000 |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    print("\n".join(rows()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
