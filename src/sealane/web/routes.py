"""The route table's record: one row says everything about one route.

From these rows come the routing, the admission by role, the OpenAPI document, the labels of the metrics and the
reference pages, so none of them can disagree.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from sealane.model.errors import SealaneError
from sealane.model.party import Role
from sealane.web.replies import JSON, Reply
from sealane.web.visit import Visit

__all__ = ["PUBLIC", "Action", "Route"]

Action = Callable[[Visit], Awaitable[Reply]]

PUBLIC: tuple[Role, ...] | None = None
"""Roles of a route that needs no key."""


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One method on one path; `answers` says which record each good status carries (None: no JSON).

    `roles` empty means any party. The operator may call every route but those that act as a merchant.
    """

    method: str
    path: str
    action: Action
    summary: str
    roles: tuple[Role, ...] | None
    answers: dict[int, Any]
    tag: str
    request: Any = None
    query: Any = None
    takes: bytes = JSON
    gives: bytes = JSON
    may_give: tuple[bytes, ...] = ()
    """Further media types of its good answers, where the query chooses."""
    refusals: tuple[type[SealaneError], ...] = ()
    is_repeatable: bool = False
    """Whether it takes an `Idempotency-Key`."""
    is_native: bool = False
    """Whether its callers are foreign systems that prove themselves to the action; they get a party's allowance."""
    places: int = 1
    """How many of the party's parallel places a running call takes."""

    @property
    def name(self) -> str:
        """The route as metrics and logs call it: `POST /v1/orders`."""
        return f"{self.method} {self.path}"
