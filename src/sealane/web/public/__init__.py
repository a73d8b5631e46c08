"""Public pages: for anybody, without a login, without JavaScript, on a phone."""

from starlette.routing import BaseRoute

from sealane.web.public import check

__all__ = ["routes"]

routes: list[BaseRoute] = [*check.routes]
