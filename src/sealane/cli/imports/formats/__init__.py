"""The exports merchants already have, as mapping files that come with the program; each names the columns it knows.

recognise(("Name", "Financial Status", "Lineitem quantity", ...)) == "shopify"
"""

from functools import cache
from importlib.resources import files

from sealane.cli.imports.shape.mapping import Mapping, read_mapping

__all__ = ["FORMATS", "built_in", "recognise"]

FORMATS = ("shopify", "woocommerce", "stripe")


@cache
def built_in(name: str) -> Mapping:
    """Return the mapping of a known export."""
    text = files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return read_mapping(text, f"the built-in format {name}")


def recognise(columns: tuple[str, ...]) -> str | None:
    """Return the known export that has these columns, or None."""
    known = frozenset(columns)
    return next((name for name in FORMATS if built_in(name).fits(known)), None)
