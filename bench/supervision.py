"""What oversight costs: controls, clocks, statistical tables, evidence packs, and how exact published tables are.

python bench/supervision.py [--payments N] [--entries N]

Each figure is given in seconds and as a ratio to a probe of the same run: SHA-256 over 64 MiB.
"""

import argparse
import hashlib
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryFile
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from oversight import AT, clean
from sealane.keys.ring import KeyRing
from sealane.model.clock import system_clock
from sealane.model.ids import new_id
from sealane.storage.database import Database
from sealane.supervision import Log
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.controls.assessment import assess
from sealane.supervision.evidence.pack import (
    DIGEST_FIELD,
    assemble,
    entries_about,
    entry_lines,
    seal,
)
from sealane.supervision.evidence.verification import verify_pack
from sealane.supervision.folder import LogFolder
from sealane.supervision.incidents.clocks import clocks
from sealane.supervision.incidents.record import REGIME_NAMES, Incident
from sealane.supervision.log import LogKeys
from sealane.supervision.market.publication import add_noise, scales
from sealane.supervision.rates.eba import faults, tabulate
from sealane.supervision.rates.ledger import Ledger, Loss, Payment, Period

CLAIMS = 1000
TRIALS = 4_000


def timed(name: str, probe: float, work: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - begun
    print(f"{name:<58} {seconds:9.3f} s  {seconds / probe:8.2f} x probe")
    return result


def probe() -> float:
    data = bytes(1 << 26)
    begun = time.perf_counter()
    hashlib.sha256(data).digest()
    return time.perf_counter() - begun


def ledger(count: int) -> Ledger:
    draw = random.Random(1)
    payments = tuple(
        Payment(
            f"p{n}", draw.randrange(1000), draw.randrange(1, 10**6), "psp", "m", draw.choice(("card", "transfer")),
            is_remote=draw.random() < 0.8, authentication=draw.choice(("sca", "exempt", "none")),
            exemption=draw.choice(("tra", "low-value")), geography=draw.choice(("domestic", "intra-eea", "extra-eea")),
        )
        for n in range(count)
    )  # fmt: skip
    losses = tuple(
        Loss(f"l{n}", f"p{draw.randrange(count)}", "fraud", 5, 100, type=draw.choice(("issuance", "manipulation")))
        for n in range(count // 200)
    )
    return Ledger(payments, losses)


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def evidence(folder: Path, entries: int, claims: int, reference: float) -> None:
    database = Database.open(folder)
    log = Log.open(
        database, folder / "log", LogKeys(KeyRing.open(folder).signer("log"), Safe(KeyRing.open(folder))),
        origin="", clock=system_clock,
    )  # fmt: skip
    mine = {new_id("ord") for _ in range(claims)}
    orders = [*mine, *(new_id("ord") for _ in range(entries - claims))]
    for start in range(0, entries, 10_000):
        part = orders[start : start + 10_000]
        database.run(
            lambda tx, part=part: [log.append(tx, "order.decided", order_id=one, content=b"x") for one in part]
        )
    head = log.integrate()

    pack = folder / "pack"

    def build() -> None:
        with TemporaryFile() as body, database.reader() as connection, pack.open("wb") as file:
            found = entries_about(connection, mine.__and__, head.size, ("2000", "2100"))
            start = {"about": {"party": "mer_1"}, "checkpoint": log.checkpoint_text().decode()}
            digest = assemble(body, start, entry_lines(LogFolder(folder / "log"), head.size, found))
            fields = {DIGEST_FIELD: digest}
            name = database.run(lambda tx: log.append(tx, "evidence.built", order_id=None, content=b"", fields=fields))
            file.writelines(seal(body, log.open_field(name, DIGEST_FIELD)))

    def verify() -> None:
        with pack.open("rb") as file:
            checked = verify_pack(file, log.public_key())
        assert checked.claims == {"entry": claims}

    told = f"{claims:,} claims out of {entries:,} entries"
    before = peak_bytes()
    timed(f"evidence pack of {told}", reference, build)
    timed(f"verify it offline ({pack.stat().st_size / 2**20:,.1f} MiB)", reference, verify)
    print(f"  memory grew by {(peak_bytes() - before) / 2**20:,.1f} MiB at its peak")
    log.close()
    database.close()


def published(frauds: int, orders: int) -> float:
    """Return the 95th percentile of the relative error of a cell's rate, in percent."""
    sigma = scales()
    made = add_noise([orders] * TRIALS, sigma.orders)
    bad = add_noise([frauds] * TRIALS, sigma.frauds)
    errors = [abs(b / m - frauds / orders) / (frauds / orders) for b, m in zip(bad, made, strict=True)]
    return 100 * quantiles(errors, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=1_000_000)
    parser.add_argument("--entries", type=int, default=100_000)
    asked = parser.parse_args()
    reference = probe()
    print(f"probe: SHA-256 of 64 MiB in {reference:.3f} s")
    facts = clean()
    timed("115 controls judged", reference, lambda: assess(facts, AT))
    incident = Incident("inc_1", "p", "t", "breach", "DE", REGIME_NAMES, {"aware": AT, "occurred": AT, "claimed": AT})
    timed("clocks of 200 incidents x 13 regimes", reference, lambda: [clocks(incident, AT) for _ in range(200)])
    book = ledger(asked.payments)
    table = timed(
        f"statistical tables of {asked.payments:,} payments", reference, lambda: tabulate(book, "psp", Period(0, 1000))
    )
    print(f"  cells {len(table.cells):,}, parents that differ from their children: {len(list(faults(table)))}")
    with tempfile.TemporaryDirectory() as folder:
        evidence(Path(folder) / "lane", asked.entries, min(CLAIMS, asked.entries), reference)
    with tempfile.TemporaryDirectory() as folder:
        evidence(Path(folder) / "lane", asked.entries, asked.entries, reference)
    for frauds in (50, 90, 110, 270):
        error = published(frauds, 100_000)
        print(f"published rate of a cell with {frauds} frauds in 100,000 orders: p95 error {error:.1f} %")


if __name__ == "__main__":
    main()
