"""httpwg/structured-field-tests: all 2,135 cases, parsed and written."""

import base64
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sealane.interchange.signatures.fields import (
    Date,
    DisplayText,
    FieldSyntaxError,
    Token,
    parse_dictionary,
    parse_item,
    parse_list,
)
from sealane.interchange.signatures.writing import write_dictionary, write_item, write_list

PARSE = {"item": parse_item, "list": parse_list, "dictionary": parse_dictionary}
WRITE = {"item": write_item, "list": write_list, "dictionary": write_dictionary}
KINDS = {
    "token": Token,
    "date": Date,
    "displaystring": DisplayText,
    "binary": base64.b32decode,
}


def cases(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*.json")):
        yield from json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def bare(value: Any) -> Any:
    return KINDS[value["__type"]](value["value"]) if isinstance(value, dict) else value


def item(value: Any) -> Any:
    inner, parameters = value
    told = {key: bare(each) for key, each in parameters}
    return ([item(each) for each in inner] if isinstance(inner, list) else bare(inner), told)


def record(kind: str, expected: Any) -> Any:
    if kind == "item":
        return item(expected)
    if kind == "list":
        return [item(each) for each in expected]
    return {key: item(each) for key, each in expected}


def typed(value: Any) -> Any:
    """Tell 1, 1.0, true, a token and a string apart, which Python calls equal."""
    if isinstance(value, dict):
        return [(key, typed(each)) for key, each in value.items()]
    if isinstance(value, list | tuple):
        return [typed(each) for each in value]
    return type(value).__name__, value


def test_every_case(shared_data: Path) -> None:
    counted = 0
    for case in cases(shared_data / "vectors" / "structured-field-tests"):
        counted += 1
        kind, name = case["header_type"], case["name"]
        if "raw" in case:
            text = ", ".join(case["raw"])
            if case.get("must_fail"):
                with pytest.raises(FieldSyntaxError):
                    PARSE[kind](text)
                continue
            try:
                read = PARSE[kind](text)
            except FieldSyntaxError:
                assert case.get("can_fail"), name
                continue
            assert typed(read) == typed(record(kind, case["expected"])), name
            expected = case.get("canonical", case["raw"])
        else:
            read = record(kind, case["expected"])
            if case.get("must_fail"):
                with pytest.raises(FieldSyntaxError):
                    WRITE[kind](read)
                continue
            expected = case.get("canonical")
        if expected is not None:
            assert WRITE[kind](read) == ", ".join(expected), name
    assert counted == 2135
