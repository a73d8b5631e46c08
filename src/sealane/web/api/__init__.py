"""The API, one file per noun, and the one table of all its routes."""

from sealane.web.api import cards, decisions, events, health, log, orders, parties, shield
from sealane.web.api.openapi import described

__all__ = ["ROUTES"]

ROUTES = described(
    (
        *parties.ROUTES,
        *orders.ROUTES,
        *events.ROUTES,
        *decisions.ROUTES,
        *cards.ROUTES,
        *log.ROUTES,
        *shield.ROUTES,
        *health.ROUTES,
    )
)
