"""Cipher suites by family, with their key bits (IANA TLS Cipher Suites registry): what is offered, and taken.

0xc02f  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256  ->  family `forward`, 128 bits
"""

from typing import Final

__all__ = ["ALL", "BITS", "FAMILIES", "FORWARD", "MODERN"]

MODERN: Final = {0x1302: 256, 0x1303: 256, 0x1301: 128}
"""The suites of TLS 1.3."""

# fmt: off
FORWARD: Final = {
    0xC030: 256, 0xC02C: 256, 0xCCA8: 256, 0xCCA9: 256, 0x009F: 256, 0xCCAA: 256, 0xC02F: 128, 0xC02B: 128, 0x009E: 128,
    0xC014: 256, 0xC00A: 256, 0xC028: 256, 0xC024: 256, 0x0039: 256, 0x006B: 256, 0xC013: 128, 0xC009: 128,
    0xC027: 128, 0xC023: 128, 0x0033: 128, 0x0067: 128,
}
"""Suites of TLS 1.2 and older whose recorded traffic stays closed when the server's key leaks later."""

FAMILIES: Final = {
    "static_rsa": {0x009D: 256, 0x003D: 256, 0x0035: 256, 0x009C: 128, 0x003C: 128, 0x002F: 128},
    "3des": {0xC012: 112, 0xC008: 112, 0x0016: 112, 0x000A: 112},
    "rc4": {0xC011: 64, 0xC007: 64, 0x0005: 64, 0x0004: 64},
    "export": {0x0003: 40, 0x0006: 40, 0x0008: 40, 0x0014: 40, 0x0062: 56, 0x0064: 56},
    "anonymous": {0x00A7: 0, 0x00A6: 0, 0xC019: 0, 0xC018: 0, 0x006D: 0, 0x006C: 0, 0x003A: 0, 0x0034: 0},
    "null": {0xC010: 0, 0xC006: 0, 0x003B: 0, 0x0002: 0, 0x0001: 0},
}
"""Suites that no checkout should take, by what is wrong with them; their bits are what they are worth."""
# fmt: on

ALL: Final = FORWARD | FAMILIES["static_rsa"] | FAMILIES["3des"] | FAMILIES["rc4"]
"""What is offered to learn whether an old version is spoken at all; a null or anonymous suite first would hide it."""

BITS: Final = {code: bits for family in (MODERN, FORWARD, *FAMILIES.values()) for code, bits in family.items()}
"""The key bits of every suite known here."""
