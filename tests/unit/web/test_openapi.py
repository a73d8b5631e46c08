import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sealane.model.errors import NotAuthenticated
from sealane.web.api import ROUTES
from sealane.web.openapi import document

REFERENCE = "#/components/schemas/"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return dict(msgspec.json.decode(msgspec.json.encode(document(ROUTES, version="0"))))


def test_the_committed_document_is_the_one_the_table_gives(repository: Path) -> None:
    committed = json.loads((repository / "schemas" / "openapi.json").read_text(encoding="utf-8"))
    fresh = msgspec.json.decode(msgspec.json.encode(document(ROUTES, version=committed["info"]["version"])))
    assert committed == fresh, "run `python tools/openapi.py`"


def test_every_row_is_described_once(described: dict[str, Any]) -> None:
    operations = [(method.upper(), path) for path, methods in described["paths"].items() for method in methods]
    assert len(operations) == len(ROUTES)
    assert {(route.method, route.path.replace(":path", "")) for route in ROUTES} == set(operations)
    ids = [operation["operationId"] for methods in described["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    found = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(described)))
    assert found
    for reference in found:
        assert reference.removeprefix(REFERENCE) in described["components"]["schemas"]


def test_public_routes_need_no_key_and_the_others_say_how_they_refuse(described: dict[str, Any]) -> None:
    for route in ROUTES:
        operation = described["paths"][route.path.replace(":path", "")][route.method.lower()]
        assert (operation.get("security") == []) == (route.roles is None)
        assert ("401" in operation["responses"]) == (route.roles is not None or NotAuthenticated in route.refusals)
        assert ("requestBody" in operation) == (route.request is not None)
        assert {"429", "500"} <= set(operation["responses"])
        assert all(str(status) in operation["responses"] for status in route.answers)


def test_personal_texts_are_texts(described: dict[str, Any]) -> None:
    shopper = described["components"]["schemas"]["Shopper"]
    assert shopper["properties"]["name"]["anyOf"][0] == {"type": "string", "maxLength": 500}
    assert shopper["additionalProperties"] is False


def test_a_query_parameter_is_never_null(described: dict[str, Any]) -> None:
    parameters = described["paths"]["/v1/orders"]["get"]["parameters"]
    assert {parameter["name"] for parameter in parameters} >= {"merchant", "stage", "outcome", "from", "to", "cursor"}
    assert "null" not in json.dumps(parameters)


def test_a_type_nobody_can_describe_is_an_error() -> None:
    class Unknown:
        pass

    row = msgspec.structs.replace(ROUTES[0], request=Unknown)
    with pytest.raises(TypeError):
        document((row,), version="0")
