import gzip
from pathlib import Path

import msgspec
import numpy as np
import pytest

from sealane.model.errors import InvalidInput
from sealane.risk.learning.model import Document, Model, load_document, save_model
from sealane.risk.signals import ALL
from worlds import small_document, small_table


@pytest.fixture(scope="module")
def document() -> Document:
    return small_document()


def test_a_file_brings_back_the_same_scores_and_the_same_bytes(document: Document, tmp_path: Path) -> None:
    save_model(document, tmp_path / "m")
    save_model(document, tmp_path / "again")
    assert (tmp_path / "m").read_bytes() == (tmp_path / "again").read_bytes()
    matrix = small_table().matrix()[:200]
    scores = Model(load_document(tmp_path / "m", ALL), ALL).score("checkout", matrix)
    assert (scores == Model(document, ALL).score("checkout", matrix)).all()
    assert ((scores > 0) & (scores < 1)).all()
    assert not list(tmp_path.glob("*.part"))


def test_no_rows_have_no_scores(document: Document) -> None:
    assert len(Model(document, ALL).score("claim", np.zeros((0, len(ALL.signals))))) == 0


def test_a_signal_that_means_something_else_is_refused(document: Document, tmp_path: Path) -> None:
    changed = msgspec.structs.replace(document, signals=document.signals | {"amount": "0" * 16})
    save_model(changed, tmp_path / "m")
    with pytest.raises(InvalidInput, match="another definition of the signal amount"):
        load_document(tmp_path / "m", ALL)


@pytest.mark.parametrize("body", [b"", b"no model", gzip.compress(b"{}"), gzip.compress(b"x" * 40)[:20]])
def test_what_is_no_model_is_refused(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(body)
    with pytest.raises(InvalidInput) as refusal:
        load_document(tmp_path / "m", ALL)
    assert refusal.value.errors[0].code == "bad-model"


def test_a_file_that_cannot_be_read_or_written_is_named(document: Document, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_document(tmp_path / "none", ALL)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InvalidInput, match="cannot be written"):
        save_model(document, tmp_path / "file" / "m")
    save_model(msgspec.structs.replace(document, format="sealane-model-9"), tmp_path / "m")
    with pytest.raises(InvalidInput, match="sealane-model-9"):
        load_document(tmp_path / "m", ALL)
