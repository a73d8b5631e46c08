"""Thresholds from stated costs: at each probability of fraud the outcome that is expected to cost least.

approve     p * loss
challenge   friction + p * loss * (1 - caught) + (1 - p) * gone * margin
review      work + p * loss * (1 - caught)
decline     (1 - p) * margin
"""

from pathlib import Path

import msgspec
import msgspec.toml
import numpy as np

from sealane.model.decision import STAGES, Stage
from sealane.model.errors import FieldError, InvalidInput, Misconfigured

__all__ = ["Costs", "Cutoffs", "StageCosts", "cutoffs", "default_costs", "read_costs"]

STEPS = 2_000


class StageCosts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Costs of one decision in euro, and how much a challenge or a review catches (0 to 1)."""

    loss: float
    """What a fraud costs: the goods, the fee of the dispute, the work after it."""

    margin: float
    """What turning down an honest order costs: its margin and the shopper's patience."""

    friction: float = 0.3
    gone: float = 0.06
    challenge_catches: float = 0.7
    work: float = 4.0
    review_catches: float = 0.9
    honest_stopped: float = 0.01
    """The largest share of honest orders that may be challenged or worse, whatever the costs say; 1 means any."""


class Cutoffs(msgspec.Struct, frozen=True):
    """From which probability on a stage challenges, reviews and declines; rising, 1 where it never pays."""

    challenge: float
    review: float
    decline: float

    def raised(self, least: float) -> "Cutoffs":
        """Return the same cut-offs, none of them under a probability."""
        return Cutoffs(max(self.challenge, least), max(self.review, least), max(self.decline, least))

    def outcome(self, score: float) -> str:
        """Return what the score asks for."""
        if score < self.challenge:
            return "approve"
        if score < self.review:
            return "challenge"
        return "review" if score < self.decline else "decline"


Costs = dict[Stage, StageCosts]


def default_costs() -> Costs:
    """Return the costs that hold unless others are stated: an order of 105 euro with a margin of a quarter."""
    dear = StageCosts(loss=130, margin=40)
    return dict.fromkeys(STAGES, dear) | {
        "reroute": StageCosts(loss=130, margin=15),
        "payout": StageCosts(loss=110, margin=25),
        "claim": StageCosts(loss=105, margin=60),
    }


def read_costs(path: Path) -> Costs:
    """Return the costs of a TOML file, a table a stage: `[claim]` and below it `loss = 90`, `margin = 30`.

    Raises:
        InvalidInput: when it cannot be read, or names no stage or no cost of ours.
    """
    try:
        stated = msgspec.toml.decode(path.read_bytes(), type=dict[Stage, StageCosts])
    except (OSError, ValueError, msgspec.DecodeError) as refusal:
        why = refusal.strerror if isinstance(refusal, OSError) else str(refusal)
        detail = f"The costs {path.name} cannot be used: {why}."
        remedy = "Write a table for each stage: [claim], then loss = 90 and margin = 30."
        raise InvalidInput(detail, remedy=remedy, errors=(FieldError(path.name, "bad-costs", detail),)) from refusal
    return default_costs() | stated


def cutoffs(costs: StageCosts) -> Cutoffs:
    """Return the cut-offs of one stage.

    Raises:
        Misconfigured: when a cost is negative or a share lies outside 0 to 1.
    """
    shares = (costs.gone, costs.challenge_catches, costs.review_catches, costs.honest_stopped)
    if min(costs.loss, costs.margin, costs.friction, costs.work) < 0 or not all(0 <= each <= 1 for each in shares):
        raise Misconfigured(
            "A cost is negative, or a share is not between 0 and 1.", remedy="Correct the stated costs."
        )
    p = np.linspace(0, 1, STEPS + 1)
    expected = np.stack(
        [
            p * costs.loss,
            costs.friction + p * costs.loss * (1 - costs.challenge_catches) + (1 - p) * costs.gone * costs.margin,
            costs.work + p * costs.loss * (1 - costs.review_catches),
            (1 - p) * costs.margin,
        ]
    )
    best = np.maximum.accumulate(np.argmin(expected, axis=0))
    firsts = [float(p[np.argmax(best >= level)]) if (best >= level).any() else 1.0 for level in (1, 2, 3)]
    return Cutoffs(*firsts)
