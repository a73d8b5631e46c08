"""Rendering: the page as headless Chromium builds it, with the scripts that other scripts brought in.

The browser may reach the hosts that were pinned for this scan and nothing else: every other name leads nowhere. It
runs in a folder of its own that goes with it.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from typing import NamedTuple

from sealane.grading.probes.line import Deadline
from sealane.grading.probes.reading import AGENT

__all__ = ["Browser", "find_browser"]

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_ROOT = 0


class Browser(NamedTuple):
    """Which browser to run, or why there is none to run."""

    path: str
    reason: str
    is_sandboxed: bool = True

    def render(self, url: str, pinned: Mapping[str, str], deadline: Deadline, most: int) -> bytes | None:
        """Return the page's markup after its scripts ran, None when the browser fails, is too slow or too wordy."""
        with tempfile.TemporaryDirectory(prefix="sealane-page-", ignore_cleanup_errors=True) as folder:
            command = self._command(url, pinned, folder, deadline)
            with subprocess.Popen(  # noqa: S603 - the operator's own browser, with addresses that were checked
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
            ) as process:
                try:
                    markup, _ = process.communicate(timeout=deadline.left())
                except (subprocess.TimeoutExpired, TimeoutError):
                    return None
                finally:
                    _end(process)
        return markup if process.returncode == 0 and 0 < len(markup) <= most else None

    def _command(self, url: str, pinned: Mapping[str, str], folder: str, deadline: Deadline) -> list[str]:
        rules = [f"MAP {host} {address}" for host, address in pinned.items() if host != address]
        known = [f"EXCLUDE {name}" for name in {*pinned, *pinned.values()}]
        patience = int(min(deadline.left(), 5.0) * 500)
        return [
            self.path,
            "--headless",
            "--dump-dom",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-dev-shm-usage",
            "--disable-extensions",
            "--ignore-certificate-errors",
            "--no-first-run",
            "--no-proxy-server",
            f"--user-agent={AGENT}",
            f"--user-data-dir={folder}",
            f"--virtual-time-budget={patience}",
            f"--host-resolver-rules={', '.join([*rules, 'MAP * ~NOTFOUND', *known])}",
            *([] if self.is_sandboxed else ["--no-sandbox"]),
            url,
        ]


def find_browser(setting: str, *, is_sandboxed: bool = True) -> Browser:
    """Return the browser that a setting names: a path, `auto` for the first one installed, `none` for none."""
    if setting == "none":
        return Browser("", "rendering is switched off")
    path = next(filter(None, map(shutil.which, _NAMES if setting == "auto" else (setting,))), None)
    if path is None:
        return Browser("", "no Chromium is installed")
    if is_sandboxed and os.geteuid() == _ROOT:
        return Browser("", "Chromium keeps no sandbox for root; start Sealane as another user")
    return Browser(path, "rendered in headless Chromium", is_sandboxed)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the browser with all its children; they share a session of their own."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
