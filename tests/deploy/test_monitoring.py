"""Alerts and dashboard ask only for what `/metrics` of a running server really gives."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from orders import order
from running import Server

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / "deploy" / "prometheus" / "rules.yaml").read_text(encoding="utf-8"))["groups"]
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
METRIC = re.compile(r"\b(?:sealane|process)_[a-z_0-9]+\b")
SELECTOR = re.compile(r"\b(sealane_[a-z_]+)\{([^}]*)\}")
LABEL = re.compile(r'([a-z]+)(=~?)"([^"]*)"')


def expressions() -> Iterator[str]:
    for rule in RULES[0]["rules"]:
        yield rule["expr"]
    for panel in DASHBOARD["panels"]:
        for target in panel["targets"]:
            yield target["expr"]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[tuple[str, str]]]:
    """The names that a server gives, each with the labels and values seen."""
    with Server(tmp_path_factory.mktemp("monitored") / "lane") as server:
        key = server.party("merchant")["api_key"]
        assert server.post("/v1/orders", order(), key).status_code == 201
        assert server.post("/v1/orders", order(), "sk_wrong").status_code == 401
        text = server.get("/metrics").text
    found: dict[str, set[tuple[str, str]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels.items())
    return found


def test_every_metric_and_label_is_there(given: dict[str, set[tuple[str, str]]]) -> None:
    asked = {name for expression in expressions() for name in METRIC.findall(expression)}
    assert len(asked) > 8
    assert asked <= given.keys()
    for expression in expressions():
        for name, selector in SELECTOR.findall(expression):
            labels = {label for label, _ in given[name]} | {"instance", "job"}
            for label, operator, value in LABEL.findall(selector):
                assert label in labels, expression
                if (label, operator) == ("route", "="):
                    assert (label, value) in given[name], expression


def test_every_code_outcome_and_stage_exists() -> None:
    known = "".join(
        (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8") for page in ("problems.md", "metrics.md")
    )
    for expression in expressions():
        for _, selector in SELECTOR.findall(expression):
            for label, _, value in LABEL.findall(selector):
                if label in {"code", "stage", "outcome"}:
                    assert all(f"`{each}`" in known or f"## {each}" in known for each in value.split("|")), value


def test_every_alert_leads_to_its_page() -> None:
    page = (ROOT / "docs" / "how-to" / "run-in-production.md").read_text(encoding="utf-8")
    headings = {
        "#" + re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in page.splitlines()
        if line.startswith("#")
    }
    alerts: list[dict[str, Any]] = [rule for rule in RULES[0]["rules"] if "alert" in rule]
    assert len(alerts) >= 8
    for alert in alerts:
        assert alert["annotations"]["runbook"] in headings, alert["alert"]
        assert alert["labels"]["severity"] in {"page", "warn"}
        assert alert["annotations"]["summary"]


def test_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
