"""An A4 page that prints headings, rows, sentences and tables; alone, because its library takes 0.4 s to load."""

from collections.abc import Iterable
from datetime import datetime

from fpdf import FPDF

__all__ = ["Paper"]

MARGIN_MM = 18
LINE_MM = 5.2
TITLE_PT, HEAD_PT, TEXT_PT = 16, 11, 9


class Paper(FPDF):
    """An A4 page with headings, rows of name and value, and tables; text outside Latin-1 is shown as `?`."""

    def __init__(self, title: str, made_at: datetime) -> None:
        super().__init__(format="A4")
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM)
        self.set_title(title)
        self.set_creation_date(made_at)
        self.add_page()

    def heading(self, text: str, under: str) -> None:
        """Print the title of the document."""
        self._say(text, TITLE_PT, "B")
        self._say(under, TEXT_PT)

    def rows(self, head: str, rows: Iterable[tuple[str, str]]) -> None:
        """Print names and values side by side."""
        self._head(head)
        for name, value in rows:
            self._say(f"{name}: {value}", TEXT_PT)

    def lines(self, head: str, lines: Iterable[str]) -> None:
        """Print sentences."""
        self._head(head)
        for line in lines:
            self._say(f"- {line}", TEXT_PT)

    def grid(self, head: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
        """Print a table, or that there is nothing to put in it."""
        self._head(head)
        listed = list(rows)
        if not listed:
            self._say("None.", TEXT_PT)
            return
        self.set_font("Helvetica", size=TEXT_PT)
        with self.table(line_height=LINE_MM) as table:
            for row in (columns, *listed):
                cells = table.row()
                for text in row:
                    cells.cell(_latin(text))

    def _head(self, text: str) -> None:
        self.ln(LINE_MM / 2)
        self._say(text, HEAD_PT, "B")

    def _say(self, text: str, points: int, style: str = "") -> None:
        self.set_font("Helvetica", style, points)
        self.multi_cell(0, LINE_MM, _latin(text), new_x="LMARGIN", new_y="NEXT")


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")
