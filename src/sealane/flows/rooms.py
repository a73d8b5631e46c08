"""The rooms a flow may enter, wired once by the composition root."""

from dataclasses import dataclass

from sealane.alliance import Alliance
from sealane.disclosure import Disclosure
from sealane.grading import Grading
from sealane.interchange import Interchange
from sealane.keys.blinding import Blinder
from sealane.keys.ring import KeyRing
from sealane.risk import Risk
from sealane.shield import Shield
from sealane.storage.database import Database
from sealane.storage.sharing import ALONE, Lead
from sealane.supervision import Log
from sealane.vault import Vault

__all__ = ["Rooms"]


@dataclass(frozen=True, slots=True)
class Rooms:
    """One open installation: the shelves and the rooms on them."""

    database: Database
    vault: Vault
    risk: Risk
    log: Log
    disclosure: Disclosure
    shield: Shield
    alliance: Alliance
    grading: Grading
    interchange: Interchange
    ring: KeyRing
    requests: Blinder
    """Stands for the bodies of requests, so that a stored answer does not confirm guesses of what was sent."""
    lead: Lead = ALONE
    """Whether this server does what only one of several servers may do at a time."""
