"""The API of trust: signed notices, and the page of keys they are checked with."""

from sealane.web.api.trust import grades, keys, notices, pages

__all__ = ["ROUTES"]

ROUTES = (*notices.ROUTES, *keys.ROUTES, *grades.ROUTES, *pages.ROUTES)
