"""Lenient reading: what a document has besides its known fields is ignored, and a value of a wrong kind is unknown.

The API refuses what it does not know, so that a caller learns of a misspelt name at once. A file of history was written
by somebody else and cannot be asked, so only what is needed to place an order or an event at all is insisted on.
"""

import re
from typing import Any, TypeVar

import msgspec

from sealane.model.personal import decode_hook

__all__ = ["LenientDecoder"]

T = TypeVar("T")

_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_FIELD = re.compile(r"contains unknown field `(?P<name>.*?)`", re.DOTALL)
_MISSING = re.compile(r"missing required field `(?P<name>.*?)`", re.DOTALL)
_MOST = 64


class LenientDecoder:
    """Decodes documents of one type, and counts the values that it could not use.

    `absent` gives what stands in for a required member that may be missing: `{"shopper": {}}`.
    """

    def __init__(self, wanted: type[T], absent: dict[str, Any]) -> None:
        self.dropped: dict[str, int] = {}
        self._wanted = wanted
        self._absent = absent
        self._decoder = msgspec.json.Decoder(wanted, dec_hook=decode_hook)

    def decode(self, body: bytes) -> Any:
        """Return the record of a document.

        Raises:
            msgspec.ValidationError: when a required value is missing or of a wrong kind.
            msgspec.DecodeError: when the bytes are no JSON.
        """
        try:
            return self._decoder.decode(body)
        except msgspec.ValidationError:
            return self._mend(msgspec.json.decode(body))

    def _mend(self, document: Any) -> Any:
        """Drop what does not fit, one member at a time, until the rest fits."""
        if isinstance(document, dict):
            for name, value in self._absent.items():
                if document.get(name) is None:
                    document[name] = value
        dropped: list[str] = []
        while True:
            try:
                record = msgspec.convert(document, self._wanted, dec_hook=decode_hook)
            except msgspec.ValidationError as refusal:
                path = _path_of(str(refusal))
                if not path or len(dropped) == _MOST or not _drop(document, path):
                    raise
                # An array's place in a path is written as [...], so the title is the same for every line.
                dropped.append(".".join(path))
            else:
                for title in dropped:
                    self.dropped[title] = self.dropped.get(title, 0) + 1
                return record


def _path_of(message: str) -> list[str]:
    """Return the steps to what a refusal names, none when it is a missing member."""
    if _MISSING.search(message):
        return []
    found = _AT.search(message)
    steps = re.findall(r"[^.\[\]]+|\[\.\.\.\]|\[\d+\]", found["path"]) if found else []
    unknown = _FIELD.search(message)
    return [*steps, unknown["name"]] if unknown else steps


def _drop(value: Any, path: list[str]) -> bool:
    """Remove the member at a path, from every element of an array; tell whether there was one."""
    step, rest = path[0], path[1:]
    if step.startswith("["):
        elements = value if isinstance(value, list) else []
        if not rest:
            gone = bool(elements)
            elements.clear()
            return gone
        found = [_drop(element, rest) for element in elements]
        return any(found)
    if not isinstance(value, dict) or step not in value:
        return False
    if not rest:
        del value[step]
        return True
    return _drop(value[step], rest)
