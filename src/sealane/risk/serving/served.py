"""A model in service: one document of `sealane risk train`, judging the signal values of a stage.

log-odds = slope * (forests + lean * scorecard) + offset, where the forests are the mean of the pooled one and the
stage's own, or the pooled one alone, and the scorecard is the one that the document carries.

Pure: the same values give the same bits, for ever, so a decision can be replayed from the model's text.
"""

import ast
import gzip
import math
import struct
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from sealane.model.decision import STAGES, Stage
from sealane.model.errors import Misconfigured
from sealane.risk.serving.prior import Prior
from sealane.risk.serving.single import Buffer, SingleRow, buffer_of
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import digest_of, kind_of
from sealane.risk.syntax import build, constant, name, unpack

__all__ = ["Parts", "ServedModel", "ServedStage", "open_body", "read_served"]

FORMAT = "sealane-model-1"
_RETRAIN = "Train again with this version of Sealane: sealane risk train --data DIR --out MODEL."


class _Scale(msgspec.Struct, frozen=True):
    """Calibration: log-odds = slope * raw + offset."""

    slope: float
    offset: float


class _Cutoffs(msgspec.Struct, frozen=True):
    """From which probability on a stage challenges, reviews and declines."""

    challenge: float
    review: float
    decline: float


class _StageDocument(msgspec.Struct, frozen=True):
    """What of a stage judging needs."""

    forest: str | None
    calibration: _Scale
    cutoffs: _Cutoffs
    lean: float = 0.0


class _Document(msgspec.Struct, frozen=True):
    """What of a model file judging needs; the rest is for people."""

    format: str
    name: str
    signals: dict[str, str]
    categories: dict[str, list[str]]
    pooled: str
    stages: dict[Stage, _StageDocument]
    scorecard: str = ""


class Parts(msgspec.Struct, frozen=True):
    """Log-odds as a sum: what every row of the stage starts with, and what each signal adds."""

    base: float
    signals: tuple[tuple[str, float], ...]


class ServedStage:
    """One stage of a model. Calls take turns, so that readers may ask beside the writer."""

    def __init__(self, document: _Document, stage: Stage, catalogue: Catalogue, prior: Prior | None) -> None:
        mine = document.stages[stage]
        self.cutoffs = mine.cutoffs
        self._stage: Stage = stage
        self._prior = prior if mine.lean else None
        self._lean = mine.lean
        self._scale = mine.calibration
        self._names = list(document.signals)
        self._row = buffer_of(len(self._names) + 1)
        self._row[len(self._names)] = float(STAGES.index(stage))
        self._fill = _filler(document, stage, catalogue, self._row)
        self._pooled = SingleRow(document.pooled, self._row, len(self._names) + 1)
        self._own = SingleRow(mine.forest, self._row, len(self._names)) if mine.forest else None
        self._turn = Lock()

    def raw(self, values: tuple[Any, ...]) -> tuple[float, float | None]:
        """Return what each forest says of the stage's signal values, before calibration."""
        with self._turn:
            self._fill(values)
            return self._pooled.raw(), None if self._own is None else self._own.raw()

    def log_odds(self, values: tuple[Any, ...]) -> float:
        """Return calibrated log-odds of fraud."""
        pooled, own = self.raw(values)
        whole = pooled if own is None else (pooled + own) / 2
        if self._prior is not None:
            whole += self._lean * self._prior.log_odds(self._stage, values)
        return self._scale.slope * whole + self._scale.offset

    def parts(self, values: tuple[Any, ...]) -> Parts:
        """Return the log-odds as a sum: exact TreeSHAP values of the same trees, and the scorecard's; none of 0."""
        with self._turn:
            self._fill(values)
            pooled = self._pooled.contributions()
            own = None if self._own is None else self._own.contributions()
        # The pooled forest also reads which stage it is; that belongs to what every row of the stage starts with.
        *shares, of_stage, expected = pooled
        base = of_stage + expected
        if own is not None:
            shares = [(one + other) / 2 for one, other in zip(shares, own[:-1], strict=True)]
            base = (base + own[-1]) / 2
        if self._prior is not None:
            told = self._prior.parts(self._stage, values)
            shares = [share + self._lean * told.get(name, 0.0) for name, share in zip(self._names, shares, strict=True)]
            base += self._lean * self._prior.base(self._stage)
        slope = self._scale.slope
        return Parts(
            slope * base + self._scale.offset,
            tuple((name, slope * share) for name, share in zip(self._names, shares, strict=True) if share),
        )


