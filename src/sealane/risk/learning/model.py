"""The model file: everything that scores an order at a stage, in one gzip-compressed JSON document.

    {"format":"sealane-model-1","name":"gbm-1a2b3c4d","signals":{"amount":"0f..."},"stages":{"checkout":{...}},...}

A stage's score is the calibrated mean of two forests, one grown over all stages and one on the stage's own rows; a
stage with too few known frauds has the first alone. The fewer frauds it learned from, the more it leans on the
published scorecard, which the file carries. The file names the digest of each signal it reads, and is refused
where a signal means something else today.
"""

import gzip
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from sealane.model.decision import STAGES, Side, Stage
from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.learning.calibration import Calibration, logistic
from sealane.risk.learning.costs import Cutoffs
from sealane.risk.learning.forest import Forest
from sealane.risk.learning.table import Categories, values_of
from sealane.risk.serving.prior import Prior
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import digest_of

__all__ = ["FORMAT", "Document", "Model", "StageModel", "load_document", "save_model"]

Column = np.ndarray[Any, np.dtype[Any]]
FORMAT = "sealane-model-1"
_RETRAIN = "Train again with this version of Sealane: sealane risk train --data DIR --out MODEL."


class StageModel(msgspec.Struct, frozen=True):
    """One stage: its own forest if it had enough frauds, its calibration, its cut-offs, and on what it rests.

    `lean` says how much of the scorecard's log-odds is added to the forests'. `spread` holds, of each signal, the
    bounds between tenths of the values in training, for drift alarms.
    """

    forest: str | None
    calibration: Calibration
    cutoffs: Cutoffs
    rows: int
    frauds: int
    measured: dict[str, float]
    reliability: tuple[tuple[float, float, int], ...]
    spread: dict[str, tuple[float, ...]]
    gains: dict[str, float]
    lean: float = 0.0


class Document(msgspec.Struct, frozen=True):
    """What stands in the file; `notes` says in words what training had to do without.

    Without a pooled forest there was too little to learn from, and the published scorecard judges every stage; it
    judges a stage that is not among `stages`.
    """

    format: str
    name: str
    side: Side
    signals: dict[str, str]
    categories: Categories
    pooled: str
    stages: dict[Stage, StageModel]
    trained_from_us: int
    trained_until_us: int
    notes: tuple[str, ...] = ()
    scorecard: str = ""


class Model:
    """A document with its forests grown."""

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        self.document = document
        self.catalogue = catalogue
        self._pooled = Forest(document.pooled)
        self._own = {stage: Forest(each.forest) for stage, each in document.stages.items() if each.forest}
        places = {signal.name: at for at, signal in enumerate(catalogue.signals)}
        self._columns = [places[name] for name in document.signals]
        self._prior = Prior(document.scorecard, catalogue, document.signals) if document.scorecard else None

    @property
    def name(self) -> str:
        """What the model is called."""
        return self.document.name

    def cutoffs(self, stage: Stage) -> Cutoffs:
        """Return from which probability on a stage challenges, reviews and declines."""
        return self.document.stages[stage].cutoffs

    def spread(self, stage: Stage) -> dict[str, tuple[float, ...]]:
        """Return how the values of each signal were spread in training."""
        return self.document.stages[stage].spread

    def raw(self, stage: Stage, matrix: Column) -> Column:
        """Return what forests and scorecard say of rows of the whole catalogue, in log-odds before calibration."""
        number = STAGES.index(stage)
        rows = matrix[:, self._columns]
        pooled = self._pooled.raw(np.column_stack([rows, np.full(len(rows), float(number))]))
        own = self._own.get(stage)
        whole = pooled if own is None else (pooled + own.raw(rows)) / 2
        lean = self.document.stages[stage].lean
        if self._prior is None or not lean:
            return whole
        signals, names = self.catalogue.by_stage[stage], self.catalogue.by_name
        asked = values_of(signals, matrix, list(names), self.document.categories)
        return whole + lean * np.array([self._prior.log_odds(stage, values) for values in asked])

    def score(self, stage: Stage, matrix: Column) -> Column:
        """Return calibrated probabilities of fraud."""
        if not len(matrix):
            return np.zeros(0)
        return logistic(self.document.stages[stage].calibration.log_odds(self.raw(stage, matrix)))


def save_model(document: Document, path: Path) -> None:
    """Write a model file; it appears whole or not at all.

    Raises:
        InvalidInput: when it cannot be written there.
    """
    body = gzip.compress(msgspec.json.encode(document), mtime=0)
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(body)
        part.replace(path)
    except OSError as refusal:
        with suppress(OSError):
            part.unlink()
        raise _refusal(path, f"cannot be written: {refusal.strerror}", "Choose a file you may write to.") from refusal


def load_document(path: Path, catalogue: Catalogue) -> Document:
    """Return the document of a model file.

    Raises:
        InvalidInput: when there is none, it is damaged, or it reads a signal that means something else today.
    """
    try:
        document = msgspec.json.decode(gzip.decompress(path.read_bytes()), type=Document)
    except OSError as refusal:
        why = refusal.strerror or "it is no model file"
        raise _refusal(path, f"cannot be read: {why}", "Give the file that `sealane risk train` wrote.") from refusal
    except (EOFError, ValueError, msgspec.DecodeError) as refusal:
        raise _refusal(path, "is no model file, or is damaged", _RETRAIN) from refusal
    if document.format != FORMAT:
        raise _refusal(path, f"has the format {document.format[:40]}, not {FORMAT}", _RETRAIN)
    for name, digest in document.signals.items():
        signal = catalogue.by_name.get(name)
        if signal is None or digest_of(signal) != digest:
            raise _refusal(path, f"was trained on another definition of the signal {name[:60]}", _RETRAIN)
    return document


def _refusal(path: Path, what: str, remedy: str) -> InvalidInput:
    """Return the refusal of a model file."""
    detail = f"The model {path.name} {what}."
    return InvalidInput(detail, remedy=remedy, errors=(FieldError(path.name, "bad-model", detail),))
