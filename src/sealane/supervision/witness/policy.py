"""Whose cosignatures a log asks for, and how many of them make a quorum.

The setting `log_witnesses` has an address and a key line for each witness, parted by commas or line ends:

    https://w1.example w1.example+3f2a81c0+BAe1...=, http://10.0.0.7:8788 lane.example/w2+90c1ab12+BLm3...=
"""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from sealane.model.errors import InvalidInput, Misconfigured
from sealane.supervision.note import NoteKey
from sealane.supervision.witness.cosignature import parse_cosigner

__all__ = ["NO_WITNESSES", "Policy", "WitnessAddress", "parse_policy"]


class WitnessAddress(NamedTuple):
    """One witness: where it answers, without `/add-checkpoint`, and its key."""

    url: str
    key: NoteKey


class Policy(NamedTuple):
    """The witnesses of a log, of which `quorum` must have cosigned a checkpoint."""

    witnesses: tuple[WitnessAddress, ...]
    quorum: int

    @property
    def keys(self) -> tuple[NoteKey, ...]:
        """The keys of all witnesses."""
        return tuple(witness.key for witness in self.witnesses)


NO_WITNESSES = Policy((), 0)


def parse_policy(text: str, quorum: int) -> Policy:
    """Return the policy of the settings; a quorum of 0 means all witnesses.

    Raises:
        Misconfigured: when a witness is not an address and a key line, stands twice, or the quorum is too large.
    """
    witnesses = tuple(_parse(line.strip()) for line in re.split(r"[,\n]", text) if line.strip())
    if len({witness.key.public_key for witness in witnesses}) < len(witnesses):
        raise Misconfigured("A witness stands twice in log_witnesses.", remedy="Name each key once.")
    if quorum > len(witnesses):
        raise Misconfigured(
            f"log_quorum asks for {quorum} witnesses, log_witnesses names {len(witnesses)}.",
            remedy="Name more witnesses or ask for fewer.",
        )
    return Policy(witnesses, quorum or len(witnesses))


def _parse(line: str) -> WitnessAddress:
    url, _, key_line = line.partition(" ")
    try:
        key = parse_cosigner(key_line.strip())
        is_address = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except (InvalidInput, ValueError):
        is_address = False
    if not is_address:
        raise Misconfigured(
            f"log_witnesses has an entry that is not an address and a witness's key line: {line[:80]!r}.",
            remedy="Write `https://HOST NAME+ID+KEY`; the witness prints both at its start.",
        )
    return WitnessAddress(url.rstrip("/"), key)
