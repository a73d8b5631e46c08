"""A policy of one day, compiled to bit masks: which fields, in which form, and why not the others.

Deciding is a look-up of the audience and one `and` of two masks. Explaining goes back to the cells, and is done only
for what was refused.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sealane.disclosure.policy.fields import Field, Leg, Purpose, mask_of, names_in
from sealane.disclosure.policy.matrix import Audience, Cell, Matrix, Regime
from sealane.model.party import Role

__all__ = ["Policy", "Question", "Refusal", "Verdict"]

DEFAULT = "default"


class Question(NamedTuple):
    """For what, and on which stretch of the journey, if any."""

    purpose: Purpose
    leg: Leg | None


class Verdict(NamedTuple):
    """Who asks, in the words of the policy (None: nobody it knows), and which of the asked fields they may have."""

    audience: Audience | None
    allowed: int


class Refusal(NamedTuple):
    """A field that is not given: the cell that says so, a code, and a sentence."""

    field: Field
    code: str
    cell: str
    reason: str


class Policy:
    """One matrix on one day."""

    def __init__(self, matrix: Matrix, day: date) -> None:
        self.matrix = matrix
        self.day = day
        self.version = f"{matrix.version}+{day.isoformat()}"
        self._audiences: dict[tuple[str, str, str | None], Audience] = {}
        for audience in matrix.audiences:
            for role in audience.roles:
                for purpose in audience.purposes:
                    for leg in audience.legs or (None,):
                        self._audiences.setdefault((role, purpose, leg), audience)
        self._masks: dict[tuple[str, int], int] = {}
        self._corridors: dict[tuple[str | None, str | None, str | None], int] = {}

    def corridor(self, origin: str | None, destination: str | None, method: str | None = None) -> int:
        """Return the regimes of a corridor as a mask over `matrix.regimes`; countries are ISO 3166-1 alpha-2."""
        name = origin, destination, method
        found = self._corridors.get(name)
        if found is None:
            applying = (each.applies(*name) for each in self.matrix.regimes)
            found = self._corridors[name] = sum(1 << at for at, applies in enumerate(applying) if applies)
        return found

    def regimes(self, corridor: int) -> tuple[Regime, ...]:
        """Return the regimes that a corridor's mask names."""
        return tuple(each for at, each in enumerate(self.matrix.regimes) if corridor >> at & 1)

    def decide(self, roles: Iterable[Role], question: Question, corridor: int, asked: int) -> Verdict:
        """Return which of the asked fields a party in these roles may have; everything else is denied."""
        purpose, leg = question
        for role in roles:
            audience = self._audiences.get((role, purpose, leg))
            if audience is not None:
                return Verdict(audience, asked & self.mask(audience, corridor))
        return Verdict(None, 0)

    def audience(self, code: str) -> Audience | None:
        """Return the audience with this code, if this policy has it."""
        return next((each for each in self.matrix.audiences if each.code == code), None)

    def mask(self, audience: Audience, corridor: int) -> int:
        """Return everything that an audience may have in a corridor."""
        found = self._masks.get((audience.code, corridor))
        if found is None:
            given = (name for name in names_in(-1) if self.cell(audience, name, corridor) is not None)
            found = self._masks[audience.code, corridor] = mask_of(given)
        return found

    def cell(self, audience: Audience, field: str, corridor: int) -> Cell | None:
        """Return how the audience gets a field in a corridor, None when it does not."""
        cell = audience.cells.get(field)
        if cell is None or cell.give != "conditional":
            return cell
        for regime in self.regimes(corridor):
            for opening in regime.opens:
                if opening.field == field and audience.code in opening.audiences and opening.holds_on(self.day):
                    return Cell("clear", opening.law)
        return None

    def explain(self, verdict: Verdict, roles: Iterable[Role], question: Question, refused: int) -> list[Refusal]:
        """Return for each refused field the cell that refuses it and the reason."""
        audience = verdict.audience
        if audience is None:
            who, where = " or ".join(roles), f" on the leg {question.leg}" if question.leg else " without a leg"
            reason = f"No row of the policy lets a {who} act for the purpose {question.purpose}{where}."
            cell = f"{who} / {question.purpose} / {question.leg or '-'}"
            return [Refusal(name, "no-such-part", cell, reason) for name in names_in(refused)]
        return [self._reason(audience, name) for name in names_in(refused)]

    def _reason(self, audience: Audience, field: Field) -> Refusal:
        place = f"{audience.code} / {field}"
        if field not in audience.cells:
            reason = f"The cell {place} is empty: the {audience.title.lower()} can do its part without this field."
            return Refusal(field, "not-needed", place, reason)
        opening = [
            regime.code
            for regime in self.matrix.regimes
            if any(each.field == field and audience.code in each.audiences for each in regime.opens)
        ]
        reason = f"The cell {place} opens only under {', '.join(opening)}, which does not apply to this corridor today."
        return Refusal(field, "regime-does-not-apply", place, reason)
