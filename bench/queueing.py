"""Group commit as a queue: an exact formula for the mean latency, and a simulation that checks it.

Calls arrive at random, `rate` a second. The writer takes what is queued and what joins meanwhile, `work` seconds each;
when nobody waits, it commits for `commit` seconds, and only then do the callers of the batch have their answers. That
is an M/D/1 queue with exhaustive service and a pause after each busy period. With r = rate x work, the batch begins
with M calls: those that came during the last commit, or the one that ended an idle time.

    E[M]  = rate c + e^(-rate c)        E[M2] = rate c + (rate c)^2 + e^(-rate c)
    calls in a batch                    E[M] / (1 - r)
    mean latency                        waits in the commit before, in the batch and in its commit, per call

Prints a table for the page `docs/explanation/scale.md`; ends with 1 when formula and simulation differ by more than
1 %, or 5 % above a load of 60 %, where the simulation itself scatters.
"""

import math
import random
import sys
from collections import deque
from typing import NamedTuple

SEED = 11
CALLS = 400_000
MOST_FLOWS = 256  # as in sealane.storage.writer
WORK = 0.0006  # seconds of one interpreter a decision, measured: 540 to 750 us
COMMITS = (0.00026, 0.004)  # seconds of fdatasync: a fast local disk, and a cloud's
LOADS = (0.05, 0.3, 0.6, 0.8, 0.9)
CALM = 0.6  # above this load, runs of bad luck are long and the simulation itself scatters
TOLERANCES = (0.01, 0.05)  # up to that load, and above it


class Outcome(NamedTuple):
    """Mean calls in a batch, and latencies in seconds."""

    batch: float
    mean: float
    p99: float = math.nan


def formula(rate: float, work: float, commit: float) -> Outcome:
    """Return the exact means, without a limit on a batch."""
    r, caught = rate * work, rate * commit
    idle = math.exp(-caught)
    begun, begun2 = caught + idle, caught + caught**2 + idle
    one = work / (1 - r)  # a busy period that one call begins
    one_variance = r * work**2 / (1 - r) ** 3
    one_area = (r + r**2 / (2 * (1 - r))) / (rate * (1 - r))  # calls present, summed over it
    serving = begun * one
    serving2 = begun * one_variance + begun2 * one**2
    present = (begun2 - begun) / 2 * one + begun * one_area
    joined = present - begun2 * one + serving2 / (2 * work) - serving / 2
    batch = begun / (1 - r)
    waits = caught * commit / 2 + begun2 * one + joined + batch * commit
    return Outcome(batch, waits / batch)


def simulate(rate: float, work: float, commit: float, most: float = math.inf) -> Outcome:
    """Let calls arrive and be served as the writer does it, with at most so many in a batch."""
    chance = random.Random(SEED)
    latencies: list[float] = []
    waiting: deque[float] = deque()
    now, batches = 0.0, 0
    arrival = chance.expovariate(rate)
    while len(latencies) < CALLS:
        now = max(now, waiting[0] if waiting else arrival)
        batch: list[float] = []
        while len(batch) < most:
            while arrival <= now:
                waiting.append(arrival)
                arrival += chance.expovariate(rate)
            if not waiting:
                break
            batch.append(waiting.popleft())
            now += work
        now += commit
        batches += 1
        latencies += [now - came for came in batch]
        while arrival <= now:
            waiting.append(arrival)
            arrival += chance.expovariate(rate)
    latencies_sorted = sorted(latencies)
    mean = sum(latencies) / len(latencies)
    return Outcome(len(latencies) / batches, mean, latencies_sorted[int(len(latencies) * 0.99)])


def rows() -> list[tuple[str, float, float]]:
    """Return the lines of the table, each with its load and how far the simulation is from the formula."""
    made = []
    for commit in COMMITS:
        for load in LOADS:
            rate = load / WORK
            told, free = formula(rate, WORK, commit), simulate(rate, WORK, commit)
            real = simulate(rate, WORK, commit, MOST_FLOWS)
            line = (
                f"| {commit * 1000:.2f} | {load:.0%} | {rate:.0f} | {told.batch:.1f} | {told.mean * 1000:.2f} "
                f"| {free.mean * 1000:.2f} | {real.mean * 1000:.2f} | {real.p99 * 1000:.1f} |"
            )
            made.append((line, load, max(abs(free.mean / told.mean - 1), abs(free.batch / told.batch - 1))))
    return made


def main() -> int:
    """Print the table and say whether the formula holds."""
    table = rows()
    print("| commit, ms | load | decisions/s | calls in a batch | mean ms | simulated | at most 256 | p99 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for line, _, _ in table:
        print(line)
    worst = [max(error for _, load, error in table if (load > CALM) == is_busy) for is_busy in (False, True)]
    print(f"formula and simulation differ by at most {worst[0]:.1%} up to a load of {CALM:.0%}, {worst[1]:.1%} above")
    return int(any(error > most for error, most in zip(worst, TOLERANCES, strict=True)))


if __name__ == "__main__":
    sys.exit(main())
