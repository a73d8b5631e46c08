"""The proving ground: a seeded world of shoppers, shops, carriers and fraudsters, as data or against a live system.

    World(seed=7, orders=60_000).happenings()   # orders and later events, in the order they are learned of
    write_world(World(7, 60_000), folder)       # orders.ndjson, events.ndjson, truth.csv
    Drive(seed=7, now_us=now, backlog=20_000)   # a past and then a present for a running system

Same seed, same bytes. `facts` holds the numbers the world is held to and how they are read; `realm` is the honest side,
`crime` the 15 frauds, `honest` and `fulfilment` the ordinary stories, `desk` the one place where bodies are written.
The world knows nothing of the detector, and the detector may know nothing of the world beyond the wire format.
"""

from sealane.simulator.desk import Happening, Timeline, Truth
from sealane.simulator.drive import Drive
from sealane.simulator.files import Written, write_world
from sealane.simulator.world import World

__all__ = ["Drive", "Happening", "Timeline", "Truth", "World", "Written", "write_world"]
