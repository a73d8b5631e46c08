"""Once-only calls: what a call does and the mark that it was made commit together."""

from dataclasses import replace

from sealane.interchange import ClaimingDatabase, Proof
from sealane.web.visit import Visit

__all__ = ["claim_with", "ensure_claimed"]


def claim_with(visit: Visit, proof: Proof) -> None:
    """Let the first flow of this visit claim the proof before it begins."""
    rooms, nonces = visit.lane.rooms, visit.lane.rooms.interchange.nonces
    visit.claiming = ClaimingDatabase(rooms.database, lambda tx: nonces.claim(tx, proof))
    visit.lane = replace(visit.lane, rooms=replace(rooms, database=visit.claiming))


async def ensure_claimed(visit: Visit) -> None:
    """Claim the proofs of a call that ran no flow, such as a reading one, before its reply leaves.

    Raises:
        Replayed: when the call was made before.
        Stale: when it is too old by the time of the database.
    """
    if visit.claiming is not None and not visit.claiming.is_claimed:
        await visit.claiming.run_async(lambda _: None)
