"""The console: what an operator sees and does in a browser, one file a page.

Reading needs no JavaScript; with it, the overview renews itself and keys move through lists. Every page has a JSON
twin: `/console/orders` and `/console/orders.json` hold the same data.
"""

from starlette.routing import BaseRoute

from sealane.web.console import (
    assets,
    exchange,
    grades,
    log,
    order,
    orders,
    oversight,
    overview,
    people,
    privacy,
    signin,
)
from sealane.web.console.review import pages as review
from sealane.web.console.rules import pages as rules

__all__ = ["routes"]

routes: list[BaseRoute] = [
    *assets.routes,
    *signin.routes,
    *overview.routes,
    *orders.routes,
    *order.routes,
    *log.routes,
    *privacy.routes,
    *exchange.routes,
    *oversight.routes,
    *grades.routes,
    *people.routes,
    *review.routes,
    *rules.routes,
]
