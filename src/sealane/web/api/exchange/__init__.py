"""The interchange over HTTP: keys, native webhooks in, messages, EPCIS, findings, webhooks out, peers, the match."""

from sealane.web.api.exchange import (
    deliveries,
    endpoints,
    epcis,
    inbox,
    keys,
    matches,
    messages,
    peers,
    received,
    webhooks,
)

__all__ = ["ROUTES"]

ROUTES = (
    *keys.ROUTES,
    *inbox.ROUTES,
    *endpoints.ROUTES,
    *received.ROUTES,
    *messages.ROUTES,
    *epcis.ROUTES,
    *webhooks.ROUTES,
    *deliveries.ROUTES,
    *peers.ROUTES,
    *matches.ROUTES,
)
