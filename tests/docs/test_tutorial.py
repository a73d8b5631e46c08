"""The tutorial is run word for word, in an empty folder, on a free port."""

import re
import subprocess
from pathlib import Path

from running import free_port

BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def test_the_tutorial_works_as_written(repository: Path, tmp_path: Path) -> None:
    text = (repository / "docs" / "tutorial" / "first-order.md").read_text(encoding="utf-8")
    script = "\n".join(block.replace("make install", ":") for block in BLOCK.findall(text))
    for name in ("examples", ".venv"):
        (tmp_path / name).symlink_to(repository / name)
    script = "set -eu -m\n" + script.replace("8787", str(free_port()))
    run = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Ana Silva" not in run.stdout
