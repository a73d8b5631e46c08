import lightgbm
import numpy as np
import pytest

from sealane.model.errors import Misconfigured
from sealane.risk.serving.single import SingleRow, buffer_of
from worlds import small_document


def test_a_row_in_the_buffer_gives_the_bits_of_the_whole_table() -> None:
    text, columns = small_document().pooled, len(small_document().signals) + 1
    row = buffer_of(columns)
    forest, booster = SingleRow(text, row, columns), lightgbm.Booster(model_str=text)
    source = np.random.default_rng(5)
    matrix = np.where(source.random((60, columns)) < 0.3, np.nan, source.integers(0, 9, (60, columns)))
    slow, parts = booster.predict(matrix, raw_score=True), booster.predict(matrix, pred_contrib=True)
    for at, values in enumerate(matrix):
        row[:] = values.tolist()
        assert forest.raw() == slow[at]
        assert forest.contributions() == parts[at].tolist()
    assert len(set(slow.tolist())) > 10


def test_a_damaged_forest_is_refused() -> None:
    with pytest.raises(Misconfigured, match="LightGBM refuses the model"):
        SingleRow("tree\nnone", buffer_of(3), 3)
