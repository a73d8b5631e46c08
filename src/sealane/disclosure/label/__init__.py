"""Labels: an opaque number and a sort code on the parcel, drawn as SVG or PDF; and a linter for anybody's labels.

label = Label(pseudonym="4Z7K-...", sort_code="PT-11", weight_grams=800)
svg = draw_svg(label)
faults = lint(texts_of(svg), shipped_rules())
"""

from sealane.disclosure.label.drawing import Label, draw_pdf, draw_svg, new_pseudonym
from sealane.disclosure.label.lint import Fault, LabelRules, lint, read_rules, shipped_rules, texts_of

__all__ = [
    "Fault",
    "Label",
    "LabelRules",
    "draw_pdf",
    "draw_svg",
    "lint",
    "new_pseudonym",
    "read_rules",
    "shipped_rules",
    "texts_of",
]
