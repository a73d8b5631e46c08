"""A real server with a real day of orders, and a real Chromium that fails a test on anything that should not happen."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from identities import CLIENT, SECRET, IdentityProvider
from sealane.risk import default_model_file

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
HOSTILE = '<img src=x onerror="document.title=1">\u202egnp.exe </bdi><script>alert(1)</script>'
REFUSED = "the server responded with a status of 4"
WATCH = """document.addEventListener("securitypolicyviolation",
    (event) => console.error("violation:", event.violatedDirective, event.blockedURI))"""


class Server:
    """The server under test: where it answers, the link it printed, and a merchant's key."""

    hostile = HOSTILE

    def __init__(self, url: str, link: str, operator: str) -> None:
        self.url = url
        self.link = link
        self.operator = operator
        self.merchant = ""
        self.merchant_id = ""
        self.orders: list[str] = []
        self.shopper_links: dict[str, str] = {}

    def post(self, path: str, body: Any, key: str) -> Any:
        answer = httpx.post(f"{self.url}{path}", json=body, headers={"authorization": f"Bearer {key}"}, timeout=30)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def new_link(self) -> str:
        return str(self.post("/console/links", None, self.operator)["link"])

    def place(self, reference: str, **changes: Any) -> str:
        body = order_body(reference, **changes)
        answer = self.post("/v1/orders", body, self.merchant)
        order_id = str(answer["order_id"])
        self.orders.append(order_id)
        self.shopper_links[order_id] = str(answer["shopper_link"])
        return order_id

    def report(self, order_id: str, kind: str, at: datetime, **attributes: Any) -> None:
        body = {"id": f"{order_id}-{kind}-{at.isoformat()}", "kind": kind, "occurred_at": at.isoformat(),
                "order": order_id, "attributes": attributes}  # fmt: skip
        self.post("/v1/events", body, self.merchant)


def order_body(reference: str, *, psp: str = "stripe", declared: int = 12990, **changes: Any) -> dict[str, Any]:
    place = {
        "name": "Ana Silva",
        "lines": ["Rua Augusta 10"],
        "city": "Lisboa",
        "postcode": "1100-053",
        "country": "PT",
    }
    return {
        "reference": reference,
        "placed_at": (datetime.now(UTC) - timedelta(minutes=5)).isoformat(),
        "shopper": {"name": "Ana Silva", "email": "ana.canary@example.com", "ip": "203.0.113.9"},
        "payment": {
            "method": "card",
            "amount": {"amount_minor": 12990, "currency": "EUR"},
            "psp": psp,
            "card": {"bin": "457173", "last4": "4242", "brand": "visa", "country": "DK"},
            "avs": "Y",
            "billing_address": place,
        },
        "consignments": [
            {
                "carrier": "dhl-express",
                "shipper": {"name": "Shenzhen Bright Co", "country": "CN"},
                "consignee": place,
                "declared_value": {"amount_minor": declared, "currency": "EUR"},
                "items": [{"sku": "LMP-1", "description": "LED desk lamp", "quantity": 1}],
            }
        ],
    } | changes


@pytest.fixture(scope="session")
def identity_provider() -> Iterator[IdentityProvider]:
    with IdentityProvider() as running:
        yield running


def signing_in_at(provider: IdentityProvider, secret: Path) -> dict[str, str]:
    """Return the environment of a server whose people may sign in at this provider."""
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    return {
        "SEALANE_OIDC_ISSUER": provider.issuer,
        "SEALANE_OIDC_CLIENT": CLIENT,
        "SEALANE_OIDC_SECRET_FILE": str(secret),
        "SEALANE_OIDC_ROLES": "fraud-team=analyst",
    }


@pytest.fixture(scope="session")
def server(identity_provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all files of a worker: tests add to it, and count from what they find."""
    folder = tmp_path_factory.mktemp("browser") / "lane"
    environment = os.environ | signing_in_at(identity_provider, folder.parent / "secret")
    environment |= {"SEALANE_OUTBOUND_LOOPBACK": "true", "SEALANE_GRADING_ALLOW_PRIVATE": "true"}
    environment["SEALANE_CHALLENGER"] = str(default_model_file())
    command = [sys.executable, "-c", "from sealane.cli.root import main; main()"]
    arguments = ["serve", "--data-dir", str(folder), "--port", "0"]
    with subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            yield _filled(process, folder)
        finally:
            process.terminate()
            process.wait(20)


def _filled(process: subprocess.Popen[str], folder: Path) -> Server:
    """Return the server once it has said where it answers and has orders to show."""
    assert process.stdout is not None
    link = next(filter(None, (re.search(r"http\S+/console/signin\?token=\S+", line) for line in process.stdout)))[0]
    url = link.partition("/console")[0]
    httpx.get(f"{url}/healthz", timeout=30).raise_for_status()
    server = Server(url, link, (folder / "admin.key").read_text().strip())
    _fill(server)
    return server


def _fill(server: Server) -> None:
    """Place orders that give every page something to show: hostile text, a mismatch, and a life of eight events."""
    party = {"name": f"Casa {HOSTILE}", "roles": ["merchant"], "country": "PT"}
    added = server.post("/v1/parties", party, server.operator)
    server.merchant, server.merchant_id = added["api_key"], added["party_id"]
    now = datetime.now(UTC)
    for number in range(60):
        learned = (now - timedelta(hours=8 * (60 - number))).isoformat()
        server.place(f"SO-{10_000 + number}", placed_at=learned, observed_at=learned)
    server.place(f"Ref {HOSTILE}", psp="<b>psp</b>", declared=2000)
    first = server.orders[-1]
    for minutes, kind, attributes in (
        (-4, "payment.authorized", {}),
        (-3, "consignment.label_created", {"tracking_number": "JD014600003"}),
        (-3, "payment.captured", {}),
        (-2, "consignment.handed_over", {"location": {"country": "CN"}}),
        (-2, "account.changed", {"field": "phone"}),
        (-1, "consignment.customs_held", {"reason_code": "30"}),
        (-1, "consignment.reroute_requested", {"requested_by": {"channel": "web"}}),
        (0, "consignment.delivered", {"signature": True}),
    ):
        server.report(first, kind, now + timedelta(minutes=minutes), **attributes)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module: while Playwright runs, no other test of this process may start an event loop."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, names)), None)
    if path is None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse("no Chromium found (install the package chromium, or set CHROMIUM_PATH)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def cookies(server: Server, chromium: Browser) -> Any:
    """Sign in by a link; it leaves the address bar at once."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(server.new_link())
    assert page.url == f"{server.url}/console/signin", "the secret leaves the address bar"
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}/console")
    kept = context.cookies()
    context.close()
    return kept


@pytest.fixture
def open_page(server: Server, chromium: Browser, cookies: Any) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody signed in; at the end nothing may have gone wrong in any of them."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def told(page: Page, message: ConsoleMessage) -> None:
        # A page that is itself a refusal is told of as a resource that failed.
        if message.type == "error" and not (REFUSED in message.text and message.location["url"] == page.url):
            faults.append(message.text)

    def watch(page: Page) -> None:
        page.on("console", lambda message: told(page, message))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: request.url.startswith(server.url) or faults.append(request.url))

    def opened(path: str, *, width: int = 1440, height: int = 900, scheme: Any = "light", **options: Any) -> Page:
        signed_in = options.pop("signed_in", True)
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", **options
        )
        contexts.append(context)
        if signed_in:
            context.add_cookies(cookies)
        if options.get("java_script_enabled", True):
            context.add_init_script(WATCH)
        page = context.new_page()
        watch(page)
        page.goto(f"{server.url}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults
