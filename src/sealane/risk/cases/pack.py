"""The representment pack on paper: the evidence as a PDF of a few pages, in the order in which an issuer reads it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from fpdf import FPDF

from sealane.risk.cases.representment import Representment

__all__ = ["print_pack"]

MARGIN_MM = 18
LINE_MM = 5.2
TITLE_PT, HEAD_PT, TEXT_PT = 16, 11, 9


def print_pack(pack: Representment) -> bytes:
    """Return the pack as PDF bytes (`%PDF-1.4...`); the same pack gives the same bytes."""
    paper = _Paper(pack)
    paper.heading("Evidence against a chargeback", f"Order {pack.reference} ({pack.order_id})")
    paper.rows("Dispute", _dispute(pack))
    paper.rows("Payment", _payment(pack))
    paper.grid("What payment and parcel went through", ("time (UTC)", "event", "source", "proof"), _scans(pack))
    verdict = "The conditions are met." if pack.meets_ce3 else "The conditions are not met."
    paper.grid(
        f"Earlier undisputed orders on the same card (Visa Compelling Evidence 3.0). {verdict}",
        ("order", "placed (UTC)", "days before", "shared"),
        _priors(pack),
    )
    paper.lines("Why the order was accepted", _reasons(pack))
    paper.lines("What would make this stronger", pack.missing or ("Nothing is missing.",))
    return bytes(paper.output())


class _Paper(FPDF):
    """An A4 page with headings, rows of name and value, and tables; text outside Latin-1 is shown as `?`."""

    def __init__(self, pack: Representment) -> None:
        super().__init__(format="A4")
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM)
        self.set_title(f"Evidence for {pack.order_id}")
        self.set_creation_date(pack.disputed_at.astimezone(UTC))
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


def _dispute(pack: Representment) -> Iterable[tuple[str, str]]:
    yield "Disputed on", _time(pack.disputed_at)
    yield "Reason code", pack.reason_code or "not given"
    yield "Order placed", _time(pack.placed_at)
    yield "Amount", str(pack.payment.amount)
    yield "Case", pack.case_id


def _payment(pack: Representment) -> Iterable[tuple[str, str]]:
    payment = pack.payment
    card = payment.card
    yield "Method", payment.method
    if card is not None:
        yield (
            "Card",
            f"{card.brand or 'card'} {card.bin or ''}...{card.last4 or ''}, issued in {card.country or 'unknown'}",
        )
    yield "Reference at the PSP", payment.psp_reference or "not given"
    yield "3-D Secure", f"{payment.three_ds or 'not told'}, ECI {payment.eci or 'not told'}"
    yield "Address check (AVS)", payment.avs or "not told"
    yield "Card code check (CVC)", payment.cvc or "not told"


def _scans(pack: Representment) -> Iterable[tuple[str, ...]]:
    for scan in pack.scans:
        proof = [name for name, is_there in (("signature", scan.has_signature), ("photo", scan.has_photo)) if is_there]
        what = f"{scan.kind} {scan.country or ''} {scan.tracking_number or ''}".rstrip()
        yield _time(scan.at), what, scan.accepted_as, ", ".join(proof) or "-"


def _priors(pack: Representment) -> Iterable[tuple[str, ...]]:
    for prior in pack.priors:
        shared = ", ".join(prior.shared) or "card only"
        yield prior.reference, _time(prior.placed_at), str(prior.days_before_dispute), shared


def _reasons(pack: Representment) -> Iterable[str]:
    for decision in pack.decisions:
        likely = f"fraud held {decision.score:.1%} likely at {_time(decision.decided_at)}"
        yield f"{decision.stage}: {decision.outcome}, {likely}"


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")
