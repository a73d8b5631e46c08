"""What was decided on each item of a file, for whoever asks before storing anything."""

from collections.abc import Iterator

import msgspec

from sealane.cli.imports.plan import Item
from sealane.cli.imports.tally import Sent
from sealane.cli.terminal.output import percent

__all__ = ["COLUMNS", "Judgement", "Judgements"]

COLUMNS = ("line", "name", "stage", "outcome", "score", "reasons")


class Judgement(msgspec.Struct, frozen=True):
    """One decision: on the order of this reference, or the event of this id, from this line."""

    line: int
    name: str
    stage: str
    outcome: str
    score: float
    reasons: tuple[str, ...]

    def cells(self) -> tuple[str, ...]:
        """Return the judgement as a row of a table."""
        return (
            str(self.line),
            self.name,
            self.stage,
            self.outcome,
            percent(self.score),
            ", ".join(self.reasons),
        )


class Judgements:
    """Collects decisions as they are made."""

    def __init__(self) -> None:
        self.all: list[Judgement] = []

    def heed(self, item: Item, sent: Sent) -> None:
        """Keep the decision of this item, if it got one."""
        if sent.stage is not None and sent.outcome is not None and sent.score is not None:
            self.all.append(Judgement(item.line, item.name, sent.stage, sent.outcome, sent.score, sent.reasons))

    def listed(self) -> Iterator[Judgement]:
        """Yield those that a person wants to see: everything but approvals; a single one in any case."""
        yield from (each for each in self.all if each.outcome != "approve" or len(self.all) == 1)
