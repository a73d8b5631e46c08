"""The interchange over HTTP: keys of parties, native webhooks in, messages between parties, EPCIS, findings."""

from sealane.web.api.exchange import endpoints, epcis, inbox, keys, messages, received

__all__ = ["ROUTES"]

ROUTES = (*keys.ROUTES, *inbox.ROUTES, *endpoints.ROUTES, *received.ROUTES, *messages.ROUTES, *epcis.ROUTES)
