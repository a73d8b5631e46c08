"""How much the leak gate finds, refuses wrongly, and costs; every figure of docs/explanation/exchange.md on it.

    .venv/bin/python bench/gate.py [SHARED_DATA]

100,000 synthetic card numbers, each in one of twelve writings, in one field of a message of one leg; then numbers that
are none: S10, SSCC, with SHARED_DATA the couriers' own examples, and random numbers of the two formats that are as long
as card numbers and have a check digit of their own, with their carrier beside them and without. Nothing was tuned on
these numbers.
"""

import json
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from leaks import WRITINGS, card_number, is_refused, message, s10, sscc, waybill
from orders import order
from sealane.interchange.gate.legs import LEGS
from sealane.model.decoding import read_json, refuse_leaks
from sealane.model.ids import Prefix, new_id

NUMBERS = 100_000
PLACES = [(leg, field) for leg in LEGS for field in sorted(LEGS[leg])]


def finding() -> None:
    chance, names = random.Random(2026), list(WRITINGS)
    asked: Counter[tuple[str, str]] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    spent = 0
    for at in range(NUMBERS):
        name, (leg, field) = names[at % len(names)], chance.choice(PLACES)
        body = message(leg, field, WRITINGS[name](card_number(chance)), ensure_ascii=bool(at & 16))
        began = time.thread_time_ns()
        found = is_refused(body)
        spent += time.thread_time_ns() - began
        kind = "tracking_number" if field == "tracking_number" else "phone" if field == "phone" else "other fields"
        for key in ((name, "writing") if kind == "other fields" else None, (kind, "field")):
            if key is not None:
                asked[key] += 1
                missed[key] += not found
    for (name, what), count in sorted(asked.items(), key=lambda item: (item[0][1], item[0][0])):
        print(f"{what:8} {name:18} {count:7} numbers, found {1 - missed[name, what] / count:.4%}")
    total, lost = (sum(count for (_, what), count in each.items() if what == "field") for each in (asked, missed))
    print(f"all      {'':18} {total:7} numbers, found {1 - lost / total:.4%}")
    print(f"a message with a number costs {spent / NUMBERS / 1000:.1f} us")


def costing() -> None:
    """Print what an honest order of 1.4 KB, its document read already, and a message cost."""
    plain = message("last-mile", "name", "Ana Silva", ensure_ascii=False).decode()
    plain = re.sub("(pty|ord)_0[0-9a-z]+", lambda match: new_id(cast("Prefix", match[1])), plain)
    for name, body in (("order", json.dumps(order()).encode()), ("message", plain.encode())):
        document, best = read_json(body), float("inf")
        for _ in range(20):
            began = time.thread_time_ns()
            for _ in range(500):
                refuse_leaks(body, document)
            best = min(best, (time.thread_time_ns() - began) / 500 / 1000)
        print(f"an honest {name} of {len(body)} bytes costs {best:.1f} us")


def letting_through(shared: Path | None) -> None:
    chance = random.Random(7)
    sets = {"S10": [s10(chance) for _ in range(50_000)], "SSCC": [sscc(chance) for _ in range(50_000)]}
    if shared is not None:
        files = sorted((shared / "tracking_number_data" / "couriers").glob("*.json"))
        kinds = [kind for path in files for kind in json.loads(path.read_text("utf-8"))["tracking_numbers"]]
        sets["couriers"] = [
            number for kind in kinds for side in ("valid", "invalid") for number in kind["test_numbers"][side]
        ]
    for name, numbers in sets.items():
        began = time.thread_time_ns()
        refused = sum(is_refused(message("linehaul", "tracking_number", each, ensure_ascii=False)) for each in numbers)
        micros = (time.thread_time_ns() - began) / len(numbers) / 1000
        print(
            f"{name:10} {len(numbers):6} tracking numbers, refused {refused / len(numbers):.4%}, {micros:.1f} us each"
        )


def letting_carriers_through() -> None:
    chance = random.Random(11)
    for carrier, digits in (("Canada Post", 16), ("FedEx", 15)):
        numbers = [waybill(chance, digits) for _ in range(50_000)]
        for beside in (carrier, None):
            documents = ({"carrier": beside, "tracking_number": number} for number in numbers)
            refused = sum(is_refused(json.dumps(each).encode()) for each in documents)
            said = "its carrier named" if beside else "no carrier named"
            print(f"{carrier:12} {len(numbers):6} random waybills, {said}: refused {refused / len(numbers):.4%}")


if __name__ == "__main__":
    finding()
    costing()
    letting_through(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    letting_carriers_through()
