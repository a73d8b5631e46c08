"""Order bodies for measurements: those of the simulated world, renumbered so that one merchant can place them all."""

from collections.abc import Iterator

import msgspec

from sealane.simulator import World

__all__ = ["order_bodies"]


def order_bodies(count: int, *, seed: int) -> Iterator[bytes]:
    """Yield so many bodies of `POST /v1/orders`, each with a reference of its own."""
    number = 0
    for happening in World(seed, count).happenings():
        if happening.kind == "order":
            order = msgspec.json.decode(happening.body)
            order["reference"] = f"B-{seed}-{number}"
            yield msgspec.json.encode(order)
            number += 1
