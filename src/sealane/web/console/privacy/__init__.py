"""Privacy in the console: who may look, who looked, and who was refused."""

from sealane.web.console.privacy.disclosures import routes

__all__ = ["routes"]
