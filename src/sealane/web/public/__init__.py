"""Public pages: for anybody, without a login, without JavaScript, on a phone."""

from starlette.routing import BaseRoute

from sealane.web.public import audit, check, notices, parcel, shops, start

__all__ = ["routes"]

routes: list[BaseRoute] = [
    *start.routes,
    *audit.routes,
    *check.routes,
    *notices.routes,
    *parcel.routes,
    *shops.routes,
]
