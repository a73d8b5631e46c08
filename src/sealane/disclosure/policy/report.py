"""What a policy exposes, as one number, and what changes between two of them, field by field."""

from typing import NamedTuple

import msgspec

from sealane.disclosure.policy.compiled import Policy
from sealane.disclosure.policy.matrix import Audience

__all__ = ["Change", "Exposure", "compare", "exposure_of"]


class Exposure(msgspec.Struct, frozen=True):
    """How many of the pairs of a personal row and a party are in clear, and which; 1.0 is the order passed on whole.

    `hours` adds up for how long each of them may be read at the longest; of an order passed on there is no end.
    """

    pairs: int
    clear: int
    share: float
    cells: tuple[tuple[str, str], ...]
    hours: float


class Change(NamedTuple):
    """A field that an audience gains, loses or gets in another form; `-` means not at all."""

    audience: str
    field: str
    regime: str
    before: str
    after: str

    @property
    def verb(self) -> str:
        """The change in a word: gains, loses or changes."""
        return "gains" if self.before == "-" else "loses" if self.after == "-" else "changes"


def exposure_of(policy: Policy, corridor: int = 0) -> Exposure:
    """Return the exposure of personal and payment data to the counted parties under a corridor's regimes."""
    parties = [each for each in policy.matrix.audiences if each.is_counted]
    rows = policy.matrix.rows
    clear = [
        (row, party)
        for row, fields in rows.items()
        for party in parties
        if any(_is_clear(policy, party, field, corridor) for field in fields)
    ]
    pairs = len(rows) * len(parties)
    cells = tuple((row, party.code) for row, party in clear)
    return Exposure(pairs, len(clear), len(clear) / pairs, cells, sum(party.window_hours for _, party in clear))


def compare(old: Policy, new: Policy) -> list[Change]:
    """Return every cell that differs, without a regime (empty name) and under each regime of either policy."""
    codes = dict.fromkeys(each.code for policy in (old, new) for each in policy.matrix.regimes)
    audiences = dict.fromkeys(each.code for policy in (old, new) for each in policy.matrix.audiences)
    fields = dict.fromkeys(
        field for policy in (old, new) for audience in policy.matrix.audiences for field in audience.cells
    )
    changes = []
    for audience in audiences:
        for field in fields:
            plain = _given(old, audience, field, ""), _given(new, audience, field, "")
            if plain[0] != plain[1]:
                changes.append(Change(audience, field, "", *plain))
            for code in codes:
                under = _given(old, audience, field, code), _given(new, audience, field, code)
                if under[0] != under[1] and under != plain:
                    changes.append(Change(audience, field, code, *under))
    return changes


def _is_clear(policy: Policy, party: Audience, field: str, corridor: int) -> bool:
    cell = policy.cell(party, field, corridor)
    return cell is not None and cell.is_clear


def _given(policy: Policy, audience: str, field: str, regime: str) -> str:
    found = policy.audience(audience)
    corridor = sum(1 << at for at, each in enumerate(policy.matrix.regimes) if each.code == regime)
    cell = None if found is None else policy.cell(found, field, corridor)
    return "-" if found is None or cell is None else found.tell(field, cell)
