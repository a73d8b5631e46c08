"""A draft on paper: a PDF that opens, says what it is, and is the same for the same moment."""

import zlib
from re import DOTALL, findall

from msgspec.structs import replace

from sealane.model.party import Party
from sealane.supervision.incidents.drafts import draft
from sealane.supervision.incidents.paper import print_draft
from sealane.supervision.incidents.record import Incident, Sending

NOW = 1_795_000_000_000_000
PSP = Party("pty_1", "Tagus Payments", ("psp",), "PT")


def words(pdf: bytes) -> bytes:
    streams = (zlib.decompress(stream) for stream in findall(rb"stream\n(.*?)\nendstream", pdf, DOTALL))
    return b"".join(stream for stream in streams if b"BT" in stream)


def test_the_paper_has_every_number_and_says_that_it_is_a_draft() -> None:
    incident = Incident("inc_1", "pty_1", "Ledger halt", "outage", "PT", ("dora",), {"aware": NOW}, description="停电")
    drafted = draft(incident, PSP, "dora", "initial", NOW)
    pdf = print_draft(drafted, NOW)
    assert pdf.startswith(b"%PDF-")
    told = words(pdf)
    assert all(field.number.encode() in told for field in drafted.fields)
    assert b"not legal advice" in told
    assert b"no letters for" in told
    assert print_draft(drafted, NOW) == pdf


def test_the_paper_says_what_differs_from_the_report_before() -> None:
    incident = Incident("inc_1", "pty_1", "Ledger halt", "outage", "PT", ("dora",), {"aware": NOW}, description="Halt")
    sent = replace(incident, sent=(Sending("dora", "initial", NOW, known=incident.known()),))
    told = words(print_draft(draft(sent, PSP, "dora", "intermediate", NOW), NOW))
    assert b"Since dora/initial, sent 2026-" in told
    assert b"[changed, was: initial]" in told
