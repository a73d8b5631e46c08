"""Looking at a page as people do: wide and narrow, on a light and a dark ground, and with axe for those who hear it."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import Page

__all__ = ["EVERY_WIDTH", "NARROW", "Look", "complaints", "inspect", "is_wider", "until"]

AXE = Path(__file__).parent / "browser" / "vendor" / "axe-4.14.1" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]}).then((found) =>
    found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" "))}`))"""


class Look(NamedTuple):
    """A size of the window in CSS pixels, a ground, and whether axe looks too."""

    width: int
    height: int
    scheme: Literal["light", "dark"]
    by_axe: bool = True


EVERY_WIDTH = (
    Look(1440, 900, "light"),
    Look(720, 450, "light", by_axe=False),
    Look(360, 740, "light", by_axe=False),
    Look(320, 640, "dark"),
)
"""720 pixels are what a 1440-pixel screen shows at 200 per cent."""
NARROW = (Look(320, 640, "light"), Look(320, 640, "dark"))


def complaints(page: Page) -> list[str]:
    """Return what axe finds wrong, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN, RULES)
    return found


def is_wider(page: Page) -> bool:
    """Return whether the page scrolls sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def inspect(page: Page, looks: Sequence[Look] = EVERY_WIDTH) -> None:
    """Turn the window and the ground in place, and assert that the page fits and that axe finds nothing."""
    for look in looks:
        page.set_viewport_size({"width": look.width, "height": look.height})
        page.emulate_media(color_scheme=look.scheme, reduced_motion="reduce")
        assert not is_wider(page), f"{page.url} scrolls sideways at {look.width}"
        if look.by_axe:
            assert not complaints(page), (page.url, look)


def until(reached: Callable[[], bool]) -> None:
    """Wait for a condition that no event tells of."""
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
