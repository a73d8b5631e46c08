"""The conformance kit against our own inbox, the official packages' receivers, and receivers that are not sound."""

import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import stripe
from standardwebhooks import Webhook, WebhookVerificationError

from running import SEALANE, Server
from sealane.interchange import SOURCES

Check = Callable[[bytes, dict[str, str]], bool]


@contextmanager
def receiver(check: Check) -> Iterator[str]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(204 if check(body, headers) else 400)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    door = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{door.server_port}/hook"
    door.shutdown()
    door.server_close()


def kit(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SEALANE, "conformance", *words], check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("conformance") / "lane") as running:
        yield running


def run(url: str, source: str, secret: Path) -> tuple[int, dict[str, object]]:
    done = kit("run", "--url", url, "--source", source, "--secret-file", str(secret), "--json")
    return done.returncode, json.loads(done.stdout)


@pytest.mark.parametrize("source", ["stripe", "adyen", "paypal", "mojaloop", "trackingmore"])
def test_our_own_inbox_passes(server: Server, tmp_path: Path, source: str) -> None:
    secret = tmp_path / "secret"
    given = kit("secret", "--source", source, "--secret-file", str(secret)).stdout.strip()
    assert secret.stat().st_mode & 0o077 == 0
    key = server.party("merchant")["api_key"]
    opened = server.post("/v1/inbox-endpoints", {"source": source, "secret": given}, key)
    assert opened.status_code == 201, opened.text
    code, summary = run(server.url + opened.json()["path"], source, secret)
    assert (code, summary["failed"]) == (0, 0), summary
    assert (summary["claims"] != 0) == (source in {"adyen", "paypal", "trackingmore"})


def test_the_official_receivers_are_judged(tmp_path: Path) -> None:
    secret = tmp_path / "standard"
    given = kit("secret", "--source", "standard-webhooks", "--secret-file", str(secret)).stdout.strip()

    def by_standard(body: bytes, headers: dict[str, str]) -> bool:
        try:
            Webhook(given).verify(body, headers)
        except (WebhookVerificationError, ValueError, KeyError):
            return False
        return True

    with receiver(by_standard) as url:
        _, summary = run(url, "standard-webhooks", secret)
    results = {each["name"]: each["verdict"] for each in summary["results"]}  # type: ignore[attr-defined] # JSON
    assert all(verdict == "passed" for name, verdict in results.items() if name.startswith("good"))
    assert results["signature altered"] == results["signed a month ago"] == "passed"


def test_a_replay_from_the_future_shows_a_receiver_that_looks_back_only(tmp_path: Path) -> None:
    secret = tmp_path / "stripe"
    given = kit("secret", "--source", "stripe", "--secret-file", str(secret)).stdout.strip()

    def by_stripe(body: bytes, headers: dict[str, str]) -> bool:
        try:
            stripe.WebhookSignature.verify_header(body.decode(), headers.get("stripe-signature", ""), given, 300)
        except (stripe.SignatureVerificationError, ValueError):
            return False
        return True

    with receiver(by_stripe) as url:
        code, summary = run(url, "stripe", secret)
    failed = {each["name"] for each in summary["results"] if each["verdict"] == "failed"}  # type: ignore[attr-defined] # JSON
    assert code == 1
    assert failed == {"signed in the future"}


def test_a_receiver_that_takes_everything_fails_every_forgery(tmp_path: Path) -> None:
    secret = tmp_path / "fedex"
    kit("secret", "--source", "fedex", "--secret-file", str(secret))
    with receiver(lambda _body, _headers: True) as url:
        code, summary = run(url, "fedex", secret)
        listed = kit("run", "--url", url, "--source", "fedex", "--secret-file", str(secret))
    assert code == 1
    for each in summary["results"]:  # type: ignore[attr-defined] # JSON
        assert (each["verdict"] == "failed") == (each["expected"] == "refuse")
    assert "a forged webhook was not refused" in listed.stdout


def test_the_kit_lists_exports_and_says_what_is_missing(tmp_path: Path) -> None:
    listed = json.loads(kit("list", "--json").stdout)["items"]
    assert {each["source"] for each in listed} == set(SOURCES)
    secret, out = tmp_path / "s", tmp_path / "ups.json"
    missing = kit("run", "--url", "http://127.0.0.1:9/", "--source", "ups", "--secret-file", str(secret))
    assert missing.returncode == 1
    assert "sealane conformance secret" in missing.stderr
    kit("secret", "--source", "ups", "--secret-file", str(secret))
    assert kit("secret", "--source", "ups", "--secret-file", str(secret)).returncode == 2
    nobody = kit("run", "--url", "http://127.0.0.1:9/", "--source", "ups", "--secret-file", str(secret))
    assert nobody.returncode == 3
    assert kit("run", "--url", "x", "--source", "strype", "--secret-file", str(secret)).returncode == 2
    assert kit("export", "--source", "ups", "--secret-file", str(secret), "--out", str(out)).returncode == 0
    assert len(json.loads(out.read_text())["vectors"]) > 10
