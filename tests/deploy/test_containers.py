"""Image, compose and Helm files: they read well, fit together, and keep the walls up."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from sealane.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
CHART = DEPLOY / "helm" / "sealane"
HELM = shutil.which("helm") or shutil.which("helm", path=str(Path(sys.executable).parent))
SETTING = re.compile(r"SEALANE_[A-Z0-9_]+")
KNOWN = {f"SEALANE_{name.upper()}" for name in Settings.__struct_fields__} | {"SEALANE_CONFIG", "SEALANE_DEBUG"}


def test_every_setting_exists() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.rglob("*") if path.is_file()]
    assert {name for text in texts for name in SETTING.findall(text)} - {"SEALANE_"} <= KNOWN


def test_the_image_runs_without_rights_and_without_an_installer() -> None:
    text = (DEPLOY / "oci" / "Containerfile").read_text(encoding="utf-8")
    last = text[text.rindex("\nFROM ") :]
    assert "\nUSER 10001:10001\n" in last
    assert "uv sync" not in last
    assert text.count("\nFROM ") == 2
    assert "--frozen" in text
    assert "STOPSIGNAL SIGTERM" in last


def test_compose_fits_together() -> None:
    folder = DEPLOY / "compose"
    made = yaml.safe_load((folder / "compose.yaml").read_text(encoding="utf-8"))
    for name, service in made["services"].items():
        assert "no-new-privileges:true" in service["security_opt"], name
        assert set(service.get("depends_on", ())) <= made["services"].keys()
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert (folder / source).exists() if source.startswith(".") else source in made["volumes"], source
        if name != "postgres":
            assert service["read_only"] is True
            assert service["cap_drop"] == ["ALL"]
    assert made["networks"]["inside"]["internal"] is True
    assert made["services"]["sealane"]["ports"] == ["127.0.0.1:8787:8787"]
    assert "lane_migrations" not in json.dumps(made["services"]["sealane"])


def test_the_chart_names_only_values_that_exist() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    for path in (CHART / "templates").iterdir():
        for name in re.findall(r"\.Values((?:\.[A-Za-z]+)+)", path.read_text(encoding="utf-8")):
            place: Any = values
            for part in name.strip(".").split("."):
                assert part in place, f"{path.name}: {name}"
                place = place[part]
    schema = msgspec.json.decode((CHART / "values.schema.json").read_bytes())
    assert values.keys() <= schema["properties"].keys()


def test_the_chart_keeps_the_walls_up_unrendered() -> None:
    text = (CHART / "templates" / "statefulset.yaml").read_text(encoding="utf-8")
    for wall in ("runAsNonRoot: true", "readOnlyRootFilesystem: true", "allowPrivilegeEscalation: false",
                 "type: RuntimeDefault", "drop: [ALL]", "automountServiceAccountToken: false"):  # fmt: skip
        assert wall in text


@pytest.mark.skipif(HELM is None, reason="helm is not installed; the tests above read its files unrendered")
@pytest.mark.parametrize(
    "flags",
    [
        (),
        ("--set", "serviceMonitor.enabled=true", "--set", "networkPolicy.enabled=false"),
        ("--set", "database=postgresql://lane_server@db/sealane", "--set", "secret.databasePassword=password"),
        ("--set", "networkPolicy.from.app=gate", "--set", "storage.className=fast"),
        (
            *("--set", "servers=3", "--set", "secret.operatorKey=operator-key"),
            *("--set", "database=postgresql://u@db/sealane", "--set", "keysDatabase=postgresql://u@db/keys"),
        ),
        ("--set", "settings.SEALANE_PUBLIC_URL=https://lane.example"),
    ],
)
def test_helm_renders_what_kubernetes_reads(flags: tuple[str, ...]) -> None:
    linted = subprocess.run([str(HELM), "lint", "--strict", str(CHART), *flags], capture_output=True, check=False)
    assert linted.returncode == 0, linted.stdout
    command = [str(HELM), "template", "lane", str(CHART), "--kube-version", "1.30.0", *flags]
    rendered = subprocess.run(command, capture_output=True, text=True, check=False)
    assert rendered.returncode == 0, rendered.stderr
    documents = [each for each in yaml.safe_load_all(rendered.stdout) if each]
    kinds = {each["kind"] for each in documents}
    assert {"StatefulSet", "Service"} <= kinds
    (pod,) = [each["spec"]["template"]["spec"] for each in documents if each["kind"] == "StatefulSet"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert all(isinstance(each.get("value", ""), str) for each in container["env"])


@pytest.mark.skipif(HELM is None, reason="helm is not installed; the tests above read its files unrendered")
@pytest.mark.parametrize("flag", ["databse=x", "database=postgresql://user:hush@db/x", "service.port=0", "servers=2"])
def test_helm_refuses_values_that_are_wrong(flag: str) -> None:
    command = [str(HELM), "template", "lane", str(CHART), "--kube-version", "1.30.0", "--set", flag]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0
