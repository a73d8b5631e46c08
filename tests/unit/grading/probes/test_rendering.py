import os
import shutil
from pathlib import Path

import pytest

from sealane.grading.probes.line import Deadline
from sealane.grading.probes.rendering import Browser, find_browser

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def test_a_browser_is_found_or_the_reason_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_browser("none").path == ""
    assert find_browser("/no/such/browser", is_sandboxed=False).reason == "no Chromium is installed"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert "sandbox" in find_browser("/bin/sh").reason
    assert find_browser("/bin/sh", is_sandboxed=False).path == "/bin/sh"


def test_a_browser_that_hangs_or_fails_gives_nothing(tmp_path: Path) -> None:
    for name, body in (("hangs", "sleep 60"), ("fails", "exit 3"), ("wordy", "yes | head -c 5000")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o700)
        browser = Browser(str(program), "", is_sandboxed=False)
        assert browser.render("https://shop.example/", {}, Deadline(0.5), 1000) is None


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_scripts_that_scripts_bring_in_are_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<script>document.body.innerHTML = '<form action=https://evil.example/></form>'</script><p>")
    browser = Browser(str(CHROMIUM), "", is_sandboxed=os.geteuid() != 0)
    markup = browser.render(page.as_uri(), {"localhost": "127.0.0.1"}, Deadline(30), 100_000)
    assert markup is not None
    assert b"evil.example" in markup
