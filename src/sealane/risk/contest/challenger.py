"""Champion and challenger: a second model scores what the first decides, and what it says is kept beside."""

import gzip

from sealane.model.decision import Decision
from sealane.risk.assess import Question, Signals, outcome_of
from sealane.risk.policy import RiskPolicy
from sealane.risk.serving import store
from sealane.risk.serving.served import ServedModel
from sealane.storage.database import Transaction

__all__ = ["Challenger", "keep"]


class Challenger:
    """A model in the shadow, judging with the rules in force."""

    def __init__(self, served: ServedModel) -> None:
        self.served = served
        self._policy: RiskPolicy | None = None

    def watch(
        self, tx: Transaction, question: Question, signals: Signals, champion: tuple[Decision, RiskPolicy]
    ) -> None:
        """Keep what the challenger says of a question beside what was decided."""
        decision, policy = champion
        shadow = self._beside(policy)
        outcome, score = outcome_of(question, signals, shadow)
        row = (decision.decision_id, decision.order_id, decision.stage, self.served.digest)
        tx.insert(store.INSERT_CHALLENGE, (*row, score, outcome, decision.score, decision.outcome))

    def _beside(self, policy: RiskPolicy) -> RiskPolicy:
        """Return the policy in force with the challenger in it; made again when rules are published."""
        if self._policy is None or self._policy.hashes.rules != policy.hashes.rules:
            self._policy = RiskPolicy(policy.texts, policy.catalogue, self.served)
        return self._policy


def keep(tx: Transaction, served: ServedModel) -> None:
    """Keep a model's document, so that what it decides can be replayed when it is long gone."""
    store.keep_model(tx, served.digest, served.name, gzip.compress(served.body, mtime=0))
