"""Two validators of other people read what we write: compliance-trestle and oscal-bindings."""

import json
import re
from typing import Any

import oscal_bindings
import pytest

from oversight import AT, BREAKS, clean
from sealane.supervision.controls.assessment import Assessment, assess
from sealane.supervision.controls.exports.oscal import assessment_results, control_id, full_catalog
from sealane.supervision.controls.facts import Facts

catalogs = pytest.importorskip("trestle.oscal.catalog")
results = pytest.importorskip("trestle.oscal.assessment_results")


def runs() -> list[Assessment]:
    broken = BREAKS["VAMP-M"](BREAKS["GDPR-5.1b"](clean()))
    return [assess(clean(), AT), assess(broken, AT), assess(Facts(roles=("merchant",)), AT)]


def written(run: Assessment) -> dict[str, Any]:
    return assessment_results(run, "run_01kan6k3zw8t5q1r9v0m2c4d7e", "ent_01kan6k3zw8t5q1r9v0m2c4d7e", AT)


def test_the_catalog_is_valid_in_both() -> None:
    document = full_catalog(AT)
    catalogs.Catalog(**document["catalog"])
    oscal_bindings.CatalogDocument.model_validate(document)
    assert sum(len(group["controls"]) for group in document["catalog"]["groups"]) == 115


@pytest.mark.parametrize("number", range(3))
def test_assessment_results_are_valid_in_both(number: int) -> None:
    document = json.loads(json.dumps(written(runs()[number])))
    results.AssessmentResults(**document["assessment-results"])
    oscal_bindings.AssessmentResultsDocument.model_validate(document)


def test_a_verdict_is_a_finding_and_a_failure_is_a_risk_with_a_deadline() -> None:
    [result] = written(runs()[1])["assessment-results"]["results"]
    states = {one["title"]: one["target"]["status"]["state"] for one in result["findings"]}
    assert (states["GDPR-5.1b"], states["PCI-3.7"]) == ("not-satisfied", "satisfied")
    assert {one["title"] for one in result["risks"]} == {"GDPR-5.1b", "VAMP-M"}
    assert next(one for one in result["risks"] if one["title"] == "VAMP-M")["deadline"].startswith("2026-12-20")
    entries = [prop for one in result["observations"] for prop in one["props"] if prop["name"] == "log-entry"]
    assert {"ent_d1", "ent_d2"} <= {prop["value"] for prop in entries}


def test_the_same_run_gives_the_same_document() -> None:
    assert written(runs()[0]) == written(runs()[0])


def test_ids_are_tokens() -> None:
    assert control_id("PCI-3.2.1") == "pci-3.2.1"
    for one in runs()[0].results:
        assert re.fullmatch(r"[a-z_][a-z0-9.\-_]*", control_id(one.control_id))
