"""Sharing: what several servers of one installation agree on, whatever database they share.

turns   each batch waits for its turn and takes in what the others committed
lead    one server at a time does what only one may do
"""

from sealane.storage.sharing.lead import ALONE, Lead
from sealane.storage.sharing.turns import Turns

__all__ = ["ALONE", "Lead", "Turns"]
