"""Serving: a trained model that judges single orders, through LightGBM's C interface, and what it says of its reasons.

    model = read_served(Path("model"), ALL)
    judge = model.stages["reroute"]
    judge.log_odds(values), judge.parts(values)

Nothing here needs numpy; LightGBM (the extra `learning`) is needed from the first score on.
"""

from sealane.risk.serving.served import ServedModel, ServedStage, open_body, read_served

__all__ = ["ServedModel", "ServedStage", "open_body", "read_served"]
