"""The table of webhook sources, written from their data."""

from sealane.interchange import SOURCES

__all__ = ["sources_page"]


def sources_page() -> str:
    """Return the page."""
    lines = [
        "# Webhook sources",
        "",
        "How each source proves its messages, and what its word is worth: tiers A to C are *confirmed*, D and E only",
        "*claimed* until the source's own API, or a stronger source, says the same.",
        "",
        "| source | title | tier | accepted as | can be asked | kinds | how we know |",
        "|---|---|---|---|---|---|---|",
    ]
    for source in SOURCES.values():
        asked = "yes" if source.pull else "no"
        kinds = len(set(source.events.kinds.values()))
        lines.append(
            f"| `{source.name}` | {source.title} | {source.tier} | {source.accepted_as} | {asked} | {kinds} "
            f"| {source.evidence} |"
        )
    return "\n".join(lines) + "\n"
