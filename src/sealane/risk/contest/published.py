"""The published scorecard as a model among others: what it says of the rows of a table, rules included."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from sealane.model.decision import Stage
from sealane.risk.assess import Question, Signals, outcome_of
from sealane.risk.learning.costs import Cutoffs
from sealane.risk.learning.model import Model
from sealane.risk.learning.table import Categories, values_of
from sealane.risk.policy import RiskPolicy

__all__ = ["Backed", "Published"]

Column = np.ndarray[Any, np.dtype[Any]]
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)


class Published:
    """Scores rows of a table as the server does without a model; `categories` are the table's texts."""

    def __init__(self, policy: RiskPolicy, categories: Categories) -> None:
        self.name = policy.model
        self._policy = policy
        self._categories = categories

    def score(self, stage: Stage, matrix: Column) -> Column:
        """Return probabilities of fraud for rows of the whole catalogue."""
        catalogue, question = self._policy.catalogue, Question(stage, "", "", None, _SOME_TIME)
        rows = values_of(catalogue.by_stage[stage], matrix, list(catalogue.by_name), self._categories)
        return np.array([outcome_of(question, Signals(stage, values, 0), self._policy)[1] for values in rows])

    def cutoffs(self, stage: Stage) -> Cutoffs:
        """Return from which probability on a stage challenges, reviews and declines."""
        cut = self._policy.stages[stage].thresholds
        return Cutoffs(cut.challenge, cut.review, cut.decline)

    def spread(self, stage: Stage) -> dict[str, tuple[float, ...]]:
        """Return nothing: nobody trained it on any population."""
        del stage
        return {}


class Backed:
    """A model as it serves: the scorecard scores the stages that the model has nothing for."""

    def __init__(self, model: Model, published: Published) -> None:
        self.name = model.name
        self._model = model
        self._published = published

    def score(self, stage: Stage, matrix: Column) -> Column:
        """Return probabilities of fraud for rows of the whole catalogue."""
        return self._for(stage).score(stage, matrix)

    def cutoffs(self, stage: Stage) -> Cutoffs:
        """Return from which probability on a stage challenges, reviews and declines."""
        return self._for(stage).cutoffs(stage)

    def spread(self, stage: Stage) -> dict[str, tuple[float, ...]]:
        """Return how the values of each signal were spread in training."""
        return self._for(stage).spread(stage)

    def _for(self, stage: Stage) -> Model | Published:
        return self._model if stage in self._model.document.stages else self._published
