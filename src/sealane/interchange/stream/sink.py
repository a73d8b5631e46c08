"""The sink: a Kafka topic behind an idempotent producer that waits for all replicas of the brokers.

Records of one order have one key, so they lie in one partition, in the order in which they were sent.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import msgspec

from sealane.interchange.stream.notice import SCHEMA, Streamed, encode
from sealane.model.errors import DependencyUnavailable, Misconfigured

__all__ = ["Sink", "open_sink"]

PATIENCE_SECONDS = 10


class Sink(Protocol):
    """Where notices are streamed to."""

    topic: str

    def send(self, notices: Sequence[Streamed]) -> None:
        """Send notices and wait until all of them are safe.

        Raises:
            DependencyUnavailable: when one may not have arrived; sending all of them again does no harm.
        """


class _Topic:
    def __init__(self, producer: Any, topic: str) -> None:
        self.topic = topic
        self._producer = producer
        self._failed: list[str] = []

    def send(self, notices: Sequence[Streamed]) -> None:
        self._failed.clear()
        for notice in notices:
            self._producer.produce(
                self.topic,
                key=notice.order_id.encode(),
                value=encode(notice),
                headers={"schema": SCHEMA, "content-type": "application/json"},
                on_delivery=self._note,
            )
            self._producer.poll(0)
        left = self._producer.flush(PATIENCE_SECONDS)
        if left or self._failed:
            self._producer.purge()
            self._producer.flush(PATIENCE_SECONDS)
            why = self._failed[0] if self._failed else "they do not answer"
            raise DependencyUnavailable(f"The brokers of the stream did not take every notice: {why}.")

    def _note(self, error: Any, _: Any) -> None:
        if error is not None:
            self._failed.append(error.name())


def open_sink(setting: str, options_file: str) -> Sink:
    """Return the sink that a setting such as `kafka://one:9092,two:9092/topic` names.

    `options_file` may hold more settings of librdkafka as a JSON object, such as those of SASL and TLS.

    Raises:
        Misconfigured: when the setting or the file is wrong, or the extra is not installed.
    """
    brokers, _, topic = setting.removeprefix("kafka://").partition("/")
    if not setting.startswith("kafka://") or not brokers or not topic:
        raise Misconfigured(
            "The setting `stream` names no topic.", remedy="Write it so: kafka://one.example:9092,two.example:9092/lane"
        )
    options: dict[str, Any] = {
        "bootstrap.servers": brokers,
        "enable.idempotence": True,
        "message.timeout.ms": PATIENCE_SECONDS * 1000,
        "log_level": 2,
    }
    try:
        if options_file:
            options |= msgspec.json.decode(Path(options_file).read_bytes(), type=dict[str, str | int | bool])
        kafka = import_module("confluent_kafka")
    except (OSError, msgspec.DecodeError) as error:
        raise Misconfigured("The file of `stream_options` cannot be read as a JSON object.") from error
    except ModuleNotFoundError as error:
        raise Misconfigured(
            "The setting `stream` needs the extra `kafka`.",
            remedy="Install it: make extra-kafka or pip install 'sealane[kafka]'",
        ) from error
    try:
        return _Topic(kafka.Producer(options), topic)
    except kafka.KafkaException as error:
        raise Misconfigured(f"The stream's settings are refused: {error.args[0].str()}.") from error
