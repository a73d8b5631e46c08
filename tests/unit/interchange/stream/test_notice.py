"""The published schema, and that records fit it."""

from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import msgspec

from sealane.interchange.stream.notice import Streamed, encode, schema_text

PUBLISHED = Path(__file__).parents[4] / "schemas" / "stream.json"


def test_the_published_schema_is_this_one() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


def test_a_record_fits_the_schema() -> None:
    notice = Streamed(7, "order.decided", "ord_1", datetime(2026, 11, 22, tzinfo=UTC), msgspec.Raw(b'{"score":0.5}'))
    assert jsonschema_rs.is_valid(msgspec.json.decode(schema_text()), msgspec.json.decode(encode(notice)))
