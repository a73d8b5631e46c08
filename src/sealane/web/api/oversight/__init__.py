"""Oversight over HTTP: controls, incidents, rates, market tables and evidence packs."""

from sealane.web.api.oversight import controls, evidence, incidents, market, rates

__all__ = ["ROUTES"]

ROUTES = (*controls.ROUTES, *incidents.ROUTES, *rates.ROUTES, *market.ROUTES, *evidence.ROUTES)
