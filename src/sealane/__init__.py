"""Sealane: the trust layer between electronic payment and international express delivery.

    import sealane

    with sealane.open("lane-data") as lane:
        decision = lane.checkout(order)

Public: `sealane.open`, `sealane.Sealane`, `sealane.model`, `sealane.supervision.verify`. All else may change.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sealane.app import Sealane
    from sealane.app import open_lane as open  # noqa: A004 - `sealane.open(path)` reads as what it does

__all__ = ["Sealane", "open"]


_IN_APP = {"Sealane": "Sealane", "open": "open_lane"}


def __getattr__(name: str) -> Any:
    """Import the application only when it is asked for: verifying a proof needs none of it."""
    if name not in _IN_APP:
        raise AttributeError(f"module 'sealane' has no attribute {name!r}")
    return getattr(import_module("sealane.app"), _IN_APP[name])
