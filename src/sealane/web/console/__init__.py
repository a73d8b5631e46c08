"""The console: what an operator sees and does in a browser, one file a page.

Reading needs no JavaScript; with it, the overview renews itself and keys move through lists. Every page has a JSON
twin: `/console/orders` and `/console/orders.json` hold the same data.
"""

from starlette.routing import BaseRoute

from sealane.web.console import assets, log, order, orders, overview, privacy, signin, start

__all__ = ["routes"]

routes: list[BaseRoute] = [
    *assets.routes,
    *start.routes,
    *signin.routes,
    *overview.routes,
    *orders.routes,
    *order.routes,
    *log.routes,
    *privacy.routes,
]
