"""A merchant's and a carrier's installation exchange one message: signed, minimised, receipted, and on both logs."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any

SEALANE = str(Path(sys.executable).parent / "sealane")
WAIT_SECONDS = 60


class Installation:
    """One `sealane serve` in a process of its own, on a free port of this machine."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        folder.mkdir()
        command = [SEALANE, "serve", "--data-dir", str(folder), "--port", "0"]
        environment = {**os.environ, "SEALANE_OUTBOUND_LOOPBACK": "true"}
        with (folder / "output").open("wb") as sink:
            process = subprocess.Popen(command, stdout=sink, stderr=sink, env=environment)
        stack.callback(process.wait, WAIT_SECONDS)
        stack.callback(process.terminate)
        note = folder / "server.json"
        while not note.exists():
            if process.poll() is not None:
                sys.exit((folder / "output").read_text(encoding="utf-8"))
            time.sleep(0.1)
        self.url = str(json.loads(note.read_text(encoding="utf-8"))["url"])
        self.operator = (folder / "admin.key").read_text(encoding="ascii").strip()

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """Call the API, as the operator unless a key is given; None for what is not there yet."""
        head = {"Authorization": f"Bearer {key or self.operator}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, head, method=method)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            if refusal.code == HTTPStatus.NOT_FOUND:
                return None
            sys.exit(refusal.read().decode())

    def wait(self, path: str) -> Any:
        """Ask until there is an answer."""
        until = time.monotonic() + WAIT_SECONDS
        while (found := self.ask("GET", path)) is None:
            if time.monotonic() > until:
                sys.exit(f"{self.folder.name} has no {path} after {WAIT_SECONDS} s.")
            time.sleep(0.1)
        return found

    def verify(self, entry: str, what: str) -> None:
        """Prove an entry and verify the proof with the published key alone."""
        bundle = self.folder / f"{entry}.json"
        bundle.write_text(json.dumps(self.wait(f"/v1/log/entries/{entry}/proof")), encoding="utf-8")
        command = [SEALANE, "log", "verify", str(bundle), "--key", str(self.folder / "log" / "log.vkey")]
        verdict = subprocess.run(command, check=False, capture_output=True, text=True)
        if verdict.returncode != 0:
            sys.exit(f"The {self.folder.name}'s proof does not hold: {verdict.stderr}")
        print(f"  {self.folder.name:9} {entry}  {what}: proof verified offline")


def main() -> None:
    """Introduce the two to each other, send one message, and check what both have of it."""
    root = Path(tempfile.mkdtemp(prefix="sealane-exchange-"))
    with ExitStack() as stack:
        merchant, carrier = (Installation(root / name, stack) for name in ("merchant", "carrier"))
        print(f"Two installations: the merchant's at {merchant.url}, the carrier's at {carrier.url}.")
        peer = merchant.ask("POST", "/v1/peers", peer_of(carrier, "carrier"))
        carrier.ask("POST", "/v1/peers", peer_of(merchant, "merchant"))
        print(f"Each read the other's /.well-known/sealane-exchange; the carrier signs with {peer['key_ids'][0]}.")

        shop = merchant.ask("POST", "/v1/parties", {"name": "Lamps", "roles": ["merchant"], "country": "PT"})
        placed = merchant.ask("POST", "/v1/orders", ORDER, shop["api_key"])
        print(f"The merchant took order {placed['order_id']}: {placed['decision']['outcome']}.")
        sent = merchant.ask("POST", "/v1/messages", message_to(peer, placed), shop["api_key"])
        print(f"Message {sent['message_id']} left with {', '.join(sent['fields'])}.")
        print(f"The last mile does not need {', '.join(sent['stripped'])}, so that stayed at home.")

        receipt = merchant.wait(f"/v1/messages/{sent['message_id']}/receipt")
        (line,) = carrier.ask("GET", "/v1/peer-messages")["items"]
        read = carrier.ask("GET", f"/v1/peer-messages/{line['message_id']}")
        print(f"The carrier took it as {line['message_id']}: {json.dumps(read['fields'])}.")
        print("Its signed receipt is bound to the merchant's signature and names the carrier's log entry.\n")
        merchant.verify(sent["log_entry"], "message sent")
        carrier.verify(line["log_entry"], "message received")
        merchant.verify(receipt["log_entry"], "receipt of the carrier")
        print(f"\nEverything is in {root}")


def peer_of(other: Installation, role: str) -> dict[str, Any]:
    """Return how an installation is introduced."""
    return {"url": other.url, "name": f"The {role}", "roles": [role], "country": "PT"}


def message_to(peer: Any, placed: Any) -> dict[str, Any]:
    """Return delivery instructions with one field too many."""
    return {
        "to": peer["party_id"],
        "order": placed["order_id"],
        "leg": "last-mile",
        "purpose": "deliver",
        "kind": "consignment.instructions",
        "fields": {
            "name": "Ana Silva",
            "street": "Rua Augusta 10",
            "postcode": "1100-053",
            "instructions": "Ring twice.",
            "email": "ana@example.com",
        },
    }


_HOME = {"name": "Ana Silva", "lines": ["Rua Augusta 10"], "city": "Lisboa", "postcode": "1100-053", "country": "PT"}
ORDER = {
    "reference": "SO-10023",
    "placed_at": "2026-11-22T09:30:00Z",
    "shopper": {"account": "a-77", "name": "Ana Silva", "email": "ana@example.com"},
    "payment": {"method": "card", "amount": {"amount_minor": 12990, "currency": "EUR"}, "billing_address": _HOME},
    "consignments": [{"carrier": "dhl-express", "consignee": _HOME, "weight_grams": 800}],
}


if __name__ == "__main__":
    main()
