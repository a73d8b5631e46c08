"""What a grade costs: a static scan of a shop on loopback, and judging it, beside one TLS handshake of the same run.

    .venv/bin/python bench/grading.py [ROUNDS]

The probe is one handshake and one page with the standard library. Goal: a static scan of three pages under 1.5 s.
"""

import ssl
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from sealane.grading import Own, Request, Scanner, Terms, any_address, compare, judge, shipped_rubric
from sealane.model.clock import system_clock
from shops import Authority, Shop

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 50


def timed(name: str, work: Callable[[], object], probe: float = 0.0) -> float:
    """Print median and worst in milliseconds, and the median as a ratio to a probe; return the median."""
    spent = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    spent.sort()
    median = spent[len(spent) // 2]
    ratio = f"   {median / probe:8.3f} x the probe" if probe else ""
    print(f"{name:34} p50 {median * 1e3:9.3f} ms   worst {spent[-1] * 1e3:9.3f} ms{ratio}")
    return median


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder))
        trust = ssl.create_default_context(cafile=str(authority.file))
        with Shop(authority.certificate()) as shop:
            url = f"{shop.origin}/checkout"
            request = Request((f"{shop.origin}/", url, f"{url}?step=2"), ("localhost",))
            scanner = Scanner(Terms(trusted=str(authority.file), allows_private=True), any_address, system_clock)
            scan = scanner.look(request)
            probe = timed("probe: one handshake, one page", lambda: urllib.request.urlopen(url, context=trust).read())
            worst = timed("static scan of three pages", lambda: scanner.look(request), probe)
            timed("judging", lambda: judge(shipped_rubric(), scan, Own(), now_us=scan.scanned_us), probe)
            timed("comparing with the last time", lambda: compare(scan, scan), probe)
    print("goal met" if worst < 1.5 else "goal missed: a scan takes 1.5 s or more")


main()
