"""The dishonest side of the world: crews that run the 15 frauds, and the underworld that sends them out.

One file per family of frauds. All crews share their tools' habits (`crew`): devices, connections and cards are used
again until a crew is stopped, and the careful ones look much like honest people.
"""

from sealane.simulator.crime.underworld import Underworld

__all__ = ["Underworld"]
