"""Payment-only, consignment-only and joint models on worlds never used in development, with what honest people notice.

    .venv/bin/python bench/learning.py [orders to train on] [orders to judge]

Average precision by stage and recall by kind of fraud at 1 % false alarms; the scorecard beside them; of the joint
model also the honest reroutes that it stops, the share of the money rerouted by thieves that it saves, and the honest
orders to suites of parcel forwarders that it declines at checkout.
"""

import sys
import tempfile
import time
from pathlib import Path

from sealane.flows.history.files import HistoryFiles
from sealane.flows.history.replay import replay_rows
from sealane.model.decision import STAGES
from sealane.risk import Replay, default_policy
from sealane.risk.contest.published import Published
from sealane.risk.learning.costs import default_costs
from sealane.risk.learning.evaluation import Judge, StageReport, judge_stages, score_stages
from sealane.risk.learning.model import Model
from sealane.risk.learning.table import Table, tabulate
from sealane.risk.learning.training import Recipe, train
from sealane.risk.signals import ALL
from sealane.simulator import World, write_world

TRAINED, JUDGED = 21, (901, 902, 903)


def read(folder: Path, categories: dict[str, list[str]] | None = None) -> tuple[Table, HistoryFiles]:
    files = HistoryFiles(folder)
    return tabulate(replay_rows(files.rows(), Replay()), Table(ALL, categories)), files


def tell(seed: int, name: str, reports: list[StageReport]) -> None:
    precision = [each.average_precision or 0.0 for each in reports]
    print(f"seed {seed} {name}: mean {sum(precision) / len(STAGES):.3f}", *(f"{each:.3f}" for each in precision))


def tell_honest(model: Judge, table: Table, files: HistoryFiles) -> None:
    """Print what the cut-offs do to honest reroutes, to thieves' reroutes in money, and to honest forwarder users."""
    truth, matrix = files.truth(), table.matrix()
    places = {name: at for at, name in enumerate(table.names)}
    worth, suite = matrix[:, places["amount"]], matrix[:, places["has_suite_code"]] == 1
    found: dict[str, list[tuple[bool, str, float, bool]]] = {}
    for stage in ("checkout", "reroute"):
        rows = [at for at, number in enumerate(table.stages) if STAGES[number] == stage]
        cut = model.cutoffs(stage)
        found[stage] = [
            (truth[table.orders[at]].is_fraud, cut.outcome(score), worth[at], bool(suite[at]))
            for at, score in zip(rows, model.score(stage, matrix[rows]).tolist(), strict=True)
        ]
    honest = [outcome != "approve" for is_fraud, outcome, _, _ in found["reroute"] if not is_fraud]
    stolen = [(outcome != "approve", euro) for is_fraud, outcome, euro, _ in found["reroute"] if is_fraud]
    saved = sum(euro for stopped, euro in stolen if stopped) / sum(euro for _, euro in stolen)
    users = [outcome == "decline" for is_fraud, outcome, _, suited in found["checkout"] if suited and not is_fraud]
    print(f"  honest reroutes stopped {sum(honest)} of {len(honest)} ({sum(honest) / len(honest):.2%}),", end=" ")
    print(f"money rerouted by thieves saved {saved:.1%},", end=" ")
    print(f"honest orders to suites declined {sum(users)} of {len(users)} ({sum(users) / len(users):.2%})")


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
            published = Published(default_policy(), other.categories)
            judges: dict[str, Judge] = {"scorecard": published, **models}
            for name, judge in judges.items():
                reports = judge_stages(judge, score_stages(judge, other), truth)
                tell(seed, name, reports)
            for each in reports:
                print(f"  {each.stage}", {kind: round(hit, 2) for kind, hit in each.recall_by_typology.items()})
            tell_honest(models["joint"], other, files)


if __name__ == "__main__":
    main()
