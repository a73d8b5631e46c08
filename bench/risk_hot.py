"""How long the risk room takes for one order: observe, assess and record, on one core, without the disk.

    .venv/bin/python bench/risk_hot.py [ORDERS]

Orders come from a third as many shoppers, most with their usual device, card and address. Microseconds of CPU per
order, median of chunks. The rows that would be written are dropped: writing them is measured by `bench/decisions.py`.
"""

import gc
import hashlib
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sealane.model.clock import from_micros
from sealane.model.consignment import Consignment, Item
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Card, Payment
from sealane.model.sealed import ConsignmentLinks, ConsignmentTraits, OrderLinks, OrderSeal, OrderTraits
from sealane.risk import Question, Risk, assess, default_policy
from sealane.storage.database import Database

CHUNK = 500
START_US = 1_790_000_000_000_000


class Slip:
    """A transaction that writes nothing and lets every flow succeed."""

    def __init__(self) -> None:
        self.effects: list[Callable[[], None]] = []

    def insert(self, sql: str, row: tuple[Any, ...]) -> None:
        pass

    def on_success(self, effect: Callable[[], None]) -> None:
        self.effects.append(effect)

    def after_commit(self, effect: Callable[[], None]) -> None:
        self.effects.append(effect)

    def succeed(self) -> None:
        for effect in self.effects:
            effect()
        self.effects.clear()


def link(kind: str, number: float) -> bytes:
    return hashlib.blake2b(f"{kind}{number}".encode(), digest_size=16).digest()


def orders(count: int, seed: int = 1) -> Iterator[Order]:
    chance = random.Random(seed)
    shoppers = max(1, count // 3)
    now_us = START_US
    for number in range(count):
        now_us += chance.randrange(1, 60_000_000)
        yield order(number, now_us, chance, shoppers)


def order(number: int, now_us: int, chance: random.Random, shoppers: int) -> Order:
    who = chance.randrange(shoppers)
    device = who if chance.random() < 0.9 else who + 10**6
    card = who if chance.random() < 0.9 else who + 10**6
    where = who if chance.random() < 0.9 else chance.randrange(shoppers)
    ip = who if chance.random() < 0.7 else chance.random()
    amount = Money(chance.randrange(500, 50_000), "EUR")
    links = OrderLinks(
        account=link("account", who), card=link("card", card), name=link("name", who), email=link("email", who),
        email_domain=link("domain", who % 50), phone=link("phone", who), device=link("device", device),
        ip=link("ip", ip), network=link("network", who % 3000), billing_address=link("address", who),
    )  # fmt: skip
    traits = OrderTraits(email_kind="free", email_resembles_name=True, phone_country="PT", billing_name_matches=True)
    to = ConsignmentLinks(
        address=link("address", where), unit=link("unit", where), postcode=link("postcode", where // 10),
        name=link("name", where), email=link("email", who), phone=link("phone", who), shipper=link("shipper", 1),
    )  # fmt: skip
    about = ConsignmentTraits(
        name_matches_payer=where == who, phone_matches_payer=True, email_matches_payer=True,
        address_matches_billing=where == who, postcode_matches_billing=True, has_suite_code=False, phone_country="PT",
    )  # fmt: skip
    paid = Card(bin="411111", last4="1111", brand="visa", country="PT", funding="credit")
    lamp = Item("LMP-1", "LED desk lamp", "940521", 1, amount, "home")
    consignment = Consignment(
        f"cns_{number:026d}", "PT", "dhl-express", "express", None, "DDP", "CN", None, None, 800, amount, (lamp,)
    )
    payment = Payment("card", amount, "stripe", "pi_3Nx", paid, "Y", "M", "authenticated", "05", 0, "PT")
    seal = OrderSeal(f"sub_{who:026d}", "rec_1", links, traits, (to,), (about,), paid)
    return Order(
        f"ord_{number:026d}", f"mer_{number % 20:026d}", f"SO-{number}", now_us - 1000, now_us, payment,
        (consignment,), seal, now_us - 10**13, "web", "pt-PT",
    )  # fmt: skip


def measure(risk: Risk, some: list[Order]) -> dict[str, float]:
    """Microseconds of CPU per order for each step, and for all of it, checkpoints and collections included."""
    slip: Any = Slip()
    spent = dict.fromkeys(("observe", "assess", "record", "register"), 0)
    clock = time.perf_counter_ns
    cpu = time.process_time_ns()
    for one in some:
        started = clock()
        signals = risk.observe_order(slip, one)
        observed = clock()
        question = Question(
            "checkout", one.order_id, f"dec_{one.order_id}", f"case_{one.order_id}", from_micros(one.observed_us)
        )
        decision = assess(question, signals, risk.policy)
        assessed = clock()
        risk.record(slip, question, signals, decision)
        recorded = clock()
        slip.succeed()
        for name, since, until in (
            ("observe", started, observed),
            ("assess", observed, assessed),
            ("record", assessed, recorded),
            ("register", recorded, clock()),
        ):
            spent[name] += until - since
    total = (time.process_time_ns() - cpu) / len(some) / 1000
    return {name: value / len(some) / 1000 for name, value in spent.items()} | {"total CPU": total}


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder))
        risk = Risk.open(database, default_policy())
        gc.collect()
        gc.freeze()
        rounds: list[dict[str, float]] = []
        batch: list[Order] = []
        for one in orders(count):
            batch.append(one)
            if len(batch) == CHUNK:
                rounds.append(measure(risk, batch))
                batch = []
        warm = rounds[len(rounds) // 4 :]
        catalogue = risk.policy.catalogue
        at_checkout = len(catalogue.by_stage["checkout"])
        print(f"{count} orders, {len(catalogue.signals)} signals ({at_checkout} at checkout),")
        print(
            f"{len(risk.policy.ruleset.rules)} rules, {len(risk.policy.scorecard.reasons)} bins; microseconds an order:"
        )
        for name in warm[0]:
            values = sorted(row[name] for row in warm)
            print(
                f"  {name:10} median {statistics.median(values):6.1f}   best {values[0]:6.1f}   worst {values[-1]:6.1f}"
            )
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
