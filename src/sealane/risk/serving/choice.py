"""Which model judges: the one that is named, and else none, which leaves the published scorecard."""

from pathlib import Path

from sealane.risk.serving.served import ServedModel, read_served
from sealane.risk.serving.verification import verify_single_rows
from sealane.risk.signals import ALL

__all__ = ["SCORECARD", "chosen_model"]

SCORECARD = "scorecard"


def chosen_model(named: str) -> ServedModel | None:
    """Return the model of a file, checked against LightGBM's own reading; none for `scorecard` or the empty text.

    Raises:
        Misconfigured: when the file is missing or no model of this release, or LightGBM is not installed.
    """
    if named in {"", SCORECARD}:
        return None
    model = read_served(Path(named), ALL)
    if model.has_forests:
        verify_single_rows(model, ALL)
    return model
