"""Signed calls at the door: the whole body is read, the signature checked, the reply made the receipt.

Signature-Input: sig1=("@method" "@target-uri" "content-digest" "content-type");created=...;keyid="...";nonce="...";
tag="sealane-exchange-v1"
"""

from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from sealane.interchange import Message, fields_of, verify_call
from sealane.model.errors import NotAuthenticated
from sealane.model.party import Party
from sealane.web.body import Receive, read_body
from sealane.web.exchange.claiming import claim_with
from sealane.web.replies import Reply
from sealane.web.visit import Visit

__all__ = ["SIGNED", "SignedCall", "read_call", "target_of"]

SIGNED = b"signature-input"
USUAL_PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class SignedCall:
    """A call whose signature holds."""

    def __init__(self, party: Party, message: Message, label: str) -> None:
        self.party = party
        self._message = message
        self._label = label

    def receipt(self, visit: Visit, reply: Reply) -> Reply:
        """Return the reply signed together with the request; a stream goes out as it is."""
        if reply.stream is not None:
            return reply
        receipts, now_us = visit.lane.rooms.interchange.receipts, visit.lane.clock()
        signed = receipts.sign(self._message, self._label, reply.status, reply.body, now_us=now_us)
        headers = tuple((name.encode(), value.encode()) for name, value in signed.items())
        return replace(reply, headers=(*reply.headers, *headers))


async def read_call(visit: Visit) -> SignedCall:
    """Return who signed this call; from here on its first flow claims the signature.

    Raises:
        NotAuthenticated: when the signature does not hold; its kinds say what to change where that tells no stranger
            anything.
        TooLarge: when the body is over the limit.
        SlowBody: when it does not arrive in time.
    """
    lane, scope = visit.lane, visit.scope
    limit, seconds = lane.settings.max_body_bytes, lane.settings.body_timeout_seconds
    body = await read_body(visit.receive, visit.headers, limit=limit, seconds=seconds)
    message = Message(fields_of(scope["headers"]), body, scope["method"], target_of(visit))
    interchange = lane.rooms.interchange
    proof = verify_call(message, interchange.keys.valid, now_us=lane.clock())
    visit.receive = _again(body)
    claim_with(visit, proof)
    return SignedCall(interchange.keys.holder(proof.party_id), message, proof.label)


def target_of(visit: Visit) -> str:
    """Return the absolute address that was called, as one of this installation's own.

    That is `public_url` when it is set, else the socket's own address; a message signed for another host is not for us.

    Raises:
        NotAuthenticated: when the call names another host.
    """
    scope, settings = visit.scope, visit.lane.settings
    host = visit.headers.get(b"host", b"").decode("latin-1").lower()
    origin = f"{scope.get('scheme', 'http')}://{host}"
    if settings.public_url:
        place = urlsplit(settings.public_url)
        origin = f"{place.scheme}://{place.netloc}".lower()
        if host != place.netloc.lower():
            raise NotAuthenticated
    elif host not in _own_names(scope.get("server"), USUAL_PORTS[origin.partition(":")[0]]):
        raise NotAuthenticated
    query = scope["query_string"].decode("latin-1")
    path = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    return f"{origin}{path}?{query}" if query else f"{origin}{path}"


def _own_names(server: Any, usual_port: int) -> set[str]:
    if not server:
        return set()
    address, port = server
    name = f"[{address}]" if ":" in address else address
    names = {name} | (LOOPBACK if name in LOOPBACK else set())
    return {f"{each}:{port}" for each in names} | (names if port == usual_port else set())


def _again(body: bytes) -> Receive:
    """Return a receiver that hands the body, read before, to the action."""

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
