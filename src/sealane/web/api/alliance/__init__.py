"""The API of the alliance: a custodian's evaluations and keys, and the register of reported tags."""

from sealane.web.api.alliance import custodian, register

__all__ = ["ROUTES"]

ROUTES = (*custodian.ROUTES, *register.ROUTES)
