"""Supervision in the console: incidents with their legal clocks, and what the controls found."""

from starlette.routing import BaseRoute

from sealane.web.console.oversight import controls, incident, incidents

__all__ = ["routes"]

routes: list[BaseRoute] = [*incidents.routes, *incident.routes, *controls.routes]
