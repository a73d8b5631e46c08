"""The declared signals: what the room knows how to say about an order, each declared once, as data.

    from sealane.risk.signals import ALL
    from sealane.risk.signals.reference import reference_markdown

`ALL` is the catalogue; `reference_markdown()` prints it as a page.
"""

from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.history import HISTORY
from sealane.risk.signals.journey import JOURNEY
from sealane.risk.signals.merchant import MERCHANT
from sealane.risk.signals.parcel import PARCEL
from sealane.risk.signals.payer import PAYER
from sealane.risk.signals.velocity import VELOCITY

__all__ = ["ALL"]

ALL = Catalogue((*VELOCITY, *PAYER, *HISTORY, *MERCHANT, *PARCEL, *JOURNEY))
