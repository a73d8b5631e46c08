from importlib.resources import files
from pathlib import Path

import pytest

from sealane.model.decision import STAGES
from sealane.model.errors import Misconfigured
from sealane.risk.serving import choice
from sealane.risk.serving.choice import SCORECARD, chosen_model, default_model, default_model_file
from sealane.risk.serving.verification import verify_single_rows
from sealane.risk.signals import ALL
from worlds import small_document, small_model

MOST_BYTES = 1_000_000


def test_a_named_file_judges_or_the_scorecard() -> None:
    chosen = chosen_model(str(small_model()))
    assert chosen is not None
    assert chosen.name.startswith(small_document().name)
    assert chosen_model(SCORECARD) is None


def test_the_model_that_ships_judges_where_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = chosen_model("")
    assert chosen is not None
    assert chosen.digest == default_model().digest
    monkeypatch.setattr(choice, "has_lightgbm", lambda: False)
    assert chosen_model("") is None


def test_the_model_that_ships_reads_todays_signals_and_scores_single_rows_as_tables() -> None:
    """It is refused when a signal means something else today: then train it again, as its card says."""
    model = default_model()
    assert model.judged == STAGES
    verify_single_rows(model, ALL)
    assert default_model_file().stat().st_size < MOST_BYTES


@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_the_model_that_ships_has_its_card(suffix: str) -> None:
    card = files("sealane.risk").joinpath("defaults", f"model{suffix}").read_text("utf-8")
    assert default_model().document.name in card
    assert "sealane simulate" in card


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        chosen_model(str(tmp_path / "none"))
