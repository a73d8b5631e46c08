"""Where an envelope belongs, as the bytes that AES-GCM authenticates beside it.

    2:v1,30:mer_01kan6...,30:sub_01kan6...,30:rec_01kan6...,14:/shopper/email,2:s1,

Version of this format, tenant, subject, record, field, version of the record's schema: each as its length in
characters, a colon, the text and a comma, so no two lists of parts spell the same bytes. An envelope in another row,
field or tenant therefore does not open. What ends the binding of a field also names the key it is sealed under.
"""

from functools import lru_cache

__all__ = ["field_end", "record_start"]

_VERSION = "2:v1,"
_SCHEMA = "2:s1,"
_FIELDS = 4_096


def record_start(tenant: str, subject: str, record: str) -> bytes:
    """Return the bytes that all fields of a record begin with."""
    return f"{_VERSION}{len(tenant)}:{tenant},{len(subject)}:{subject},{len(record)}:{record},".encode()


@lru_cache(_FIELDS)
def field_end(field: str) -> bytes:
    """Return the bytes that end the binding of a field; fields are JSON pointers into what came in."""
    return f"{len(field)}:{field},{_SCHEMA}".encode()
