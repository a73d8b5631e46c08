"""The running server against its own description: whatever is generated from it, nothing breaks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from running import Server
from sealane.web.api import ROUTES
from sealane.web.openapi import document
from sealane.web.replies import NDJSON


@schemathesis.serializer(NDJSON.decode())
def write_line(_context: Any, value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


description = schemathesis.openapi.from_dict(document(ROUTES, version="0"))

# Some rules no schema can say: a time must be near, an order must exist, a number must be that of a card.
BEYOND = [schemathesis.checks.positive_data_acceptance]

# A batch is answered 200; each wrong line is refused in its own result.
REFUSED_BY_LINE = [schemathesis.checks.negative_data_rejection]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"SEALANE_PUBLIC_RATE_PER_SECOND": "10000", "SEALANE_RATE_BURST": "100000"}
    with Server(tmp_path_factory.mktemp("description") / "lane", environment=limits) as running:
        yield running


@pytest.fixture(scope="module")
def keys(server: Server) -> dict[str, str]:
    everything = ("merchant", "psp", "carrier", "broker", "platform", "authority")
    return {"party": server.party(*everything)["api_key"], "operator": server.operator_key}


@description.parametrize()
@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_whatever_is_sent_the_answer_is_one_that_was_described(case: Any, server: Server, keys: dict[str, str]) -> None:
    who = "operator" if case.operation.path == "/v1/parties" else "party"
    excluded = [*BEYOND, *(REFUSED_BY_LINE if case.operation.path.endswith("/batch") else ())]
    case.call_and_validate(
        base_url=server.url, headers={"Authorization": f"Bearer {keys[who]}"}, excluded_checks=excluded
    )
