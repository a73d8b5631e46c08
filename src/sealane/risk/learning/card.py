"""The model card (Mitchell 2019): what a model was trained on, how well it does, and where not to use it.

Written beside the model file, once as Markdown and once as a page with drawings; neither needs a script or a network.
"""

from html import escape
from pathlib import Path

from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.learning.drawing import bars, reliability_plot
from sealane.risk.learning.model import Document, StageModel

__all__ = ["card_html", "card_markdown", "write_card"]

TOLD = 12
_COLUMNS = ("stage", "rows", "known frauds", "forest", "AP", "AUC", "recall at 1 % FPR", "Brier",
            "challenge from", "review from", "decline from")  # fmt: skip
_LIMITS = tuple(
    """
It learned from verdicts and chargebacks that were known by the end of the data. A fraud that nobody reported counts \
as genuine, and an order that was blocked and never reviewed says nothing.
The measures come from what was held back, the last quarter of the time or the last of several worlds, with the \
verdicts known at its end. \
`sealane risk evaluate` measures against a truth that training never saw.
It knows no name, address or number of anybody, only counts, times, amounts and whether things are alike. Countries of \
delivery and dispatch are left out.
A population that moved away from the one it learned from shows as drift in `sealane risk evaluate`; then train again.
""".strip().splitlines()
)


def write_card(document: Document, model: Path) -> None:
    """Write the card beside the model file, as MODEL.md and MODEL.html.

    Raises:
        InvalidInput: when it cannot be written there.
    """
    for suffix, text in ((".md", card_markdown(document)), (".html", card_html(document))):
        path = model.with_name(model.name + suffix)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as refusal:
            detail = f"The card {path.name} cannot be written: {refusal.strerror}."
            errors = (FieldError(path.name, "unwritable", detail),)
            raise InvalidInput(detail, remedy="Choose a file you may write to.", errors=errors) from refusal


def card_markdown(document: Document) -> str:
    """Return the card as Markdown."""
    head, *rows = _table(document)
    lines = [f"# Model {document.name}", "", *_facts(document), ""]
    lines += [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows), ""]
    lines += ["## What it looks at most", ""]
    for stage, made in document.stages.items():
        lines.append(f"- {stage}: {', '.join(f'`{name}`' for name, _ in _strongest(made))}")
    lines += ["", "## Limits", "", *(f"- {each}" for each in (*document.notes, *_LIMITS)), ""]
    return "\n".join(lines)


def card_html(document: Document) -> str:
    """Return the card as a page."""
    head, *rows = _table(document)
    table = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    parts = [
        f"<h1>Model {escape(document.name)}</h1>",
        *(f"<p>{escape(each)}</p>" for each in _facts(document) if each),
        f"<table><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>{table}</table>",
    ]
    for stage, made in document.stages.items():
        parts.append(f"<h2>{stage}</h2>")
        if made.reliability:
            parts.append(reliability_plot(made.reliability))
        parts.append(bars(_strongest(made), "Share of the improvement by signal"))
    parts.append(
        f"<h2>Limits</h2><ul>{''.join(f'<li>{escape(each)}</li>' for each in (*document.notes, *_LIMITS))}</ul>"
    )
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
        ":root{color-scheme:light dark}"
        "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{padding:.2rem .6rem;text-align:right}"
        "svg{max-width:100%;height:auto}"
    )
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>Model {escape(document.name)}</title><style>{style}</style></head><body>\n{body}\n</body></html>\n"
    )


def _facts(document: Document) -> list[str]:
    """Return the sentences that open the card."""
    since, until = from_micros(document.trained_from_us), from_micros(document.trained_until_us)
    side = "all signals" if document.side == "joint" else f"the signals of the {document.side} side alone"
    count = len(document.signals)
    how = (
        "Two LightGBM forests a stage, one over all stages and one on the stage's own rows; calibrated by Platt's "
        "method; cut-offs where the stated costs of approving, challenging, reviewing and declining cross."
    )
    return [f"Trained on what was learned from {since:%Y-%m-%d} to {until:%Y-%m-%d}, with {side} ({count}).", "", how]


def _table(document: Document) -> list[tuple[str, ...]]:
    """Return the heading and a row for each stage."""
    rows: list[tuple[str, ...]] = [_COLUMNS]
    for stage, made in document.stages.items():
        measures = [made.measured.get(name) for name in ("average_precision", "auc_roc", "recall_at_fpr_1pct", "brier")]
        cut = made.cutoffs
        rows.append((
            stage, f"{made.rows:,}", f"{made.frauds:,}", "own and pooled" if made.forest else "pooled",
            *("-" if value is None else f"{value:.3f}" for value in measures),
            f"{cut.challenge:.3f}", f"{cut.review:.3f}", f"{cut.decline:.3f}",
        ))  # fmt: skip
    return rows


def _strongest(made: StageModel) -> list[tuple[str, float]]:
    """Return the signals that improved the fit most, with their shares."""
    total = sum(made.gains.values()) or 1.0
    ranked = sorted(made.gains.items(), key=lambda each: (-each[1], each[0]))
    return [(name, gain / total) for name, gain in ranked[:TOLD]]
