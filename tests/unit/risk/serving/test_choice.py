from pathlib import Path

import pytest

from sealane.model.errors import Misconfigured
from sealane.risk.serving.choice import SCORECARD, chosen_model
from worlds import small_document, small_model


def test_a_named_file_judges_and_else_the_scorecard() -> None:
    chosen = chosen_model(str(small_model()))
    assert chosen is not None
    assert chosen.name.startswith(small_document().name)
    assert chosen_model(SCORECARD) is None


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        chosen_model(str(tmp_path / "none"))
