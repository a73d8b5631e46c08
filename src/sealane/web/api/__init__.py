"""The API, one file per noun, and the one table of all its routes."""

from sealane.web.api import (
    alliance,
    cards,
    confidential,
    decisions,
    events,
    exchange,
    health,
    log,
    orders,
    oversight,
    parties,
    privacy,
    review,
    shield,
    trust,
)
from sealane.web.api.openapi import described

__all__ = ["ROUTES"]

ROUTES = described(
    (
        *parties.ROUTES,
        *exchange.ROUTES,
        *orders.ROUTES,
        *events.ROUTES,
        *decisions.ROUTES,
        *cards.ROUTES,
        *log.ROUTES,
        *confidential.ROUTES,
        *privacy.ROUTES,
        *review.ROUTES,
        *shield.ROUTES,
        *trust.ROUTES,
        *alliance.ROUTES,
        *oversight.ROUTES,
        *health.ROUTES,
    )
)
