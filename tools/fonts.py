"""Fonts cut to what the pages show: the Latin signs, two weights and what lies between, kerning and tabular figures.

A whole variable font is half of a page's first load, most of it for signs and weights that no page uses. The licence
(SIL OFL 1.1) allows it; neither font reserves its name.
"""

import io

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

__all__ = ["cut"]

_FEATURES = ["kern", "tnum"]


def cut(font: bytes, signs: str, weights: list[int]) -> bytes:
    """Return a WOFF2 font with only these signs (`20-7e,20ac`, hexadecimal) and weights; the same each time."""
    whole = TTFont(io.BytesIO(font), recalcTimestamp=False)
    wishes = Options()
    wishes.layout_features = _FEATURES
    wishes.hinting = False
    subsetter = Subsetter(wishes)
    subsetter.populate(unicodes=[sign for part in signs.split(",") for sign in _span(part)])
    subsetter.subset(whole)
    kept = instancer.instantiateVariableFont(whole, {"wght": (weights[0], weights[-1])})
    kept.flavor = "woff2"
    written = io.BytesIO()
    kept.save(written)
    return written.getvalue()


def _span(part: str) -> range:
    first, _, last = part.partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)
