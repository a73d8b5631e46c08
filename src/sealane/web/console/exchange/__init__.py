"""The interchange in the console: what came, what went, what did not match, and the endpoints that hear of it."""

from sealane.web.console.exchange import endpoints, interchange

__all__ = ["routes"]

routes = [*interchange.routes, *endpoints.routes]
