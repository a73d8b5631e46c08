import pytest

from sealane.model.errors import Misconfigured
from sealane.risk.serving import read_served
from sealane.risk.serving.served import ServedStage
from sealane.risk.serving.verification import made_up_values, verify_single_rows
from sealane.risk.signals import ALL
from sealane.risk.signals.declaration import kind_of
from worlds import small_document, small_model

TYPES = {"bool": bool, "int": int, "double": float, "string": str, "duration": int}


def test_a_model_that_scores_alike_passes() -> None:
    verify_single_rows(read_served(small_model(), ALL), ALL)


def test_one_bit_of_difference_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    right = ServedStage.raw

    def wrong(stage: ServedStage, values: tuple[object, ...]) -> tuple[float, float | None]:
        pooled, own = right(stage, values)
        return pooled + 2**-50, own

    monkeypatch.setattr(ServedStage, "raw", wrong)
    with pytest.raises(Misconfigured, match="stage checkout otherwise"):
        verify_single_rows(read_served(small_model(), ALL), ALL)


def test_made_up_values_have_their_types_and_come_again() -> None:
    categories = small_document().categories
    values = made_up_values("payout", ALL, categories, 4)
    assert values == made_up_values("payout", ALL, categories, 4)
    for signal, value in zip(ALL.by_stage["payout"], values, strict=True):
        assert value is None or type(value) is TYPES[kind_of(signal.unit)]
    assert None in values
