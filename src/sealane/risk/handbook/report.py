"""The report: our measures beside the book's, as a table and as a page with drawings."""

from html import escape
from pathlib import Path

from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.handbook.contest import Result
from sealane.risk.learning.drawing import bars

__all__ = ["BOOK", "table_of", "write_report"]

BOOK: tuple[tuple[str, float, float, float], ...] = (
    ("decision tree", 0.797, 0.579, 0.284),
    ("logistic regression", 0.868, 0.623, 0.297),
    ("random forest", 0.870, 0.678, 0.299),
    ("XGBoost", 0.869, 0.687, 0.303),
    ("feed-forward network", 0.876, 0.675, 0.303),
    ("balanced bagging", 0.879, 0.680, 0.305),
)
"""The book's own results under its protocol: AUC ROC, average precision, card precision in the top 100 (ch. 5 to 7)."""


def table_of(result: Result, protocol: str) -> list[tuple[str, str, str, str]]:
    """Return the rows of the table: the book's, ours, and what knowing all that can be known would reach."""
    rows = [(name, *(f"{value:.3f}" for value in values)) for name, *values in BOOK]
    ours = [
        f"{each.mean:.3f} ± {each.sd:.3f}"
        for each in (result.auc_roc, result.average_precision, result.card_precision_100)
    ]
    trained = "7 days" if protocol == "7d" else "all past data"
    rows.append((f"Sealane, {trained}", *ours))
    if (most := result.limit) is not None:
        measures = (most.auc_roc, most.average_precision, most.card_precision_100)
        rows.append(("limit: all that can be known", *(f"{value:.3f}" for value in measures)))
    return [(name, one, two, three) for name, one, two, three in rows]


def write_report(result: Result, protocol: str, path: Path) -> None:
    """Write the page.

    Raises:
        InvalidInput: when it cannot be written there.
    """
    rows = table_of(result, protocol)
    cells = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    ours = (result.auc_roc, result.average_precision, result.card_precision_100)
    titles = ("AUC ROC", "Average precision", "Card precision in the top 100")
    plots = [
        bars([*((name, values[at]) for name, *values in BOOK), ("Sealane", ours[at].mean)], title)
        for at, title in enumerate(titles)
    ]
    drawn = "".join(f"<h2>{title}</h2>{plot}" for title, plot in zip(titles, plots, strict=True))
    gains = bars(result.gains[:20], "Share of the improvement by feature")
    body = (
        f"<h1>The public benchmark, {'7 days of training' if protocol == '7d' else 'trained on all past data'}</h1>"
        f"<table><tr><th>model</th><th>AUC ROC</th><th>AP</th><th>CP@100</th></tr>{cells}</table>{drawn}"
        f"<h2>What our forests look at ({result.features} features)</h2>{gains}"
    )
    try:
        path.write_text(f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><body>{body}</body></html>\n', "utf-8")
    except OSError as refusal:
        detail = f"The report {path.name} cannot be written: {refusal.strerror}."
        errors = (FieldError(path.name, "unwritable", detail),)
        raise InvalidInput(detail, remedy="Choose a file you may write to.", errors=errors) from refusal
