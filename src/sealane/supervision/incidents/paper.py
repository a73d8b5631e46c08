"""A draft on paper: an A4 PDF with the form's numbers, what is filled, and what a person still writes."""

from sealane.model.clock import from_micros
from sealane.supervision.incidents.drafts import Draft, remark, summary

__all__ = ["print_draft"]

_MARGIN_MM = 18
_LINE_MM = 5
_TITLE_PT, _TEXT_PT = 14, 9
_TO_WRITE = "________________"
_LOST = "Characters that this paper has no letters for are shown as ?; the text and the JSON have them all."


def print_draft(draft: Draft, made_us: int) -> bytes:
    """Return the draft as a PDF; its time of making is the only thing in it that the draft does not say."""
    from fpdf import FPDF  # noqa: PLC0415 - takes 0.4 s to load, and few processes print

    page = FPDF(format="A4")
    page.set_margin(_MARGIN_MM)
    page.set_auto_page_break(auto=True, margin=_MARGIN_MM)
    page.set_title(f"Draft {draft.regime} {draft.stage}, {draft.incident_id}")
    page.set_creation_date(from_micros(made_us))
    page.add_page()

    def say(text: str, points: int = _TEXT_PT, style: str = "") -> None:
        page.set_font("Helvetica", style, points)
        page.multi_cell(0, _LINE_MM, _latin(text), new_x="LMARGIN", new_y="NEXT")

    say(f"Draft: {draft.regime}, {draft.stage}", _TITLE_PT, "B")
    duty = draft.duty
    due = from_micros(duty.due_us).strftime("%Y-%m-%d %H:%M UTC") if duty.due_us else f"waits for {duty.waits_for}"
    say(f"To: {draft.to_whom}. Incident: {draft.incident_id}.")
    say(f"Due: {due}. Made: {from_micros(made_us):%Y-%m-%d %H:%M UTC}.")
    say(draft.advice, style="B")
    if draft.since is not None:
        say(summary(draft))
    if any(_latin(field.value) != field.value for field in draft.fields):
        say(_LOST)
    page.ln(_LINE_MM)
    for field in draft.fields:
        say(f"{field.number}  {field.label}{'' if field.is_needed else ' (optional)'}", style="B")
        say(field.value or _TO_WRITE)
        if field.change is not None:
            say(f"[{remark(field)}]", style="I")
    return bytes(page.output())


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")
