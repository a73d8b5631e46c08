"""The catalogue: all declared signals together, checked, and their canonical text."""

import re
from hashlib import sha256

import msgspec

from sealane.model.decision import STAGES, Stage
from sealane.model.errors import Misconfigured
from sealane.risk.facts import FIELD_GROUPS
from sealane.risk.signals.declaration import Differs, Distance, Form, Gap, Keyed, Novel, Present, Ratio, Value, Window
from sealane.risk.signals.series import SERIES

__all__ = ["Catalogue"]

_NAME = re.compile(r"[a-z][a-z0-9_]{1,60}")
_decoder = msgspec.json.Decoder(tuple[Form, ...])


class Catalogue:
    """Signals in their declared order, by name and by stage; the text is what a decision record's hash names."""

    def __init__(self, signals: tuple[Form, ...]) -> None:
        self.signals = signals
        self.by_name: dict[str, Form] = {signal.name: signal for signal in signals}
        self.by_stage: dict[Stage, tuple[Form, ...]] = {
            stage: tuple(signal for signal in signals if stage in signal.stages) for stage in STAGES
        }
        self.text = msgspec.json.encode(signals).decode()
        self.hash = sha256(self.text.encode()).hexdigest()[:32]
        self._check()

    @classmethod
    def of_text(cls, text: str) -> "Catalogue":
        """Return the catalogue from its canonical text.

        Raises:
            msgspec.DecodeError: when the text is no catalogue.
        """
        return cls(_decoder.decode(text))

    def position(self, stage: Stage, name: str) -> int | None:
        """Return where the signal stands among a stage's values, or None when the stage does not read it."""
        for index, signal in enumerate(self.by_stage[stage]):
            if signal.name == name:
                return index
        return None

    def _check(self) -> None:
        """Refuse declarations that no reader could be made from.

        Raises:
            Misconfigured: naming the signal and what is wrong with it.
        """
        if len(self.by_name) != len(self.signals):
            raise Misconfigured("Two signals have the same name.")
        seen: set[str] = set()
        for signal in self.signals:
            if not _NAME.fullmatch(signal.name):
                raise Misconfigured(f"Signal `{signal.name}` is not a lower-case word.")
            fields = _fields(signal)
            unknown = [word for word in fields if word not in FIELD_GROUPS and word not in seen]
            if unknown:
                raise Misconfigured(f"Signal `{signal.name}` reads `{unknown[0]}`, which is declared nowhere above.")
            early = [word for word in fields if word in seen and not set(signal.stages) <= set(self._stages(word))]
            if early:
                raise Misconfigured(f"Signal `{signal.name}` reads `{early[0]}` at a stage that does not know it.")
            if isinstance(signal, Keyed) and signal.of not in SERIES:
                raise Misconfigured(f"Signal `{signal.name}` counts `{signal.of}`, which is no series.")
            seen.add(signal.name)

    def _stages(self, name: str) -> tuple[Stage, ...]:
        """Return the stages at which a signal is read."""
        return self.by_name[name].stages


def _fields(signal: Form) -> tuple[str, ...]:
    """Return all words that a declaration takes from facts or from signals above it."""
    if isinstance(signal, Keyed):
        words = [*signal.by, *signal.at]
        if isinstance(signal, Window | Novel) and signal.field:
            words.append(signal.field)
        return tuple(words)
    if isinstance(signal, Value | Present):
        return (signal.field,)
    if isinstance(signal, Ratio):
        return signal.over, signal.under
    if isinstance(signal, Differs | Distance):
        return signal.left, signal.right
    if isinstance(signal, Gap):
        return signal.start, signal.end
    raise TypeError(signal)
