"""Reading `Signature-Input` and `Signature` (RFC 9421 section 4): the usual form at once, any other by the grammar.

Signature-Input: sig1=("@method" "@target-uri");created=1795340000;keyid="k1";tag="sealane-exchange-v1"
Signature: sig1=:K2qGT5srn2OGbOIDzQ6kYT+ruaycnDAAUpKv+ePFfD0RAxn/1BUeZx/Kdrq32DrfakQ6...=:
"""

import base64
import binascii
import re
from typing import Any

import msgspec

from sealane.interchange.signatures.fields import FieldSyntaxError, parse_dictionary
from sealane.interchange.signatures.message import Component
from sealane.interchange.signatures.writing import write_item
from sealane.model.errors import SignatureInvalid

__all__ = ["Candidate", "read_signatures"]

_LABEL = r"([a-z*][a-z0-9_.*-]*)"
_NAMES = r'\(((?:"[@a-z0-9-]+"(?: "[@a-z0-9-]+")*)?)\)'
_INPUT = re.compile(rf'{_LABEL}=({_NAMES}((?:;[a-z]+=(?:[0-9]{{1,15}}|"[!#-\[\]-~]*"))*))')
_SIGNATURE = re.compile(rf"{_LABEL}=:([A-Za-z0-9+/]+={{0,2}}):")
_PARAMETER = re.compile(r';([a-z]+)=(?:([0-9]+)|"([^"]*)")')
_INTEGERS = frozenset({"created", "expires"})
_TEXTS = frozenset({"keyid", "nonce", "tag", "alg"})
MOST_SIGNATURES = 4
MOST_COMPONENTS = 50


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """One signature of a message, not yet verified; `text` is what the base ends with."""

    label: str
    covered: tuple[Component, ...]
    parameters: dict[str, Any]
    text: str
    signature: bytes


def read_signatures(fields: dict[str, str]) -> list[Candidate]:
    """Return every signature of a message.

    Raises:
        SignatureInvalid: when the two headers cannot be read, do not name the same labels, or a parameter is unknown,
            doubled or of the wrong type.
    """
    given, signatures = fields.get("signature-input", ""), fields.get("signature", "")
    usual, signed = _INPUT.fullmatch(given), _SIGNATURE.fullmatch(signatures)
    found = _usual(usual, signed) if usual and signed else _general(given, signatures)
    if not 0 < len(found) <= MOST_SIGNATURES:
        raise SignatureInvalid(f"A message has 1 to {MOST_SIGNATURES} signatures.")
    for candidate in found:
        _check_parameters(candidate.parameters)
        if len(candidate.covered) > MOST_COMPONENTS:
            raise SignatureInvalid(f"A signature covers at most {MOST_COMPONENTS} components.")
    return found


def _usual(given: re.Match[str], signed: re.Match[str]) -> list[Candidate]:
    label, text, names, tail = given.groups()
    if label != signed[1]:
        raise SignatureInvalid("Signature-Input and Signature have different labels.")
    parameters: dict[str, Any] = {}
    for name, number, word in _PARAMETER.findall(tail):
        if name in parameters:
            raise SignatureInvalid("A signature parameter is there twice.")
        parameters[name] = int(number) if number else word
    covered: tuple[Component, ...] = tuple([(name, {}) for name in names[1:-1].split('" "')]) if names else ()
    return [Candidate(label, covered, parameters, text, _bytes(signed[2]))]


def _general(given: str, signatures: str) -> list[Candidate]:
    try:
        inputs = parse_dictionary(given, unique=True)
        signed = parse_dictionary(signatures, unique=True)
    except FieldSyntaxError:
        raise SignatureInvalid("Signature-Input or Signature is no dictionary of structured fields.") from None
    if inputs.keys() != signed.keys():
        raise SignatureInvalid("Signature-Input and Signature have different labels.")
    found = []
    for label, (covered, parameters) in inputs.items():
        signature = signed[label][0]
        if not isinstance(covered, list) or not isinstance(signature, bytes):
            raise SignatureInvalid("A signature is a list of components and a sequence of bytes.")
        if not all(type(name) is str and name == name.lower() for name, _ in covered):
            raise SignatureInvalid("Components are named by texts in small letters.")
        text = write_item((covered, parameters))
        found.append(Candidate(label, tuple(covered), parameters, text, signature))
    return found


def _check_parameters(parameters: dict[str, Any]) -> None:
    for name, value in parameters.items():
        if name in _INTEGERS:
            is_right = type(value) is int
        elif name in _TEXTS:
            is_right = type(value) is str
        else:
            raise SignatureInvalid("A signature parameter is none of created, expires, keyid, nonce, tag, alg.")
        if not is_right:
            raise SignatureInvalid(f"The signature parameter `{name}` has the wrong type.")


def _bytes(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise SignatureInvalid("The signature is not base64.") from None
    if base64.b64encode(decoded).decode() != text:
        raise SignatureInvalid("The signature is not strict base64.")
    return decoded
