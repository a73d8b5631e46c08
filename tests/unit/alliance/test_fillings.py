from sealane.alliance.fillings import Fillings
from sealane.alliance.wire import BATCH
from sealane.keys.oprf import EvaluationKey

KEYS = [EvaluationKey.generate() for _ in range(2)]
PUBLIC = [key.public_key for key in KEYS]


def test_fillings_know_their_answers_under_both_keys() -> None:
    fillings = Fillings()
    fillings.prepare(PUBLIC)
    taken = fillings.take(BATCH, PUBLIC)
    for place, key in enumerate(KEYS):
        answers, _ = key.evaluate([each.element for each in taken])
        assert answers == [each.answers[place] for each in taken]


def test_no_filling_is_used_twice_nor_for_other_keys() -> None:
    fillings = Fillings()
    fillings.prepare(PUBLIC)
    fillings.prepare(PUBLIC)
    seen = [each.element for keys in (PUBLIC, PUBLIC[::-1], PUBLIC) for each in fillings.take(BATCH - 1, keys)]
    assert len(set(seen)) == len(seen) == 3 * (BATCH - 1)
