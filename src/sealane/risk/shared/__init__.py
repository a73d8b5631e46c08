"""Signals shared by several servers: the cells of all keys in Valkey or Redis Cluster, behind what `memory` offers.

`cells.lua` holds what runs there: one function adds a fact to one key's cell, another reads a stage's windows from it.
`library` fills in the declarations, `members` says what a fact adds, `reading` asks and puts the values in order, and
`cells` and `cluster` speak to the shards. `pending` holds what may not be there yet, `memory` is the room's door, and
`mending` brings back what a lost shard held.
"""

from sealane.risk.shared.cluster import addresses_of
from sealane.risk.shared.memory import SharedMemory

__all__ = ["SharedMemory", "addresses_of"]
