"""Sealane: the trust layer between electronic payment and international express delivery.

    import sealane

    with sealane.open("lane-data") as lane:
        decision = lane.checkout(order)

Public: `sealane.open`, `sealane.Sealane`, `sealane.model`, `sealane.supervision.verify`. All else may change.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sealane.app import Sealane
    from sealane.app import open_lane as open  # noqa: A004 - `sealane.open(path)` reads as what it does

__all__ = ["Sealane", "open"]


def __getattr__(name: str) -> Any:
    """Import the application only when it is asked for: verifying a proof needs none of it."""
    from sealane import app  # noqa: PLC0415 - importing late is this function's purpose

    if name == "open":
        return app.open_lane
    if name == "Sealane":
        return app.Sealane
    raise AttributeError(f"module 'sealane' has no attribute {name!r}")
