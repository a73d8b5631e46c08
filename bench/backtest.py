"""How long a backtest takes: windows, 200 rules and the report, over a simulated history of orders and events.

    .venv/bin/python bench/backtest.py [ORDERS] [local|spark]

150,000 orders are about 1.8 million facts; the default is a tenth of it. The past is read by the replay, which serves,
and by the engine, and both must give the same values. The engine reads all signals, and the first 60 alone. Seconds are
of CPU; the probe decodes the same facts from their bytes.
"""

import re
import resource
import sys
import tempfile
import time
from collections import deque
from pathlib import Path

from sealane.flows.history.files import HistoryFiles
from sealane.flows.history.replay import replay_rows
from sealane.risk import Replay, RiskPolicy, default_text
from sealane.risk.backtest.engines import read_signals
from sealane.risk.backtest.judging import fates_of, judge, traits_of
from sealane.risk.backtest.report import report
from sealane.risk.facts import decode, encode
from sealane.risk.learning.replay import Sighting
from sealane.risk.signals.catalogue import Catalogue
from sealane.simulator import World, write_world

RULES, FEW = 200, 60
DAY_US = 86_400_000_000


def policy() -> RiskPolicy:
    """Return the policy that ships with its rules repeated under other codes, up to `RULES`."""
    head, *rules = default_text("rules").split("[[rule]]")
    many = []
    for number in range(RULES):
        text = rules[number % len(rules)]
        many.append(re.sub(r'code = "(\w+)"', rf'code = "\1_{number}"', text, count=1))
    text = head + "".join(f"[[rule]]{each}" for each in many)
    return RiskPolicy.of(rules=text, scorecard=default_text("scorecard"), thresholds=default_text("thresholds"))


def main(orders: int, engine: str) -> None:
    judged = policy()
    with tempfile.TemporaryDirectory() as folder:
        write_world(World(5, orders), Path(folder))
        replay = Replay(judged.catalogue, keeps_facts=True)
        began = time.process_time()
        learned = list(replay_rows(HistoryFiles(Path(folder)).rows(), replay))
    served = [each for each in learned if isinstance(each, Sighting)]
    facts = replay.facts
    replayed = time.process_time()
    bodies = [encode(fact) for fact in facts]
    probe = time.process_time()
    for body in bodies:
        decode(body)
    probe = time.process_time() - probe
    seen, wall = time.process_time(), time.perf_counter()
    same = sum(
        one.values == other.values
        for one, other in zip(served, read_signals(facts, judged.catalogue, engine), strict=True)
    )  # type: ignore[arg-type]
    windowed, wall = time.process_time(), time.perf_counter() - wall
    deque(read_signals(facts, Catalogue(judged.catalogue.signals[:FEW]), engine), maxlen=0)  # type: ignore[arg-type]
    few = time.process_time()
    traits = traits_of(facts)
    days = (facts[-1].observed_us - facts[0].observed_us) / DAY_US
    report(judge(served, judged), traits, fates_of(learned, traits), judged.codes, days)
    done = time.process_time()
    print(f"{len(facts):,} facts, {len(served):,} judged,", end=" ")
    print(f"{len(judged.codes)} rules, {len(judged.catalogue.signals)} signals")
    for name, seconds in (
        ("read and replayed, as served", replayed - began),
        (f"windows by {engine} ({wall:.0f} s on the clock)", windowed - seen),
        (f"windows of {FEW} signals alone", few - windowed),
        ("rules and report", done - few),
    ):
        print(f"  {name}: {seconds:.1f} s, {seconds / probe:.0f} x the probe of {probe:.2f} s")
    print(f"  {len(served) - same} rows differ between engine and serving")
    print(f"  most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15_000, sys.argv[2] if len(sys.argv) > 2 else "local")
