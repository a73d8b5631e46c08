"""The controls as two self-hosted tools read them: a CISO Assistant library (YAML) and a Probo framework (JSON)."""

import json
import re
from collections.abc import Iterable
from typing import Any

from sealane.supervision.controls.catalogue import Control

__all__ = ["ciso_assistant", "probo"]

_URN = "urn:sealane:risk"
_COPYRIGHT = "Own words; ids and articles name the sources."


def ciso_assistant(controls: Iterable[Control]) -> str:
    """Return the library as YAML: a node for each source, below it an assessable node for each control."""
    nodes: list[dict[str, Any]] = []
    seen: set[str] = set()
    for one in controls:
        source = f"{_URN}:req_node:sealane:source-{_slug(one.source)}"
        if source not in seen:
            seen.add(source)
            nodes.append(
                {"urn": source, "assessable": False, "depth": 1, "ref_id": _slug(one.source), "name": one.source}
            )
        nodes.append(
            {
                "urn": f"{_URN}:req_node:sealane:{_slug(one.id)}",
                "assessable": True,
                "depth": 2,
                "parent_urn": source,
                "ref_id": one.id,
                "name": one.duty,
                "description": f"{one.duty}. {one.source}, {one.article}. Binds: {', '.join(one.binds)}.",
            }
        )
    head = {
        "urn": f"{_URN}:library:sealane",
        "locale": "en",
        "ref_id": "sealane",
        "name": "Sealane controls",
        "description": "Payment and parcel duties, each with an executable check.",
        "copyright": _COPYRIGHT,
        "version": 1,
        "provider": "Sealane",
        "packager": "sealane",
    }
    framework = {
        "urn": f"{_URN}:framework:sealane",
        "ref_id": "sealane",
        "name": "Sealane controls",
        "description": head["description"],
    }
    lines = [f"{name}: {_scalar(value)}" for name, value in head.items()]
    lines += ["objects:", "  framework:"]
    lines += [f"    {name}: {_scalar(value)}" for name, value in framework.items()]
    lines.append("    requirement_nodes:")
    for node in nodes:
        lines += [
            f"    {'- ' if number == 0 else '  '}{name}: {_scalar(value)}"
            for number, (name, value) in enumerate(node.items())
        ]
    return "\n".join(lines) + "\n"


def probo(controls: Iterable[Control]) -> str:
    """Return the framework as JSON: `{"id", "name", "controls": [{"id", "name"}]}`."""
    listed = [{"id": one.id, "name": one.duty} for one in controls]
    return (
        json.dumps({"id": "SEALANE", "name": "Sealane controls", "controls": listed}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _scalar(value: Any) -> str:
    """Return a YAML scalar; JSON's texts are YAML's double-quoted ones (YAML 1.2 section 7.3.1)."""
    return json.dumps(value, ensure_ascii=False)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-")
