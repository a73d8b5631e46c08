"""The pages of oversight: the controls with their thresholds and fact tables, and the regimes with their clocks."""

from msgspec import inspect as shapes
from msgspec.structs import fields

from pages.markdown import code, codes, page, summary, table
from sealane.supervision.controls.catalogue import catalogue
from sealane.supervision.controls.facts import Facts
from sealane.supervision.incidents.regimes import REGIMES
from sealane.supervision.rates.limits import limits

__all__ = ["controls_page", "regimes_page"]

_CONTROLS = """\
# Controls

What each control asks, in our own words, and where it stands. Ids and articles name the sources; read those for the
binding text. *To confirm* marks thresholds whose own text was not read."""
_REGIMES = """\
# Regimes

The laws whose clocks an incident can start. A clock runs from its own event, which is seldom the detection. Regimes
marked *to confirm* rest on secondary texts. Drafts are made, nothing is ever submitted, and nothing is legal advice."""


def controls_page() -> str:
    """Return the page of the controls."""
    controls = [(code(one.id), one.duty, one.source, one.article, ", ".join(one.binds)) for one in catalogue()]
    bounds = [
        (code(one.name), str(one.value), str(one.valid_from), str(one.valid_to or ""), one.source,
         "" if one.is_confirmed else "to confirm")
        for one in limits()
    ]  # fmt: skip
    return page(
        _CONTROLS,
        table(("control", "asks", "source", "article", "binds"), controls),
        "## Thresholds",
        "Ratios are in millionths: 150 basis points are 15000.",
        table(("name", "value", "from", "until", "source", ""), bounds),
        "## Fact tables",
        "What `--facts` takes: one list a table. `id` names the row, `entry` the log entry that proves it, if any.",
        table(("table", "a row is", "fields"), _tables()),
    )


def _tables() -> list[tuple[str, str, str]]:
    found = []
    for member in fields(Facts):
        row = getattr(shapes.type_info(member.type), "types", (None,))[0]
        kind = getattr(getattr(row, "item_type", None), "cls", None)
        if kind is not None:
            found.append((code(member.name), summary(kind), codes(one.encode_name for one in fields(kind))))
    return found


def regimes_page() -> str:
    """Return the page of the regimes."""
    rows = [
        (code(rule.regime), rule.title, ", ".join(rule.binds), codes(stage.name for stage in rule.stages), rule.source,
         "" if rule.is_confirmed else "to confirm")
        for rule in REGIMES.values()
    ]  # fmt: skip
    return page(_REGIMES, table(("regime", "about", "binds", "reports", "source", ""), rows))
