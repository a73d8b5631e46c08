import numpy as np

from sealane.model.decision import STAGES
from sealane.risk.learning.replay import Sighting
from sealane.risk.learning.table import Table, tabulate
from sealane.risk.signals import ALL
from worlds import learned, small_table


def test_every_value_stands_in_its_signals_column() -> None:
    table, matrix = small_table(), small_table().matrix()
    row = next(place for place, stage in enumerate(table.stages) if STAGES[stage] == "claim")
    rows = [each for each in learned()[0] if isinstance(each, Sighting)]
    for signal, value in zip(ALL.by_stage["claim"], rows[row].values, strict=True):
        cell = matrix[row, table.names.index(signal.name)]
        if value is None:
            assert np.isnan(cell)
        elif isinstance(value, str):
            assert table.categories[signal.name][int(cell)] == value
        else:
            assert cell == value


def test_what_a_stage_does_not_read_is_unknown() -> None:
    table = small_table()
    checkout = np.frombuffer(table.stages, dtype=np.int8) == 0
    assert np.isnan(table.matrix()[checkout, table.names.index("claim")]).all()


def test_a_text_that_training_never_saw_is_unknown() -> None:
    closed = tabulate(learned()[0][:50], Table(ALL, {"method": ["card"]}))
    column = closed.matrix()[:, closed.names.index("method")]
    assert set(column[~np.isnan(column)]) == {0.0}
    assert closed.categories["method"] == ["card"]


def test_an_empty_table_has_no_rows() -> None:
    assert Table(ALL).matrix().shape == (0, len(ALL.signals))
