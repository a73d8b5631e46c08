"""Joint against one-sided models on worlds never used in development: average precision and recall by kind of fraud.

python bench/learning.py [orders to train on] [orders to judge]
"""

import sys
import tempfile
import time
from pathlib import Path

from sealane.flows.history.files import HistoryFiles
from sealane.flows.history.replay import replay_rows
from sealane.risk import Replay
from sealane.risk.learning.costs import default_costs
from sealane.risk.learning.evaluation import judge_stages, score_stages
from sealane.risk.learning.model import Model
from sealane.risk.learning.table import Table, tabulate
from sealane.risk.learning.training import Recipe, train
from sealane.risk.signals import ALL
from sealane.simulator import World, write_world

TRAINED, JUDGED = 21, (901, 902, 903)


def read(folder: Path, categories: dict[str, list[str]] | None = None) -> tuple[Table, HistoryFiles]:
    files = HistoryFiles(folder)
    return tabulate(replay_rows(files.rows(), Replay()), Table(ALL, categories)), files


def main() -> None:
    learned, judged = [int(each) for each in (*sys.argv[1:], 60_000, 20_000)[:2]]
    with tempfile.TemporaryDirectory() as root:
        write_world(World(TRAINED, learned), Path(root, "train"))
        began = time.perf_counter()
        table, _ = read(Path(root, "train"))
        print(f"read and replayed {learned:,} orders in {time.perf_counter() - began:.0f} s")
        models = {}
        for side in ("payment", "consignment", "joint"):
            began = time.perf_counter()
            models[side] = Model(train([table], Recipe(default_costs(), side)), ALL)
            print(f"trained {side} in {time.perf_counter() - began:.0f} s")
        for seed in JUDGED:
            write_world(World(seed, judged), Path(root, str(seed)))
            other, files = read(Path(root, str(seed)), table.categories)
            truth = files.truth()
            for side, model in models.items():
                reports = judge_stages(model, score_stages(model, other), truth)
                precision = [each.average_precision or 0.0 for each in reports]
                print(f"seed {seed} {side}: mean {sum(precision) / 5:.3f}", *(f"{each:.3f}" for each in precision))
                if side == "joint":
                    for each in reports:
                        print(f"  {each.stage}", {kind: round(hit, 2) for kind, hit in each.recall_by_typology.items()})


if __name__ == "__main__":
    main()
