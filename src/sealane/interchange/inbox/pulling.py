"""Confirming by pull: the source's own API is asked whether what was claimed is so.

Where it is asked is fixed by the source's data; nothing of a message becomes part of a host, and of a path only escaped
ids. Redirects are not followed, an answer is limited in size and, from its first byte to its last, in time, and the
address that was checked is the one that is connected to. An API that keeps failing is left alone for a while.
"""

import asyncio
import ssl
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import httpx
import msgspec
from msgspec.structs import replace

from sealane.interchange.gate.addresses import public_address
from sealane.interchange.inbox.breaker import Breaker
from sealane.interchange.inbox.mapping import MappedEvent, map_document
from sealane.interchange.inbox.source import EventShape, PullShape, Source
from sealane.model.decoding import read_json
from sealane.model.errors import DependencyUnavailable, InvalidInput
from sealane.model.event import EventRequest

__all__ = ["Puller"]

SECONDS = 10.0
MOST_BYTES = 1 << 20
GONE = frozenset({404, 410})


class Puller:
    """Asks the APIs of sources; `origin`, set by the operator, stands for all of them, such as an outgoing gateway."""

    def __init__(self, origin: str = "", *, seconds: float = SECONDS) -> None:
        self._origin = origin.rstrip("/")
        self._seconds = seconds
        self._tls = ssl.create_default_context()
        self._breaker = Breaker()

    def resting(self) -> frozenset[str]:
        """Return the sources whose APIs kept failing and are to be left alone now."""
        return self._breaker.resting()

    def confirms(self, source: Source, claim: EventRequest, credential: str) -> bool:
        """Tell whether the source's API says what the claim says: the same kind, of the same parcel or payment.

        Raises:
            DependencyUnavailable: when it cannot be asked, or its answer cannot be read.
        """
        shape = source.pull
        if shape is None:
            raise DependencyUnavailable(f"{source.title} has no API that could be asked.")
        try:
            told = self._told(source, shape, claim, credential)
        except DependencyUnavailable:
            self._breaker.failed(source.name)
            raise
        self._breaker.answered(source.name)
        return any(_agrees(event, claim) for event in told)

    def _told(self, source: Source, shape: PullShape, claim: EventRequest, credential: str) -> list[MappedEvent]:
        document = self._ask(shape, claim, credential)
        if document is None:
            return []
        try:
            return map_document(_shape(source.events, shape), document)
        except InvalidInput:
            raise DependencyUnavailable(f"The answer of {source.title} holds no event.") from None

    def _ask(self, shape: PullShape, claim: EventRequest, credential: str) -> Any:
        names = {
            "id": quote(claim.id, safe=""),
            "tracking_number": quote(claim.tracking_number or "", safe=""),
            "carrier": quote(_carrier(claim), safe=""),
            "credential": credential,
        }
        url, headers = self._route(shape.url.format(**{**names, "credential": ""}))
        headers |= {name: value.format(**names) for name, value in shape.headers.items()}
        body = shape.body.format(**names).encode() if shape.body else None
        if body is not None:
            headers["Content-Type"] = "application/json"
        extensions = {"sni_hostname": headers["Host"]} if "Host" in headers else {}
        request = httpx.Request(shape.method, url, headers=headers, content=body, extensions=extensions)
        try:
            answer = asyncio.run(self._send(request))
            return None if answer is None else read_json(answer)
        except (httpx.HTTPError, TimeoutError, InvalidInput):
            raise DependencyUnavailable("The source's API cannot be asked, or its answer cannot be read.") from None

    async def _send(self, request: httpx.Request) -> bytes | None:
        """Return the body of the answer, None when what was asked for is not there."""
        client = httpx.AsyncClient(verify=self._tls, timeout=self._seconds, follow_redirects=False, trust_env=False)
        async with asyncio.timeout(self._seconds), client:
            reply = await client.send(request, stream=True)
            try:
                if reply.status_code in GONE:
                    return None
                if reply.status_code != httpx.codes.OK:
                    raise DependencyUnavailable(f"The source's API answered {reply.status_code}.")
                return await _limited(reply)
            finally:
                await reply.aclose()

    def _route(self, url: str) -> tuple[str, dict[str, str]]:
        """Return the address to connect to, and the host that is meant."""
        place = urlsplit(url)
        if self._origin:
            return f"{self._origin}{urlunsplit(('', '', place.path, place.query, ''))}", {}
        host = place.hostname or ""
        address = public_address(host)
        netloc = f"[{address}]" if ":" in address else address
        return urlunsplit((place.scheme, netloc, place.path, place.query, "")), {"Host": host}


def _carrier(claim: EventRequest) -> str:
    named = msgspec.json.decode(bytes(claim.attributes)).get("carrier", "")
    return named if isinstance(named, str) else ""


async def _limited(reply: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in reply.aiter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise DependencyUnavailable("The answer of the source's API is too large.")
    return bytes(body)


def _shape(events: EventShape, pull: PullShape) -> EventShape:
    """Return where the API's answer says what a message says elsewhere."""
    if pull.selector is None:
        return events
    return replace(
        events,
        items="",
        id=pull.id or events.id,
        selector=pull.selector,
        select_prefix=pull.select_prefix,
        tracking_number=pull.tracking_number or (),
        reference=(),
    )


def _agrees(told: MappedEvent, claim: EventRequest) -> bool:
    if told.kind != claim.kind:
        return False
    if claim.tracking_number is not None:
        return told.tracking_number == claim.tracking_number
    attributes = msgspec.json.decode(bytes(claim.attributes))
    return told.reference == claim.reference and told.attributes.get("amount") == attributes.get("amount")
