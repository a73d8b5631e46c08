"""The program in the how-to signs a call that a real server takes."""

import json
import re
import subprocess
import sys
from pathlib import Path

from orders import order
from running import Server
from signing import Signing

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "sign-calls.md"


def test_the_program_signs_a_call(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    pair = Signing()
    seed = pair.key.private_bytes_raw().hex()
    with Server(tmp_path / "lane") as server:
        party = {"name": "Lamps", "roles": ["merchant"], "country": "PT", "public_keys": [pair.jwk]}
        assert server.post("/v1/parties", party, server.operator_key).status_code == 201
        command = [sys.executable, "-c", program, server.url, seed, pair.thumbprint]
        done = subprocess.run(
            command, input=json.dumps(order()), capture_output=True, text=True, timeout=60, check=True
        )
    assert done.stdout.startswith("201 receipt=")
