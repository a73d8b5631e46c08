"""The shelves: one database with a single writer, and the order book that all rooms share.

Verbs: open, run, read. A flow is a plain function of a transaction; many flows share one commit:

    database = Database.open(Path("sealane-data"))
    order = database.run(lambda tx: orderbook.get(tx, order_id))
    with database.reader() as connection:
        newest = orderbook.page(connection, OrderFilter(outcome="review"), limit=50)
"""

from sealane.storage.database import Database, Transaction
from sealane.storage.orderlist import OrderFilter, OrderLine
from sealane.storage.rows.paging import Page

__all__ = ["Database", "OrderFilter", "OrderLine", "Page", "Transaction"]
