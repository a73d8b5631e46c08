"""The controls as data: what each asks, in our own words, where it stands, and whom it binds."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import msgspec

from sealane.model.errors import NotFound

__all__ = ["Control", "catalogue", "control"]


class Control(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One duty; `hours` is the trip-wire of its clock, `kind` tells who answers it: data, settings, events, people."""

    id: str
    duty: str
    source: str
    article: str
    binds: tuple[str, ...]
    kind: Literal["data", "config", "event", "manual"]
    hours: int | None = None


@lru_cache(maxsize=1)
def catalogue() -> tuple[Control, ...]:
    """Return all controls of this release, in their order."""
    text = files("sealane.supervision.controls").joinpath("data", "controls.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["control"], tuple[Control, ...])


def control(control_id: str) -> Control:
    """Return one control.

    Raises:
        NotFound: when there is none with this id.
    """
    for one in catalogue():
        if one.id == control_id:
            return one
    raise NotFound(f"there is no control {control_id}", remedy="See all of them: sealane control list")
