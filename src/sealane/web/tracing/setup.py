"""Setting up: a tracer that sends to the collector which the settings name, in the background, a batch at a time.

The environment variables of OpenTelemetry tune the rest, such as `OTEL_TRACES_SAMPLER` and `OTEL_RESOURCE_ATTRIBUTES`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from sealane.model.errors import Misconfigured

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

__all__ = ["tracing"]

_SEND_SECONDS = 3.0
"""How long a collector may take; nobody waits for it but the thread that sends."""


@contextmanager
def tracing(collector: str) -> Iterator["Tracer | None"]:
    """Lend a tracer that sends to the collector at this address (OTLP over HTTP); None where the address is empty.

    Raises:
        Misconfigured: when the extra is not installed.
    """
    if not collector:
        yield None
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra, as above
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra, as above
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra, as above
    except ModuleNotFoundError as error:
        raise Misconfigured(
            "Traces need the extra `otel`.",
            remedy="Install it: make extra-otel or pip install 'sealane[otel]', or empty `traces`.",
        ) from error
    resource = Resource.create({"service.name": "sealane", "service.version": version("sealane")})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(f"{collector.rstrip('/')}/v1/traces", timeout=_SEND_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    try:
        yield provider.get_tracer("sealane", version("sealane"))
    finally:
        provider.shutdown()
