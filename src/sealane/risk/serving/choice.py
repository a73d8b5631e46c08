"""Which model judges: the one that is named; else the one that ships, where LightGBM is there; else the scorecard.

`defaults/model` was trained by `sealane risk train` on the simulator's worlds; `defaults/model.md` is its card.
"""

from importlib.resources import files
from pathlib import Path

from sealane.risk.serving.served import ServedModel, open_body, read_served
from sealane.risk.serving.single import has_lightgbm
from sealane.risk.serving.verification import verify_single_rows
from sealane.risk.signals import ALL

__all__ = ["SCORECARD", "chosen_model", "default_model", "default_model_file"]

SCORECARD = "scorecard"


def chosen_model(named: str) -> ServedModel | None:
    """Return the model of a file, checked against LightGBM's own reading; for the empty text the one that ships.

    None leaves the judgement to the scorecard: for `scorecard`, and where nothing is named and LightGBM is missing.

    Raises:
        Misconfigured: when the file is missing or no model of this release, or LightGBM is not installed.
    """
    if named == SCORECARD:
        return None
    if not named:
        return default_model() if has_lightgbm() else None
    model = read_served(Path(named), ALL)
    if model.has_forests:
        verify_single_rows(model, ALL)
    return model


def default_model() -> ServedModel:
    """Return the model that ships; its forests are planted when the first order asks."""
    return ServedModel(open_body(default_model_file().read_bytes()), ALL)


def default_model_file() -> Path:
    """Return the file of the model that ships."""
    return Path(str(files("sealane.risk").joinpath("defaults", "model")))
