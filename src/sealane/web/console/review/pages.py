"""The routes of review; apart from the package, so that the templates can have its words without its pages."""

from starlette.routing import BaseRoute

from sealane.web.console.gate import page
from sealane.web.console.review import actions, case, queue
from sealane.web.console.review.filters import PATH

__all__ = ["routes"]

routes: list[BaseRoute] = [*page(PATH, "review.html", queue.read), *actions.routes, *case.routes]
