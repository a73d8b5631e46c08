"""How well the three-way match tells contradictions from the noise of honest trade, and what it costs.

python bench/matching.py [--orders N] [--rounds N]

Honest orders of the simulator get the noise of real ones: split parcels, partial payments, rounding, scales.
False mismatches are counted over those; recall over the same with one contradiction put into each. Cost is a ratio to
a probe of the same run: SHA-256 over 1 MiB.
"""

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from contradictions import CONTRADICTIONS, honest_cases, noisy
from sealane.interchange import match


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    chance = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        cases = honest_cases(Path(folder) / "lane", given.orders)
    begun = time.perf_counter()
    hashlib.sha256(bytes(1 << 20)).digest()
    probe = time.perf_counter() - begun

    false, total, codes, spent = 0, 0, Counter[str](), 0.0
    for _ in range(given.rounds):
        for case in cases:
            order, events = noisy(case, chance)
            begun = time.perf_counter()
            found = match(order, events)
            spent += time.perf_counter() - begun
            total += 1
            false += bool(found)
            codes.update(each.code for each in found)
    print(f"false mismatches   {false} of {total} honest orders: {false / total:.4%} {dict(codes)}")
    print(f"cost               {spent / total * 1e6:.1f} us an order, {spent / total / probe:.4f} x probe")

    hits = misses = 0
    for name, put in CONTRADICTIONS.items():
        code, good, bad = name.partition(",")[0], 0, 0
        for case in cases:
            made = put(*noisy(case, chance), chance)
            if made is not None:
                is_found = any(each.code == code for each in match(*made))
                good, bad = good + is_found, bad + (not is_found)
        print(f"recall  {name:<28} {good / max(1, good + bad):8.3%} of {good + bad}")
        hits, misses = hits + good, misses + bad
    recall = hits / (hits + misses)
    print(f"recall             {recall:.3%} of {hits + misses} contradictions")
    return 0 if recall >= 0.99 and false / total <= 0.001 else 1


if __name__ == "__main__":
    sys.exit(main())
