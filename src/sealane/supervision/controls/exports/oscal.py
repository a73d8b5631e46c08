"""The controls and a run as OSCAL 1.2 JSON: a catalog, and assessment results.

A check is an observation (method TEST), its verdict a finding whose target is satisfied or not, and a failed control
also a risk. Evidence is named by properties in our namespace: the id of the log entry. Ids are UUIDs of version 5, so
the same run always gives the same document. Plain dictionaries, written for the published schema.
"""

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sealane.model.clock import from_micros
from sealane.supervision.controls.assessment import Assessment, Result
from sealane.supervision.controls.catalogue import Control, catalogue, control

__all__ = ["NAMESPACE", "assessment_results", "control_id", "full_catalog", "oscal_catalog"]

NAMESPACE = "https://sealane.dev/ns/oscal"
_VERSION = "1.2.1"


def oscal_catalog(controls: Iterable[Control], at_us: int) -> dict[str, Any]:
    """Return the catalog: a group for each source, a control for each duty."""
    by_source: dict[str, list[Control]] = {}
    for one in controls:
        by_source.setdefault(one.source, []).append(one)
    return {
        "catalog": {
            "uuid": _uuid("catalog", str(at_us)),
            "metadata": _metadata("Sealane controls", at_us),
            "groups": [
                {"id": f"g-{number}", "title": source, "controls": [_control(one) for one in group]}
                for number, (source, group) in enumerate(by_source.items(), 1)
            ],
        }
    }


def assessment_results(run: Assessment, run_id: str, entry_id: str, ran_us: int) -> dict[str, Any]:
    """Return one run as assessment results."""
    judged = [result for result in run.results if result.finding.verdict != "not_applicable"]
    risks = [_risk(run_id, result, ran_us) for result in judged if result.finding.verdict == "fail"]
    result: dict[str, Any] = {
        "uuid": _uuid(run_id, "result"),
        "title": f"Controls as of {_time(run.at_us)}",
        "description": "One check a control, each a pure function over the facts of this installation.",
        "start": _time(run.at_us),
        "end": _time(max(run.at_us, ran_us)),
        "props": [_prop("run-id", run_id), _prop("log-entry", entry_id)],
        "reviewed-controls": {"control-selections": [{"include-controls": [_include(one) for one in run.results]}]},
        "observations": [_observation(run_id, one, run.at_us) for one in run.results],
        "findings": [_finding(run_id, one) for one in judged],
    }
    if risks:
        result["risks"] = risks
    return {
        "assessment-results": {
            "uuid": _uuid(run_id, "document"),
            "metadata": _metadata("Sealane control run", ran_us),
            "import-ap": {"href": f"urn:uuid:{_uuid('plan')}"},
            "results": [result],
        }
    }


def control_id(name: str) -> str:
    """Return a control's id as an OSCAL token: `PCI-3.2.1` is `pci-3.2.1`."""
    return name.lower()


def _control(one: Control) -> dict[str, Any]:
    props = [_prop("article", one.article), _prop("kind", one.kind), *(_prop("binds", role) for role in one.binds)]
    return {
        "id": control_id(one.id),
        "title": one.id,
        "props": props,
        "parts": [{"id": f"{control_id(one.id)}_smt", "name": "statement", "prose": one.duty}],
    }


def _include(one: Result) -> dict[str, str]:
    return {"control-id": control_id(one.control_id)}


def _observation(run_id: str, one: Result, at_us: int) -> dict[str, Any]:
    finding = one.finding
    props = [_prop("verdict", finding.verdict), _prop("examined", str(finding.examined))]
    props += [_prop("log-entry", entry) for entry in finding.entries]
    return {
        "uuid": _uuid(run_id, "observation", one.control_id),
        "title": one.control_id,
        "description": finding.detail,
        "props": props,
        "methods": ["TEST"],
        "collected": _time(at_us),
    }


def _finding(run_id: str, one: Result) -> dict[str, Any]:
    is_met = one.finding.verdict == "pass"
    status: dict[str, str] = {"state": "satisfied" if is_met else "not-satisfied"}
    if one.finding.verdict == "not_measurable":
        status["reason"] = "other"
        status["remarks"] = f"Not measurable: {', '.join(one.finding.missing) or one.finding.detail}"
    else:
        status["reason"] = "pass" if is_met else "fail"
    found: dict[str, Any] = {
        "uuid": _uuid(run_id, "finding", one.control_id),
        "title": one.control_id,
        "description": one.finding.detail,
        "target": {"type": "objective-id", "target-id": control_id(one.control_id), "status": status},
        "related-observations": [{"observation-uuid": _uuid(run_id, "observation", one.control_id)}],
    }
    if one.finding.verdict == "fail":
        found["related-risks"] = [{"risk-uuid": _uuid(run_id, "risk", one.control_id)}]
    return found


def _risk(run_id: str, one: Result, at_us: int) -> dict[str, Any]:
    duty = control(one.control_id)
    risk: dict[str, Any] = {
        "uuid": _uuid(run_id, "risk", one.control_id),
        "title": one.control_id,
        "description": one.finding.detail,
        "statement": duty.duty,
        "status": "open",
    }
    if duty.hours is not None:
        risk["deadline"] = _time(at_us + duty.hours * 3_600_000_000)
    return risk


def _metadata(title: str, at_us: int) -> dict[str, Any]:
    return {"title": title, "last-modified": _time(at_us), "version": "1", "oscal-version": _VERSION}


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NAMESPACE, "value": value}


def _time(micros: int) -> str:
    return from_micros(micros).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _uuid(*parts: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join((NAMESPACE, *parts))))


def full_catalog(at_us: int) -> dict[str, Any]:
    """Return the catalog of all controls of this release."""
    return oscal_catalog(catalogue(), at_us)
