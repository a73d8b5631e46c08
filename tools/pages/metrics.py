"""The metrics' page, read from a real exposition: a fresh lane, one request, one refusal, one decision."""

from collections.abc import Iterable
from tempfile import TemporaryDirectory

from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from pages.markdown import code, codes, page, table
from sealane.app import Sealane
from sealane.model.decision import STAGES
from sealane.model.errors import NotFound
from sealane.risk.policy import OUTCOMES
from sealane.settings import Settings
from sealane.web.api.health import gauges_of
from sealane.web.metrics import Metrics

__all__ = ["families", "metrics_page"]

_HEAD = """\
# Metrics

`GET /metrics` answers in the Prometheus text format 0.0.4. Counters begin at 0 with the process. Where the system
tells them, the client library's `process_*` metrics (processor time, memory, file descriptors) come with them."""
_LABELS = {
    "route": "as in the [API](api.md), such as `POST /v1/orders`; `others` for everything outside the API",
    "status": "HTTP status of the reply; 499 when the caller went away",
    "code": "a code of the [problems](problems.md)",
    "stage": codes(STAGES),
    "outcome": codes(OUTCOMES),
}


def metrics_page() -> str:
    """Return the page."""
    found = families()
    rows = [(code(_name(one)), one.type, codes(_labels(one)), one.documentation) for one in found]
    labels = dict.fromkeys(label for one in found for label in _labels(one))
    bounds = [s.labels["le"] for one in found for s in one.samples if "le" in s.labels]
    return page(
        _HEAD,
        table(("metric", "type", "labels", "meaning"), rows),
        "## Labels",
        table(("label", "values"), [(code(label), _LABELS[label]) for label in labels]),
        "## Buckets",
        f"Upper bounds of `sealane_web_request_seconds_bucket` in seconds: {', '.join(bounds)}.",
        "## Example",
        f"```promql\n{_QUERY}\n```",
    )


_QUERY = "histogram_quantile(0.99, sum by (le) (rate(sealane_web_request_seconds_bucket[5m])))"


def families() -> list[Metric]:
    """Return Sealane's own metrics, as a scrape finds them."""
    with TemporaryDirectory() as folder, Sealane.open(Settings(data_dir=f"{folder}/lane")) as lane:
        metrics = Metrics(lambda: gauges_of(lane))
        metrics.route("GET /healthz").record(200, 0.001)
        metrics.refused(NotFound.code)
        metrics.decisions.record("checkout", "approve")
        text = metrics.exposition().decode()
    return [one for one in text_string_to_metric_families(text) if one.name.startswith("sealane_")]


def _name(family: Metric) -> str:
    return f"{family.name}_total" if family.type == "counter" else family.name


def _labels(family: Metric) -> Iterable[str]:
    return sorted({label for sample in family.samples for label in sample.labels} - {"le"})
