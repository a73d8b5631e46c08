"""The label of a parcel, 100 by 150 mm: an opaque number as QR code and in letters, the sort code, the weight.

    4Z7K Q2MV 9T0R B8XE WJ3D        100 random bits in Crockford base 32: says nothing, and nobody can guess another

No name, no street, no phone. Whoever finds the parcel learns the country and the sort area, and so does the line-haul.
"""

import secrets
from collections.abc import Iterator
from typing import NamedTuple
from xml.sax.saxutils import escape

import segno

__all__ = ["Label", "draw_pdf", "draw_svg", "new_pseudonym"]

WIDTH_MM, HEIGHT_MM = 100, 150
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = 20
_GROUP = 4
_CODE_MM = 62.0
_MARGIN_MM = 8.0


class Label(NamedTuple):
    """What stands on a label; `sort_code` is country and sort area, such as `PT-11`."""

    pseudonym: str
    sort_code: str
    weight_grams: int | None = None


class _Text(NamedTuple):
    """A line of text: where its base line begins, in mm from the upper left, and how tall, in mm."""

    x: float
    y: float
    size: float
    text: str
    is_bold: bool = False


def new_pseudonym() -> str:
    """Return a fresh number for a parcel, 20 characters of Crockford base 32."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CHARACTERS))


def draw_svg(label: Label) -> str:
    """Return the label as an SVG document, to scale."""
    texts = "".join(
        f'<text x="{each.x:g}" y="{each.y:g}" font-size="{each.size:g}" font-weight="{700 if each.is_bold else 400}">'
        f"{escape(each.text)}</text>"
        for each in _texts(label)
    )
    squares = "".join(f"M{x:.3f} {y:.3f}h{size:.3f}v{size:.3f}h-{size:.3f}z" for x, y, size in _squares(label))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH_MM}mm" height="{HEIGHT_MM}mm" '
        f'viewBox="0 0 {WIDTH_MM} {HEIGHT_MM}"><title>Parcel {escape(label.pseudonym)}</title>'
        f'<rect width="{WIDTH_MM}" height="{HEIGHT_MM}" fill="#fff"/><path d="{squares}"/>'
        f'<g font-family="Helvetica, Arial, sans-serif">{texts}</g></svg>'
    )


def draw_pdf(label: Label) -> bytes:
    """Return the label as a PDF of one page, to scale."""
    from fpdf import FPDF  # noqa: PLC0415 - takes 0.4 s to load, and few processes draw

    page = FPDF(unit="mm", format=(WIDTH_MM, HEIGHT_MM))
    page.set_auto_page_break(auto=False)
    page.set_title(f"Parcel {label.pseudonym}")
    page.add_page()
    page.set_fill_color(0)
    for x, y, size in _squares(label):
        page.rect(x, y, size, size, style="F")
    for each in _texts(label):
        page.set_font("Helvetica", "B" if each.is_bold else "", each.size * 72 / 25.4)
        page.text(each.x, each.y, each.text)
    return bytes(page.output())


def _texts(label: Label) -> Iterator[_Text]:
    groups = [label.pseudonym[at : at + _GROUP] for at in range(0, len(label.pseudonym), _GROUP)]
    yield _Text(_MARGIN_MM, 26, 20, label.sort_code, is_bold=True)
    yield _Text(_MARGIN_MM, 110, 4.8, " ".join(groups), is_bold=True)
    if label.weight_grams is not None:
        yield _Text(_MARGIN_MM, 122, 5, f"{label.weight_grams / 1000:.2f} kg")
    yield _Text(_MARGIN_MM, 138, 2.8, "No address here on purpose. The delivery carrier gets it")
    yield _Text(_MARGIN_MM, 142.5, 2.8, "with this number at the destination hub.")


def _squares(label: Label) -> Iterator[tuple[float, float, float]]:
    """Yield the dark modules of the QR code (ISO/IEC 18004, level M): left, top and side in mm."""
    code = segno.make_qr(label.pseudonym, error="m", boost_error=False)
    rows = [bytes(row) for row in code.matrix]
    side = _CODE_MM / len(rows)
    for down, row in enumerate(rows):
        for across, is_dark in enumerate(row):
            if is_dark:
                yield (WIDTH_MM - _CODE_MM) / 2 + across * side, 34 + down * side, side
