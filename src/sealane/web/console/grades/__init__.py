"""Grades in the console: every merchant with the letter and what stands behind it."""

from starlette.routing import BaseRoute

from sealane.web.console.grades import merchant, merchants

__all__ = ["routes"]

routes: list[BaseRoute] = [*merchants.routes, *merchant.routes]
