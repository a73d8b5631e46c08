"""The room, wired: keys, nonces, bindings, receipts, the inbox and what goes out, over one database."""

from collections.abc import Callable

from sealane.interchange.gate.crossings import Crossings
from sealane.interchange.inbox.box import Box
from sealane.interchange.inbox.endpoints import Endpoint, Endpoints, Safe
from sealane.interchange.inbox.pulling import Puller
from sealane.interchange.inbox.store import MessageRow
from sealane.interchange.matching.findings import Findings
from sealane.interchange.outbound.deliveries import Deliveries
from sealane.interchange.outbound.guard import Guard
from sealane.interchange.outbound.receivers import Receivers
from sealane.interchange.peers.book import Peers
from sealane.interchange.signatures.bindings import Bindings
from sealane.interchange.signatures.nonces import Nonces
from sealane.interchange.signatures.opening import Opener
from sealane.interchange.signatures.partykeys import PartyKeys
from sealane.interchange.signatures.receipts import Receipts
from sealane.keys.ring import KeyRing
from sealane.model.clock import Clock
from sealane.model.errors import NotFound
from sealane.storage.database import Database

__all__ = ["Interchange"]


class Interchange:
    """One open interchange."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        clock: Clock,
        *,
        inbox_origin: str = "",
        outbound_loopback: bool = False,
    ) -> None:
        self.keys = PartyKeys(database, clock)
        self.nonces = Nonces()
        self.bindings = Bindings(database)
        self.receipts = Receipts(ring.signer("receipt"))
        self.opener = Opener(ring.opener("message"))
        self.safe = Safe(ring)
        self.endpoints = Endpoints(self.safe)
        self.box = Box(self.safe)
        self.crossings = Crossings()
        self.puller = Puller(inbox_origin)
        self.guard = Guard(allows_loopback=outbound_loopback)
        self.receivers = Receivers(self.safe, ring.signer("message"))
        self.deliveries = Deliveries()
        self.peers = Peers()
        self.findings = Findings()
        self.wake: Callable[[], None] = _rest
        """Called when a claim waits for its source's API to be asked."""
        self.wake_courier: Callable[[], None] = _rest
        """Called when there is something new to send, or somewhere new to send it."""
        self._database = database
        self._clock = clock

    def endpoint_of(self, message: MessageRow) -> Endpoint:
        """Return the endpoint that a message came to.

        Raises:
            NotFound: when it was closed since.
        """
        with self._database.reader() as conn:
            found = self.endpoints.find(conn, message.source, message.endpoint_id, self._clock())
        if not found:
            raise NotFound("The endpoint of this message was closed.")
        return found[0]

    def asks(self, message: MessageRow) -> bool:
        """Ask the source's API about a claim and tell whether it says the same.

        Raises:
            DependencyUnavailable: when it cannot be asked, or its answer cannot be read.
            NotFound: when the endpoint was closed since.
            NotPermitted: when the API's host is not on the public internet.
            EnvelopeInvalid: when what is held was altered.
        """
        endpoint = self.endpoint_of(message)
        return self.puller.confirms(endpoint.source, self.box.held(message), endpoint.credential or "")


def _rest() -> None:
    """Nobody listens yet."""
