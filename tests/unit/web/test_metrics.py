from prometheus_client.parser import text_string_to_metric_families

from sealane.web.metrics import Metrics


def families(metrics: Metrics) -> dict[str, dict[tuple[str, ...], float]]:
    text = metrics.exposition().decode()
    return {
        sample.name + str(sorted(sample.labels.items())): {(): sample.value}
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(metrics: Metrics, name: str, **labels: str) -> float:
    for family in text_string_to_metric_families(metrics.exposition().decode()):
        for sample in family.samples:
            if sample.name == name and sample.labels == labels:
                return float(sample.value)
    raise AssertionError(name)


def test_replies_and_their_times_are_counted() -> None:
    metrics = Metrics(lambda: ())
    meter = metrics.route("GET /x")
    assert metrics.route("GET /x") is meter
    for status, seconds in ((200, 0.0004), (200, 0.003), (404, 20.0)):
        meter.record(status, seconds)
    assert value(metrics, "sealane_web_requests_total", route="GET /x", status="200") == 2
    assert value(metrics, "sealane_web_requests_total", route="GET /x", status="404") == 1
    bucket = "sealane_web_request_seconds_bucket"
    assert value(metrics, bucket, route="GET /x", le="0.0005") == 1
    assert value(metrics, bucket, route="GET /x", le="0.005") == 2
    assert value(metrics, bucket, route="GET /x", le="10.0") == 2
    assert value(metrics, bucket, route="GET /x", le="+Inf") == 3
    assert value(metrics, "sealane_web_request_seconds_count", route="GET /x") == 3
    assert value(metrics, "sealane_web_request_seconds_sum", route="GET /x") == 20.0034


def test_a_quantile_lies_in_its_bucket() -> None:
    meter = Metrics(lambda: ()).route("GET /x")
    assert meter.quantile(0.5) is None
    for seconds in (0.0004, 0.003, 0.004, 20.0):
        meter.record(200, seconds)
    middle = meter.quantile(0.5)
    assert middle is not None
    assert 0.0025 < middle <= 0.005
    assert meter.quantile(1.0) == 10.0


def test_a_time_on_a_bound_is_inside_it() -> None:
    metrics = Metrics(lambda: ())
    metrics.route("GET /x").record(200, 0.005)
    assert value(metrics, "sealane_web_request_seconds_bucket", route="GET /x", le="0.005") == 1


def test_refusals_decisions_and_gauges_are_told() -> None:
    metrics = Metrics(lambda: [("sealane_storage_database_bytes", "Size of the database.", 4096)])
    metrics.refused("invalid-input")
    metrics.decisions.record("checkout", "approve")
    metrics.decisions.record("checkout", "approve")
    assert value(metrics, "sealane_web_refusals_total", code="invalid-input") == 1
    assert value(metrics, "sealane_risk_decisions_total", stage="checkout", outcome="approve") == 2
    assert value(metrics, "sealane_storage_database_bytes") == 4096
    assert value(metrics, "process_cpu_seconds_total") > 0


def test_two_servers_in_one_process_do_not_share_a_registry() -> None:
    first, second = Metrics(lambda: ()), Metrics(lambda: ())
    first.refused("x")
    assert b'code="x"' not in second.exposition()
