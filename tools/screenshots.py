"""Take the pictures of the documentation: a demo server, a signed-in Chromium, one picture a page, light and dark.

    python tools/screenshots.py [NAME ...]      writes docs/images/NAME.png; all of them without a name

Needs Chromium (`sh tools/need-chromium.sh`). The world of the demo is made up, and always the same.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

__all__ = ["PAGES", "main"]

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
PAGES = {
    "overview": "/console?range=all",
    "review": "/console/review",
    "case": "/console/review/{case}",
    "orders": "/console/orders",
    "order": "/console/orders/{order}",
    "disclosures": "/console/disclosures",
    "rules": "/console/rules",
    "rule-editor": "/console/rules/edit",
    "grades": "/console/grades",
    "interchange": "/console/interchange?show=match",
    "incidents": "/console/incidents",
    "controls": "/console/controls",
    "log": "/console/log",
    "people": "/console/settings",
    "keys": "/console/settings/keys",
    "endpoints": "/console/settings/endpoints",
    "policy": "/console/settings/policy",
    "check": "/check",
    "audit": "/audit?kind=order.decided",
    "entry": "/audit/entries/{entry}/path",
}
"""Each picture with its page; a name in braces stands for the first case, order or entry that the demo has."""

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
FILLING_SECONDS = 20


def main(arguments: list[str]) -> int:
    """Take the pictures; return the exit code."""
    wanted = {name: PAGES[name] for name in arguments} if arguments else PAGES
    with tempfile.TemporaryDirectory() as folder:
        lane = Path(folder) / "lane"
        command = [
            str(Path(sys.executable).parent / "sealane"),
            "serve",
            "--demo",
            "--data-dir",
            str(lane),
            "--port",
            "0",
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                found = (re.search(r"http\S+signin\?token=\S+", line) for line in server.stdout or ())
                link = next(filter(None, found))[0]
                time.sleep(FILLING_SECONDS)
                _take(link, wanted)
            finally:
                server.terminate()
                server.wait(30)
    return 0


def _take(link: str, wanted: dict[str, str]) -> None:
    base = link.partition("/console")[0]
    path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{base}/console")
        _fill(base, {one["name"]: one["value"] for one in context.cookies()})
        named = _named(base, {one["name"]: one["value"] for one in context.cookies()})
        for name, address in wanted.items():
            page.goto(base + address.format(**named))
            page.screenshot(path=IMAGES / f"{name}.png")
            sys.stdout.write(f"docs/images/{name}.png\n")
        browser.close()


def _named(base: str, cookies: dict[str, str]) -> dict[str, str]:
    """Return the ids of what the pictures of single things show."""
    with httpx.Client(base_url=base, cookies=cookies, timeout=60) as client:

        def first(page: str, name: str) -> str:
            return str(client.get(f"/console/{page}").json()["items"][0][name])

        return {
            "case": first("review.json?stage=reroute", "case_id"),
            "order": first("orders.json", "order_id"),
            "entry": first("log.json", "entry_id"),
        }


def _fill(base: str, cookies: dict[str, str]) -> None:
    """Open an incident and run the controls, so that their pages have something to show."""
    with httpx.Client(base_url=base, cookies=cookies, timeout=60) as client:
        token = client.get("/console/incidents").text.partition('name="csrf" value="')[2].partition('"')[0]
        aware = (datetime.now(UTC) - timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
        form = {
            "csrf": token,
            "title": "Export left open on a share",
            "kind": "breach",
            "country": "PT",
            "aware": aware,
        }
        client.post("/console/incidents", data=form)
        client.post("/console/controls/runs", data={"csrf": token})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
