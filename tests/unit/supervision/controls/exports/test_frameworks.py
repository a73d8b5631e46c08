"""The exports as the two tools take them in: their loaders' own rules, written down from their published sources.

CISO Assistant: the library store and the framework importer of intuitem/ciso-assistant-community (required fields, form
of a URN, lengths of columns, one root object for a framework). Probo: the import of frameworks of getprobo/probo
(framework and controls with id and name), and the frameworks that it ships.
"""

import json
import re
from typing import Any

import pytest
import yaml

from sealane.supervision.controls.catalogue import catalogue
from sealane.supervision.controls.exports.frameworks import ciso_assistant, probo

_PART = r"[a-zA-Z0-9_-]+"
URN = re.compile(rf"urn:{_PART}:{_PART}:{_PART}(?::{_PART})?:[0-9A-Za-z\[\]()\-._:]+")
LIBRARY_NEEDS = {"urn", "name", "version", "objects", "ref_id"}
FRAMEWORK_NEEDS = {"urn", "ref_id", "requirement_nodes"}
OBJECTS = {"framework", "frameworks", "threats", "reference_controls", "risk_matrix", "risk_matrices"}
NODE_KNOWS = {
    "urn", "assessable", "depth", "parent_urn", "ref_id", "name", "description", "annotation", "typical_evidence",
    "implementation_groups", "weight", "questions", "threats", "reference_controls", "translations",
}  # fmt: skip
LONGEST = {"urn": 255, "ref_id": 100, "name": 200, "provider": 200, "packager": 100, "locale": 100, "copyright": 4096}


def take_in(text: str) -> list[dict[str, Any]]:
    """Take a library in as CISO Assistant does; return its nodes, refusing what its loader or database refuse."""
    library = yaml.safe_load(text.encode())
    assert isinstance(library, dict)
    _check_object(library, LIBRARY_NEEDS)
    assert int(library["version"]) >= 1
    assert set(library["objects"]) <= OBJECTS
    framework = library["objects"]["framework"]
    assert "frameworks" not in library["objects"]
    assert 0 <= framework.get("min_score", 0) < framework.get("max_score", 100)
    _check_object(framework, FRAMEWORK_NEEDS)
    nodes: list[dict[str, Any]] = framework["requirement_nodes"]
    assert nodes
    above: set[str] = set()
    for node in nodes:
        _check_object(node, {"urn"})
        assert set(node) <= NODE_KNOWS
        assert node["urn"] not in above
        assert isinstance(node["assessable"], bool)
        assert node["depth"] == 1 if "parent_urn" not in node else node["parent_urn"] in above
        above.add(node["urn"])
    return nodes


def _check_object(found: dict[str, Any], needed: set[str]) -> None:
    assert found.keys() >= needed, needed - found.keys()
    assert URN.fullmatch(found["urn"])
    # The loader lowers each URN before it stores it, and a reference in capitals would point at nothing.
    assert found["urn"] == found["urn"].lower()
    for name, most in LONGEST.items():
        assert len(str(found.get(name) or "x")) <= most
    assert all(isinstance(found[name], str) for name in ("urn", "ref_id", "name", "description") if name in found)


def test_the_library_passes_the_rules_of_its_loader() -> None:
    nodes = take_in(ciso_assistant(catalogue()))
    assert len(nodes) == 115 + 29
    assert [node["ref_id"] for node in nodes if node["assessable"]] == [one.id for one in catalogue()]
    assert {node["depth"] for node in nodes} == {1, 2}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('urn: "urn:sealane:risk:library:sealane"', 'urn: "sealane"'),
        ('\nref_id: "sealane"', ""),
        ("version: 1", 'version: "one"'),
        ("requirement_nodes:", "requirements:"),
        ("urn:sealane:risk:req_node:sealane:pci-3.2.1", "urn:sealane:risk:req_node:sealane:PCI 3.2.1"),
        ("assessable: true", "is_assessable: true"),
    ],
)
def test_the_rules_refuse_what_the_loader_refuses(right: str, wrong: str) -> None:
    text = ciso_assistant(catalogue())
    assert right in text
    with pytest.raises((AssertionError, KeyError, ValueError)):
        take_in(text.replace(right, wrong))


def test_the_framework_is_what_probo_imports() -> None:
    framework = json.loads(probo(catalogue()))
    assert framework.keys() == {"id", "name", "controls"}
    assert [one["id"] for one in framework["controls"]] == [one.id for one in catalogue()]
    # A control's id is its key within the framework, and neither text may be empty.
    assert len({one["id"] for one in framework["controls"]}) == 115
    for one in (framework, *framework["controls"]):
        assert all(isinstance(one[name], str) and one[name].strip() for name in ("id", "name"))
    assert all(one.keys() <= {"id", "name", "description", "best_practice"} for one in framework["controls"])
