"""An HTTP message as a signature sees it: its components (RFC 9421 section 2) and the base that is signed.

"@method": POST
"@target-uri": https://sealane.example/v1/events
"content-digest": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
"@signature-params": ("@method" "@target-uri" "content-digest");created=1795340000;keyid="k1"
"""

import base64
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sealane.interchange.signatures.fields import FieldSyntaxError, parse_dictionary
from sealane.interchange.signatures.writing import write_item
from sealane.model.errors import CoverageMissing

__all__ = ["Component", "Message", "UnknownComponentError", "fields_of", "member_of", "signature_base"]

Component = tuple[str, dict[str, Any]]
_BYTES_MEMBER = re.compile(r"([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]+={0,2}):")


class UnknownComponentError(Exception):
    """A component with parameters that this reader leaves to the library."""


class Message(msgspec.Struct, frozen=True, gc=False):
    """A request, or a response with its request; `fields` holds each header once, in small letters."""

    fields: dict[str, str]
    body: bytes = b""
    method: str = ""
    target: str = ""
    """The absolute address that was called."""
    status: int | None = None
    request: "Message | None" = None

    def value(self, name: str, parameters: dict[str, Any]) -> str:
        """Return the value of a component.

        Raises:
            CoverageMissing: when the message has no such component.
            UnknownComponentError: when its parameters are for the library to read.
        """
        if "req" in parameters:
            if self.request is None or parameters["req"] is not True:
                raise CoverageMissing(f"There is no request that `{name}` could be of.")
            rest = {key: value for key, value in parameters.items() if key != "req"}
            return self.request.value(name, rest)
        if name.startswith("@"):
            if parameters:
                raise UnknownComponentError(name)
            return self._derived(name)
        value = self.fields.get(name)
        if value is None:
            raise CoverageMissing(f"The covered header `{name[:60]}` is not there.")
        if not parameters:
            return value
        key = parameters.get("key")
        if set(parameters) != {"key"} or not isinstance(key, str):
            raise UnknownComponentError(name)
        return member_of(name, value, key)

    def _derived(self, name: str) -> str:
        if name == "@status" and self.status is not None:
            return str(self.status)
        if self.status is None:
            if name == "@method":
                return self.method
            if name == "@target-uri":
                return self.target
            place = urlsplit(self.target)
            parts = {
                "@authority": place.netloc,
                "@scheme": place.scheme,
                "@path": place.path,
                "@query": f"?{place.query}",
                "@request-target": place.path + (f"?{place.query}" if place.query else ""),
            }
            if name in parts:
                return parts[name]
        raise CoverageMissing(f"There is no component `{name[:60]}` of such a message.")


def fields_of(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return each header once: lines of one name are joined by a comma (RFC 9110 section 5.3)."""
    fields: dict[str, str] = {}
    for raw, line in headers:
        name, value = raw.decode("latin-1").lower(), line.decode("latin-1").strip(" \t")
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def signature_base(message: Message, covered: Sequence[Component], parameters: str) -> bytes:
    """Return the bytes that are signed (RFC 9421 section 2.5); `parameters` is the text after the label.

    Raises:
        CoverageMissing: when a component is not there, or is covered twice.
        UnknownComponentError: when a component is for the library to read.
    """
    lines = []
    for name, given in covered:
        head = f'"{name}"' if not given else write_item((name, given))
        lines.append(f"{head}: {message.value(name, given)}")
    if len(set(lines)) != len(lines):
        raise CoverageMissing("A component is covered twice.")
    lines.append(f'"@signature-params": {parameters}')
    return "\n".join(lines).encode("latin-1")


def member_of(name: str, value: str, key: str) -> str:
    """Return one member of a header that is a dictionary, the header's name is for the refusal.

    Raises:
        CoverageMissing: when the header is no dictionary, or has no such member.
    """
    usual = _BYTES_MEMBER.fullmatch(value)
    if usual is not None and usual[1] == key and len(usual[2]) % 4 == 0:
        return f":{base64.b64encode(base64.b64decode(usual[2])).decode()}:"
    try:
        member = parse_dictionary(value)[key]
    except (FieldSyntaxError, KeyError):
        raise CoverageMissing(f"The covered header `{name[:60]}` has no such member.") from None
    return write_item(member)
