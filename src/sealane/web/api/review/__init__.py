"""Review: cases, rule sets, lists and snoozes over the API."""

from sealane.web.api.review import acting, actions, cases, lists, rulesets

__all__ = ["ROUTES", "acting"]

ROUTES = (*cases.ROUTES, *actions.ROUTES, *rulesets.ROUTES, *lists.ROUTES)
