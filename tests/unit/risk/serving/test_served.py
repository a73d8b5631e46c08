import gzip
import math
from pathlib import Path

import msgspec
import numpy as np
import pytest

from sealane.model.decision import STAGES
from sealane.model.errors import Misconfigured
from sealane.risk.assess import probability
from sealane.risk.learning.model import Model, save_model
from sealane.risk.learning.replay import Sighting
from sealane.risk.serving import ServedModel, open_body, read_served
from sealane.risk.signals import ALL
from worlds import learned, small_document, small_model, small_table


@pytest.fixture(scope="module")
def served() -> ServedModel:
    return read_served(small_model(), ALL)


def test_single_orders_score_as_the_table_of_evaluation_does(served: ServedModel) -> None:
    model, matrix = Model(small_document(), ALL), small_table().matrix()
    rows = [each for each in learned()[0] if isinstance(each, Sighting)]
    for number, stage in enumerate(STAGES):
        places = [at for at, each in enumerate(small_table().stages) if each == number][:150]
        whole = model.score(stage, matrix[places])
        alone = [probability(served.stages[stage].log_odds(rows[at].values)) for at in places]
        assert np.abs(whole - np.array(alone)).max() < 1e-15
    assert any(each.forest for each in small_document().stages.values())


def test_parts_add_up_to_the_log_odds(served: ServedModel) -> None:
    for each in [each for each in learned()[0] if isinstance(each, Sighting)][:400]:
        stage = served.stages[each.stage]
        parts = stage.parts(each.values)
        total = parts.base + math.fsum(share for _, share in parts.signals)
        assert abs(total - stage.log_odds(each.values)) < 1e-9


def test_a_model_is_named_by_the_digest_of_its_document(served: ServedModel, tmp_path: Path) -> None:
    again = ServedModel(open_body(small_model().read_bytes()), ALL)
    assert again.digest == served.digest
    assert served.name == f"{small_document().name}+{served.digest[:8]}"
    save_model(msgspec.structs.replace(small_document(), notes=("other",)), tmp_path / "m")
    assert read_served(tmp_path / "m", ALL).digest != served.digest


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"no model", "no model file"),
        (gzip.compress(b"{}"), "no model file"),
        (gzip.compress(b"x" * 40)[:20], "no model file"),
    ],
)
def test_what_is_no_model_is_refused(body: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(body)
    with pytest.raises(Misconfigured, match=words):
        read_served(tmp_path / "m", ALL)


def test_a_model_of_another_release_is_refused(tmp_path: Path) -> None:
    document = small_document()
    for changed, words in (
        (msgspec.structs.replace(document, format="sealane-model-9"), "sealane-model-9"),
        (msgspec.structs.replace(document, signals=document.signals | {"amount": "0" * 16}), "the signal amount"),
    ):
        save_model(changed, tmp_path / "m")
        with pytest.raises(Misconfigured, match=words):
            read_served(tmp_path / "m", ALL)
    with pytest.raises(Misconfigured, match="cannot be read"):
        read_served(tmp_path / "none", ALL)
