"""Filters of the review queue: what an address asks for, and the address that asks for it again.

/console/review?stage=reroute&sort=risk
/console/review/case_01kan6...?stage=reroute&sort=risk      the same queue beside one of its cases
"""

from collections.abc import Mapping
from typing import Literal, get_args
from urllib.parse import urlencode

import msgspec

from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.cases import CaseFilter, CaseStage
from sealane.risk.cases.case import STAGE_MINUTES
from sealane.risk.cases.queue import Sorting

__all__ = ["PATH", "QueueFilters", "address", "read_filters"]

PATH = "/console/review"
Mine = Literal["", "yes"]


class QueueFilters(msgspec.Struct, frozen=True):
    """What is asked for; empty means all."""

    stage: CaseStage | Literal[""] = ""
    sort: Sorting = "due"
    state: Literal["open", "closed"] = "open"
    merchant: str = ""
    mine: Mine = ""

    def wanted(self, by: str) -> CaseFilter:
        """Return the filter of the queue, for somebody."""
        return CaseFilter(
            merchant_id=self.merchant or None,
            stage=self.stage or None,
            assigned_to=by if self.mine else None,
            is_closed=self.state == "closed",
            sort=self.sort,
        )


_ALLOWED: dict[str, tuple[str, ...]] = {
    "stage": tuple(STAGE_MINUTES),
    "sort": get_args(Sorting),
    "state": ("open", "closed"),
    "mine": ("yes",),
}


def read_filters(query: Mapping[str, str]) -> QueueFilters:
    """Return the filters of an address; empty parameters count as absent.

    Raises:
        InvalidInput: naming each parameter that cannot be meant.
    """
    given = {name: text for name in QueueFilters.__struct_fields__ if (text := query.get(name, ""))}
    faults = [
        FieldError(f"/{name}", "not-allowed", f"Use one of {', '.join(allowed)}.")
        for name, allowed in _ALLOWED.items()
        if given.get(name, allowed[0]) not in allowed
    ]
    if faults:
        raise InvalidInput("The address has filters that cannot be meant.", errors=tuple(faults))
    return msgspec.convert(given, QueueFilters)


def address(filters: QueueFilters, path: str = PATH, **more: str | None) -> str:
    """Return the address of a page with these filters and further parameters."""
    told = {
        name: text for name, text in msgspec.structs.asdict(filters).items() if text != getattr(QueueFilters(), name)
    }
    query = urlencode(told | {name: text for name, text in more.items() if text})
    return f"{path}?{query}" if query else path
