"""The root key: 32 bytes that wrap every other key, in DIR/root.key or given as text.

    0f1e2d...   64 hexadecimal digits, or
    Dx4t...=    44 characters of base64 (RFC 4648 section 4 or 5; the padding may be left out)

Whoever has it and a copy of the data folder can open everything, so a backup of one never holds the other.
"""

import base64
import os
import re
from pathlib import Path

from sealane.keys.files import read_secret, write_secret
from sealane.keys.sealing import KEY_BYTES, DataKey
from sealane.model.errors import Misconfigured

__all__ = ["FILE", "NEXT_FILE", "find_root", "make_root", "parse_root"]

FILE = "root.key"
NEXT_FILE = "root.key.next"
_HEX = re.compile(r"[0-9A-Fa-f]{64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{43}=?")


def find_root(folder: Path, given: str | None, name: str = FILE) -> DataKey | None:
    """Return the given root key, else that of a file of the folder, else None.

    Raises:
        Misconfigured: when it is malformed, or its file is readable by others.
    """
    if given is not None:
        return parse_root(given, "The root key setting")
    path = folder / name
    text = read_secret(path)
    return None if text is None else parse_root(text, str(path))


def make_root(folder: Path, name: str = FILE) -> DataKey:
    """Make a root key, keep it in a file of the folder (mode 0600) and return it.

    Raises:
        Misconfigured: when the folder cannot be written.
    """
    secret = os.urandom(KEY_BYTES)
    write_secret(folder / name, base64.b64encode(secret).decode() + "\n")
    return DataKey(secret)


def parse_root(text: str, where: str) -> DataKey:
    """Return the key that the text spells in hexadecimal or base64; `where` names its place in the message.

    Raises:
        Misconfigured: when it does not spell 32 bytes.
    """
    text = text.strip()
    if _HEX.fullmatch(text):
        return DataKey(bytes.fromhex(text))
    if _BASE64.fullmatch(text):
        return DataKey(base64.urlsafe_b64decode(text.rstrip("=").replace("+", "-").replace("/", "_") + "="))
    raise Misconfigured(
        f"{where} is not a root key.",
        remedy=f"Give the original if keys exist, else {KEY_BYTES} random bytes as hexadecimal digits or base64.",
    )
