import csv
from pathlib import Path

import msgspec
import numpy as np
import pytest

from sealane.flows.history.files import HistoryFiles, Truth
from sealane.risk.learning.evaluation import Scored, judge_stages, score_stages, write_scores
from sealane.risk.learning.metrics import average_precision
from sealane.risk.learning.model import Model
from sealane.risk.signals import ALL
from worlds import small_document, small_table, small_world


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(small_document(), ALL)


def test_each_stage_is_measured_over_its_orders(model: Model) -> None:
    files = HistoryFiles(small_world())
    list(files.rows())
    truth = files.truth()
    scored = score_stages(model, small_table())
    reports = {each.stage: each for each in judge_stages(model, scored, truth)}
    assert list(reports) == ["checkout", "dispatch", "reroute", "payout", "claim"]
    checkout = reports["checkout"]
    assert (checkout.orders, checkout.frauds) == (len(truth), sum(each.is_fraud for each in truth.values()))
    assert sum(checkout.outcomes.values()) == checkout.orders
    frauds = np.array([truth[order].is_fraud for order in scored[0].orders])
    assert checkout.average_precision == average_precision(frauds, scored[0].scores)
    assert b"fake_tracking" in msgspec.json.encode(list(reports.values()))


def test_rows_before_the_moment_are_history_only(model: Model) -> None:
    table = small_table()
    middle = sorted(table.times)[len(table) // 2]
    late = score_stages(model, table, middle)
    whole = {(each.stage, order): score for each in score_stages(model, table)
             for order, score in zip(each.orders, each.scores, strict=True)}  # fmt: skip
    assert 0 < sum(len(each.orders) for each in late) < len(whole)
    assert all(score <= whole[each.stage, order] for each in late
               for order, score in zip(each.orders, each.scores, strict=True))  # fmt: skip


def test_scores_are_written_one_row_an_order_and_stage(model: Model, tmp_path: Path) -> None:
    scored = score_stages(model, small_table())
    write_scores(model, scored, tmp_path / "scores.csv")
    rows = list(csv.DictReader((tmp_path / "scores.csv").read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["order_key", "stage", "score", "outcome"]
    keys = [(row["order_key"], row["stage"]) for row in rows]
    assert len(keys) == len(set(keys)) == sum(len(each.orders) for each in scored)
    assert float(rows[0]["score"]) == scored[0].scores[0]


def test_a_stage_of_one_class_has_null_measures(model: Model) -> None:
    scored = [Scored("claim", ("a", "b,c"), np.array([0.1, 0.9]), ())]
    report = judge_stages(model, scored, {"a": Truth(is_fraud=False), "b,c": Truth(is_fraud=False)})[0]
    assert report.average_precision is report.auc_roc is None
    assert report.recall_by_typology == {}
