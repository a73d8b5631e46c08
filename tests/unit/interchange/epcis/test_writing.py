from sealane.interchange.epcis.reading import read_document
from sealane.interchange.epcis.words import WORDS
from sealane.interchange.epcis.writing import write_document
from sealane.model.event import Event
from sealane.model.sealed import EventSeal


def test_what_is_written_is_read_as_the_same_kinds() -> None:
    events = [
        Event(f"evt_{number}", "s", "e", kind, 1_795_340_000_000_000 + number, 1_795_340_000_000_001, "ord_1",
              "confirmed", EventSeal("rec_1"), consignment_id="cns01abc")
        for number, kind in enumerate([*WORDS, "payment.captured"])
    ]  # fmt: skip
    written = write_document(events, created_us=1_795_340_000_000_000)
    assert [each.kind for each in read_document(written)] == list(WORDS)