class ServedModel:
    """A model by the bytes of its document; forests are planted when the first order asks."""

    def __init__(self, body: bytes, catalogue: Catalogue) -> None:
        self.body = body
        self.digest = sha256(body).hexdigest()[:32]
        self._catalogue = catalogue
        self.document = _decoded(body)
        self.name = f"{self.document.name}+{self.digest[:8]}"
        for signal, digest in self.document.signals.items():
            known = catalogue.by_name.get(signal)
            if known is None or digest_of(known) != digest:
                what = f"The model was trained on another definition of the signal {signal[:60]}."
                raise Misconfigured(what, remedy=_RETRAIN)

    @property
    def has_forests(self) -> bool:
        """Whether there was enough to learn from; else the scorecard judges."""
        return bool(self.document.pooled)

    @property
    def judged(self) -> tuple[Stage, ...]:
        """The stages that it scores; the scorecard scores the others."""
        return tuple(stage for stage in STAGES if self.has_forests and stage in self.document.stages)

    def cutoffs(self, stage: Stage) -> _Cutoffs:
        """Return from which probability on a stage challenges, reviews and declines."""
        return self.document.stages[stage].cutoffs

    @cached_property
    def stages(self) -> dict[Stage, ServedStage]:
        """The stages that it judges, ready to.

        Raises:
            Misconfigured: when LightGBM is not installed or refuses the forests.
        """
        text = self.document.scorecard
        prior = Prior(text, self._catalogue, self.document.signals) if text else None
        return {stage: ServedStage(self.document, stage, self._catalogue, prior) for stage in self.judged}


def read_served(path: Path, catalogue: Catalogue) -> ServedModel:
    """Return the model of a file, its forests planted.

    Raises:
        Misconfigured: when there is none, it is damaged or of another release, or LightGBM is not installed.
    """
    try:
        body = open_body(path.read_bytes())
    except OSError as refusal:
        what = f"The model {path} cannot be read: {refusal.strerror}."
        raise Misconfigured(what, remedy="Name the file that `sealane risk train` wrote.") from refusal
    model = ServedModel(body, catalogue)
    if model.has_forests and not model.stages:
        raise Misconfigured(f"The model {path} judges no stage.", remedy=_RETRAIN)
    return model


def open_body(packed: bytes) -> bytes:
    """Return the document of a packed model.

    Raises:
        Misconfigured: when the bytes are no packed model.
    """
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, ValueError) as refusal:
        raise Misconfigured("The model is no model file, or is damaged.", remedy=_RETRAIN) from refusal


def _decoded(body: bytes) -> _Document:
    """Return the document.

    Raises:
        Misconfigured: when the bytes are none.
    """
    try:
        document = msgspec.json.decode(body, type=_Document)
    except msgspec.DecodeError as refusal:
        raise Misconfigured("The model is no model file, or is damaged.", remedy=_RETRAIN) from refusal
    if document.format != FORMAT:
        raise Misconfigured(f"The model has the format {document.format[:40]}, not {FORMAT}.", remedy=_RETRAIN)
    return document


def _filler(document: _Document, stage: Stage, catalogue: Catalogue, row: Buffer) -> Callable[[tuple[Any, ...]], None]:
    """Return the function that writes a stage's signal values into the row; unknown is not a number.

    One call of `pack_into` writes them all, with the texts as the numbers that training gave them.
    """
    known = {signal.name for signal in catalogue.by_stage[stage]}
    read = [signal.name for signal in catalogue.by_stage[stage] if signal.name in document.signals]
    values: list[ast.expr] = []
    namespace: dict[str, Any] = {}
    for title in document.signals:
        if title not in known:
            values.append(name("nan"))
            continue
        local = name(f"s_{title}")
        if kind_of(catalogue.by_name[title].unit) == "string":
            levels = {text: number for number, text in enumerate(document.categories.get(title, ()))}
            namespace[f"number_{title}"] = levels.get
            values.append(ast.Call(name(f"number_{title}"), [local, name("nan")], []))
        else:
            test = ast.Compare(local, [ast.Is()], [constant(None)])
            values.append(ast.IfExp(test, name("nan"), local))
    namespace["pack"] = struct.Struct(f"{len(document.signals)}d").pack_into
    namespace |= {"nan": math.nan, "row": row}
    targets = [f"s_{signal.name}" if signal.name in read else "_" for signal in catalogue.by_stage[stage]]
    body: list[ast.stmt] = [
        unpack(targets, name("values")),
        ast.Expr(ast.Call(name("pack"), [name("row"), constant(0), *values], [])),
    ]
    return build("fill", ("values",), body, namespace)
