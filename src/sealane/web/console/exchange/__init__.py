"""The interchange in the console: what came, what went, what did not match, what was not let through."""

from sealane.web.console.exchange.interchange import routes

__all__ = ["routes"]
