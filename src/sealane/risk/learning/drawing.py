"""Drawings as SVG, made here so that a card and a report need no script and no network."""

from collections.abc import Sequence
from html import escape

__all__ = ["bars", "reliability_plot"]

_INK, _MARK = "currentColor", "#2f6f9f"
SIDE = 320
MARGIN = 40
ROW = 20
LABEL = 260
WIDTH = 640


def bars(rows: Sequence[tuple[str, float]], title: str) -> str:
    """Return horizontal bars, each with its name and value."""
    height = ROW * len(rows) + ROW
    longest = max((value for _, value in rows), default=0.0) or 1.0
    parts = []
    for place, (name, value) in enumerate(rows):
        top = ROW * place + 4
        width = max(0.0, value) / longest * (WIDTH - LABEL - 70)
        parts.append(
            f'<text x="{LABEL - 6}" y="{top + 13}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{LABEL}" y="{top}" width="{width:.1f}" height="{ROW - 5}" fill="{_MARK}"/>'
            f'<text x="{LABEL + width + 6:.1f}" y="{top + 13}">{value:.3f}</text>'
        )
    return _svg(WIDTH, height, title, parts)


def reliability_plot(bins: Sequence[tuple[float, float, int]]) -> str:
    """Return probabilities against what came true, on axes up to the highest of both; the line is perfection."""
    reach = max(max(told, came) for told, came, _ in bins) or 1.0
    scale = (SIDE - 2 * MARGIN) / reach
    end = SIDE - MARGIN
    parts = [
        f'<path d="M{MARGIN} {end}H{end}M{MARGIN} {end}V{MARGIN}" stroke="{_INK}" fill="none"/>',
        f'<path d="M{MARGIN} {end}L{end} {MARGIN}" stroke="{_INK}" stroke-dasharray="4 4" fill="none"/>',
        f'<text x="{SIDE / 2}" y="{SIDE - 8}" text-anchor="middle">told, up to {reach:.2f}</text>',
        f'<text x="{MARGIN}" y="{MARGIN - 10}">came true</text>',
    ]
    parts += [
        f'<circle cx="{MARGIN + told * scale:.1f}" cy="{end - came * scale:.1f}" r="4" fill="{_MARK}"/>'
        for told, came, _ in bins
    ]
    return _svg(SIDE, SIDE, "Reliability: told against what came true", parts)


def _svg(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    """Return the drawing with its title for those who cannot see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img" '
        f'font-size="12" fill="{_INK}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )
