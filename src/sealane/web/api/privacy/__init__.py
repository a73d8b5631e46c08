"""Privacy: grants and waybills, erasure, keys, the card proxy, and what is told about a shopper."""

from sealane.web.api.privacy import erasure, grants, keys, proxy, subjects, waybills

__all__ = ["ROUTES"]

ROUTES = (
    *grants.ROUTES,
    *subjects.ROUTES,
    *erasure.ROUTES,
    *waybills.ROUTES,
    *keys.ROUTES,
    *proxy.ROUTES,
)
