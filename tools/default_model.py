"""Train the model that ships: simulate its worlds, train, and write it with its card into the package.

    .venv/bin/python tools/default_model.py

Takes some minutes. `tests/unit/risk/serving/test_choice.py` fails when a signal that the model reads means something
else than it did; then run this, and compare with the scorecard on other seeds (`bench/learning.py`) before shipping.
"""

import sys
import tempfile
from pathlib import Path

from msgspec import structs

from sealane.flows.history.files import HistoryFiles
from sealane.flows.history.replay import replay_rows
from sealane.risk import Replay, default_model_file
from sealane.risk.learning.card import write_card
from sealane.risk.learning.costs import default_costs
from sealane.risk.learning.model import save_model
from sealane.risk.learning.table import Table, tabulate
from sealane.risk.learning.training import Recipe, train
from sealane.risk.signals import ALL
from sealane.simulator import World, write_world

WORLDS = ((71, 60_000), (72, 60_000), (73, 20_000))
"""Seeds and orders; the last world is held back to calibrate. Development and judging look at other seeds."""

LEAN = 0.5
"""It judges worlds that it has not learned from, so half of what is generally true is added to what it learned."""

ABOUT = (
    "It learned from Sealane's own simulator and from no real order: the worlds of "
    + ", ".join(f"`sealane simulate --orders {orders} --seed {seed}`" for seed, orders in WORLDS)
    + ". It gives a new installation a start; train one on your own history as soon as it has verdicts, "
    "and compare both with `sealane risk challenger`."
)


def main() -> None:
    """Write the model and its card."""
    tables: list[Table] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed, orders in WORLDS:
            world = Path(folder, str(seed))
            write_world(World(seed, orders), world)
            known = tables[-1].categories if tables else None
            rows = replay_rows(HistoryFiles(world).rows(), Replay())
            tables.append(tabulate(rows, Table(ALL, known, is_open=True)))
            print(f"world {seed}: {len(tables[-1]):,} rows", file=sys.stderr)
    made = train(tables, Recipe(default_costs(), lean=LEAN))
    document = structs.replace(made, notes=(ABOUT, *made.notes))
    save_model(document, default_model_file())
    write_card(document, default_model_file())


if __name__ == "__main__":
    main()
