"""The routes of the rules pages."""

from starlette.routing import BaseRoute

from sealane.web.console.rules import editor, lists, overview, version

__all__ = ["routes"]

routes: list[BaseRoute] = [*lists.routes, *editor.routes, *version.routes, *overview.routes]
