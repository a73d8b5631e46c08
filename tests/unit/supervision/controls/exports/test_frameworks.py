import json

import yaml

from sealane.supervision.controls.catalogue import catalogue
from sealane.supervision.controls.exports.frameworks import ciso_assistant, probo


def test_the_library_is_yaml_with_the_nodes_that_the_loader_asks_for() -> None:
    library = yaml.safe_load(ciso_assistant(catalogue()))
    assert library["urn"] == library["urn"].lower()
    nodes = library["objects"]["framework"]["requirement_nodes"]
    assert len(nodes) == 115 + 29
    assert len({node["urn"] for node in nodes}) == len(nodes)
    parents = {node["urn"] for node in nodes if node["depth"] == 1}
    for node in nodes:
        assert node["urn"] == node["urn"].lower()
        assert node["assessable"] == (node["depth"] == 2)
        assert node["depth"] == 1 or node["parent_urn"] in parents
        assert node["ref_id"]


def test_the_framework_is_json_of_ids_and_names() -> None:
    framework = json.loads(probo(catalogue()))
    assert framework.keys() == {"id", "name", "controls"}
    assert [one["id"] for one in framework["controls"]] == [one.id for one in catalogue()]
