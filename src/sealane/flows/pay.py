"""Paying through the card proxy: which cards go where is on the log before any of them leaves."""

import msgspec

from sealane.flows.rooms import Rooms
from sealane.storage.database import Transaction

__all__ = ["record_release"]

_encode = msgspec.json.Encoder(order="sorted").encode


def record_release(rooms: Rooms, party_id: str, host: str, tokens: tuple[str, ...], tx: Transaction) -> str:
    """Log that these cards of a party are about to go to a host; return the entry's id."""
    content = _encode({"party_id": party_id, "host": host, "tokens": tokens, "purpose": "pay"})
    return rooms.log.append(tx, "card.released", order_id=None, content=content)
