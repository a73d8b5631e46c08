"""Routes of what is told in confidence."""

from sealane.web.api.confidential import suspicions

__all__ = ["ROUTES"]

ROUTES = suspicions.ROUTES
