"""The API of trust: signed notices, and the page of keys they are checked with."""

from sealane.web.api.trust import keys, notices

__all__ = ["ROUTES"]

ROUTES = (*notices.ROUTES, *keys.ROUTES)
