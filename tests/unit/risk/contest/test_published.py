from datetime import UTC, datetime

import numpy as np

from sealane.model.decision import STAGES
from sealane.risk.assess import Question, Signals, assess
from sealane.risk.contest.published import Published
from sealane.risk.learning.replay import Sighting
from sealane.risk.policy import default_policy
from worlds import learned, small_table


def test_rows_of_a_table_score_as_the_server_scores_them() -> None:
    policy, table = default_policy(), small_table()
    published, matrix = Published(policy, table.categories), table.matrix()
    rows = [each for each in learned()[0] if isinstance(each, Sighting)]
    for number, stage in enumerate(STAGES):
        places = [at for at, each in enumerate(table.stages) if each == number][:120]
        question = Question(stage, "", "", None, datetime(2026, 1, 1, tzinfo=UTC))
        alone = [assess(question, Signals(stage, rows[at].values, 0), policy).score for at in places]
        assert published.score(stage, matrix[places]).tolist() == alone
    assert len(published.score("claim", np.zeros((0, len(table.names))))) == 0


def test_its_cut_offs_are_the_thresholds_of_the_policy() -> None:
    policy = default_policy()
    cut, thresholds = Published(policy, {}).cutoffs("payout"), policy.stages["payout"].thresholds
    assert (cut.challenge, cut.review, cut.decline) == (thresholds.challenge, thresholds.review, thresholds.decline)
