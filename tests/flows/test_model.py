"""A trained model behind the API: `sealane serve --model`, named in the decision and explained to the last digit."""

import math
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orders import order as order_body
from running import SEALANE, Server
from worlds import small_document, small_model


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("model") / "lane"
    challenger = {"SEALANE_CHALLENGER": str(small_model())}
    server = Server(folder, "--model", str(small_model()), environment=challenger).start()
    yield server
    server.stop()


def test_decisions_name_the_model_and_their_explanation_adds_up(server: Server) -> None:
    shop = server.party("merchant")["api_key"]
    answer = server.post("/v1/orders", order_body(), shop)
    assert answer.status_code == 201, answer.text
    decision = answer.json()["decision"]
    assert decision["model"].startswith(small_document().name)
    told = server.get(f"/v1/decisions/{decision['decision_id']}", shop).json()
    total = told["base"] + math.fsum(each["weight"] for each in told["contributions"])
    assert abs(total - told["log_odds"]) < 1e-9
    assert decision["score"] == pytest.approx(1 / (1 + math.exp(-total)), abs=1e-12)


def test_a_model_that_cannot_be_used_ends_the_start_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"no model")
    command = [SEALANE, "serve", "--data-dir", str(tmp_path / "lane"), "--port", "0", "--model"]
    for named, words in (("model", "no model file"), ("none", "cannot be read")):
        ended = subprocess.run(
            [*command, str(tmp_path / named)], capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 78
        assert words in ended.stderr
