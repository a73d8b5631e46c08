"""What a record of the stream holds, and its published JSON Schema (draft 2020-12).

key    ord_01m8...
value  {"number":812,"kind":"order.decided","order_id":"ord_01m8...","at":"2026-11-22T09:30:00Z","body":{...}}
header schema: sealane.notice.v1
"""

from datetime import datetime
from typing import Any

import msgspec

__all__ = ["SCHEMA", "Streamed", "encode", "schema_text"]

SCHEMA = "sealane.notice.v1"
"""The schema's name; a record of another shape will have another."""


class Streamed(msgspec.Struct, frozen=True):
    """One notice: `body` is what a webhook of the same kind carries; `number` rises, and tells repeats apart."""

    number: int
    kind: str
    order_id: str
    at: datetime
    body: msgspec.Raw


encode = msgspec.json.Encoder().encode


def schema_text() -> str:
    """Return the JSON Schema of a record's value as it lies in `schemas/stream.json`."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:sealane:{SCHEMA}",
        "title": "A notice of Sealane",
        "type": "object",
        "properties": {
            "number": {
                "type": "integer",
                "minimum": 1,
                "description": "Rises; equal ones are repeats.",
            },
            "kind": {"type": "string", "pattern": r"^[a-z]+\.[a-z_]+$", "description": "The type of webhooks."},
            "order_id": {"type": "string", "description": "The key of the record; empty for a notice about no order."},
            "at": {"type": "string", "format": "date-time"},
            "body": {"type": "object", "description": "What a webhook of this kind carries as its data."},
        },
        "required": list(Streamed.__struct_fields__),
        "additionalProperties": False,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=2).decode() + "\n"
