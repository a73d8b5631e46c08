"""The stream: every notice of the outbox to a Kafka topic as well, at least once and for each order in its order.

sink = open_sink("kafka://one:9092,two:9092/sealane", "")
sink.send([Streamed(number=1, kind="order.decided", order_id="ord_1", at=now, body=Raw(b"{}"))])
"""

from sealane.interchange.stream.notice import SCHEMA, Streamed, schema_text
from sealane.interchange.stream.sink import Sink, open_sink

__all__ = ["SCHEMA", "Sink", "Streamed", "open_sink", "schema_text"]
