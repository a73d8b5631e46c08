"""A Kafka broker for tests: the one built into librdkafka, which speaks the protocol over loopback."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, Producer

__all__ = ["broker", "records"]

TOPIC_SECONDS = 20


@contextmanager
def broker() -> Iterator[str]:
    """Run a broker for the length of a `with` block and give its address."""
    owner = Producer({"bootstrap.servers": "unused", "test.mock.num.brokers": 1, "log_level": 2})
    (server,) = owner.list_topics(timeout=TOPIC_SECONDS).brokers.values()
    yield f"{server.host}:{server.port}"
    owner.flush(1)


def records(address: str, topic: str, count: int) -> list[tuple[int, bytes, bytes, dict[str, bytes]]]:
    """Return partition, key, value and headers of the first records of a topic."""
    group = f"tests-{os.urandom(4).hex()}"
    options = {"bootstrap.servers": address, "group.id": group, "auto.offset.reset": "earliest", "log_level": 2}
    consumer = Consumer(options)
    consumer.subscribe([topic])
    found: list[tuple[int, bytes, bytes, dict[str, bytes]]] = []
    while len(found) < count:
        message = consumer.poll(TOPIC_SECONDS)
        assert message is not None, f"only {len(found)} of {count} records came"
        if message.error() is None:
            found.append((message.partition(), message.key(), message.value(), dict(message.headers() or [])))
    consumer.close()
    return found
