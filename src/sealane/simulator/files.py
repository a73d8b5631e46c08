"""The three files of `sealane simulate`: orders.ndjson, events.ndjson and truth.csv.

    {"reference":"GM-10001","placed_at":"2025-03-03T00:04:11.532071Z",...,"order_key":"o1"}
    {"id":"3f09...","kind":"payment.authorized",...,"observed_at":"2025-03-03T00:04:20.1Z","order_key":"o1"}
    o1,0,,

Rows stand in the order they were learned of. Each file is written beside its name and moved there when whole, so a
broken run leaves nothing that looks finished.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import msgspec

from sealane.model.errors import Misconfigured
from sealane.simulator.desk import Happening
from sealane.simulator.world import World

__all__ = ["FILES", "Written", "write_world"]

FILES = ("orders.ndjson", "events.ndjson", "truth.csv")
_HEAD = b"order_key,is_fraud,typology,stage\n"


class Written(msgspec.Struct, frozen=True):
    """How much was written."""

    orders: int
    events: int


def write_world(world: World, folder: Path, *, on_order: Callable[[], None] = lambda: None) -> Written:
    """Write the world into the folder, making it if need be; `on_order` is called after each order.

    Raises:
        Misconfigured: when the folder cannot be written to.
    """
    try:
        return _write(world, folder, on_order)
    except OSError as refusal:
        raise Misconfigured(
            f"The world cannot be written: {refusal.strerror}.", remedy="Choose a folder you may write to, with room."
        ) from refusal


def _write(world: World, folder: Path, on_order: Callable[[], None]) -> Written:
    folder.mkdir(parents=True, exist_ok=True)
    parts = [folder / f"{name}.part" for name in FILES]
    orders = events = 0
    with ExitStack() as stack:
        order_file, event_file, truth_file = [stack.enter_context(part.open("wb")) for part in parts]
        truth_file.write(_HEAD)
        for happening in world.happenings():
            if happening.truth is None:
                event_file.write(_line(happening))
                events += 1
                continue
            order_file.write(_line(happening))
            truth = happening.truth
            truth_file.write(f"{happening.order_key},{truth.is_fraud:d},{truth.typology},{truth.stage}\n".encode())
            orders += 1
            on_order()
    for part, name in zip(parts, FILES, strict=True):
        part.replace(folder / name)
    return Written(orders, events)


def _line(happening: Happening) -> bytes:
    return b'%b,"order_key":"%b"}\n' % (happening.body[:-1], happening.order_key.encode())
