from datetime import UTC, datetime

import msgspec
import numpy as np

from sealane.model.decision import STAGES
from sealane.risk.assess import Question, Signals, assess
from sealane.risk.contest.published import Backed, Published
from sealane.risk.learning.model import Model
from sealane.risk.learning.replay import Sighting
from sealane.risk.policy import default_policy
from sealane.risk.signals import ALL
from worlds import learned, small_document, small_table


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


def test_a_model_without_a_stage_leaves_it_to_the_scorecard() -> None:
    stages = {stage: made for stage, made in small_document().stages.items() if stage != "claim"}
    model = Model(msgspec.structs.replace(small_document(), stages=stages), ALL)
    published = Published(default_policy(), small_table().categories)
    both, matrix = Backed(model, published), small_table().matrix()[:50]
    assert both.score("claim", matrix).tolist() == published.score("claim", matrix).tolist()
    assert both.score("checkout", matrix).tolist() == model.score("checkout", matrix).tolist()
    assert both.cutoffs("claim") == published.cutoffs("claim")
    assert both.spread("claim") == {}
    assert both.name == model.name
