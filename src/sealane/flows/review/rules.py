"""Rules proposed and published: who did it goes on the log, with the hash of the text that rules from then on."""

import msgspec

from sealane.flows.rooms import Rooms
from sealane.risk import RiskPolicy
from sealane.risk.rulebook import Published
from sealane.storage.database import Transaction

__all__ = ["propose_rules", "publish_rules"]

_encode = msgspec.msgpack.Encoder().encode


def propose_rules(rooms: Rooms, prepared: RiskPolicy, by: str, tx: Transaction) -> Published:
    """Store a version of the rules that waits for a second person.

    Raises:
        Conflict: when this very text was proposed before.
    """
    proposed = rooms.risk.rulebook.propose(tx, prepared, by)
    rooms.log.append(tx, "rule.proposed", order_id=None, content=_encode(proposed))
    return proposed


def publish_rules(rooms: Rooms, named: str, by: str, tx: Transaction) -> Published:
    """Let a version of the rules rule from the next order on.

    Raises:
        NotFound: when there is no such version.
        NotPermitted: when its author publishes.
    """
    published = rooms.risk.rulebook.publish(tx, named, by)
    rooms.log.append(tx, "rule.published", order_id=None, content=_encode(published))
    return published
