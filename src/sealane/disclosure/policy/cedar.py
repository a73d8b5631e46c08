"""The same policy as Cedar text, written from the cells and not from the masks, as a second opinion in tests.

    permit (principal in Role::"carrier", action == Action::"deliver", resource == Field::"name")
    when { context.leg == "last-mile" && context.form == "clear" };

A request asks: may a party in this role have this field in this form, for this purpose, on this leg (`-` for none),
under these regimes? https://docs.cedarpolicy.com/policies/syntax-policy.html
"""

from collections.abc import Iterator
from datetime import date
from itertools import product

from sealane.disclosure.policy.matrix import Audience, Matrix

__all__ = ["NO_LEG", "cedar_text"]

NO_LEG = "-"


def cedar_text(matrix: Matrix, day: date) -> str:
    """Return the policy of a day as Cedar policies, one for each role, purpose, leg and way of giving."""
    return "\n".join(line for audience in matrix.audiences for line in _permits(matrix, audience, day))


def _permits(matrix: Matrix, audience: Audience, day: date) -> Iterator[str]:
    given: dict[tuple[str, str], list[str]] = {}
    for field, cell in audience.cells.items():
        if cell.give != "conditional":
            given.setdefault((str(cell), ""), []).append(field)
            continue
        for regime in matrix.regimes:
            for each in regime.opens:
                if each.field == field and audience.code in each.audiences and each.holds_on(day):
                    condition = f' && context.regimes.contains("{regime.code}")'
                    given.setdefault(("clear", condition), []).append(field)
    for role, purpose, leg in product(audience.roles, audience.purposes, audience.legs or (NO_LEG,)):
        for (form, condition), fields in given.items():
            names = ", ".join(f'Field::"{name}"' for name in fields)
            told = f'context.leg == "{leg}" && context.form == "{form}"{condition}'
            yield (
                f'permit (principal == Role::"{role}", action == Action::"{purpose}", resource)\n'
                f"when {{ [{names}].contains(resource) && {told} }};"
            )
