"""Settings, policy: who may see which field by the law of today, and what changed since a day that is asked for.

/console/settings/policy?since=2025-11-20
"""

from datetime import UTC, date, datetime, time

import msgspec

from sealane.disclosure import Audience, compare, exposure_of
from sealane.model.clock import from_micros, to_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.web.console.gate import Look, page

__all__ = ["AudienceRow", "ChangeRow", "PolicyView", "read", "routes"]

PATH = "/console/settings/policy"


class AudienceRow(msgspec.Struct, frozen=True):
    """What one audience gets: each field with how it is given."""

    title: str
    purposes: tuple[str, ...]
    legs: tuple[str, ...]
    window_hours: float
    max_uses: int
    cells: dict[str, str]


class ChangeRow(msgspec.Struct, frozen=True):
    """One cell that differs; `regime` empty means without one, `-` that nothing is given."""

    audience: str
    verb: str
    field: str
    regime: str
    before: str
    after: str


class PolicyView(msgspec.Struct, frozen=True):
    """The need-to-know policy in force; the share is of pairs of personal data and party that are in clear."""

    version: str
    exposure: float
    clear: int
    pairs: int
    fields: tuple[str, ...]
    audiences: tuple[AudienceRow, ...]
    today: date
    since: date | None
    exposure_then: float | None
    changes: tuple[ChangeRow, ...]


def read(look: Look) -> PolicyView:
    """Return the policy in force now, and its difference to that of the asked day.

    Raises:
        InvalidInput: when the day is none.
    """
    room = look.lane.rooms.disclosure
    policy = room.policy(look.now_us)
    exposure = exposure_of(policy)
    audiences = policy.matrix.audiences
    since = _day(look.query.get("since", ""))
    then = None if since is None else room.policy(to_micros(datetime.combine(since, time(), UTC)))
    titles = {each.code: each.title for each in (*(then.matrix.audiences if then else ()), *audiences)}
    return PolicyView(
        version=policy.version,
        exposure=exposure.share,
        clear=exposure.clear,
        pairs=exposure.pairs,
        fields=tuple(dict.fromkeys(field for each in audiences for field in each.cells)),
        audiences=tuple(_audience(each) for each in audiences),
        today=from_micros(look.now_us).date(),
        since=since,
        exposure_then=exposure_of(then).share if then else None,
        changes=tuple(
            ChangeRow(titles[each.audience], each.verb, each.field, each.regime, each.before, each.after)
            for each in (compare(then, policy) if then else ())
        ),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        detail = "Write the day as 2026-11-22."
        raise InvalidInput(detail, errors=(FieldError("/since", "not-a-day", detail),)) from None


def _audience(each: Audience) -> AudienceRow:
    cells = {field: str(cell) for field, cell in each.cells.items()}
    return AudienceRow(each.title, each.purposes, each.legs, each.window_hours, each.max_uses, cells)


routes = page(PATH, "people/policy.html", read)
