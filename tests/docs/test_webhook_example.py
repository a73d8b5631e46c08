"""The receiver that docs/how-to/hear-of-events.md shows verifies what Sealane sends."""

import re
import time
from pathlib import Path
from typing import Any

from sealane.interchange.outbound.signing import SigningSecret, sign_webhook


def test_the_shown_receiver_takes_what_is_genuine_only(repository: Path) -> None:
    page = (repository / "docs" / "how-to" / "hear-of-events.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    shown: dict[str, Any] = {}
    exec(code, shown)  # noqa: S102 - the page's own example
    is_genuine = shown["is_genuine"]
    old, new = SigningSecret.new("v1a"), SigningSecret.new("v1a")
    now_us = time.time_ns() // 1_000
    headers = sign_webhook((new, old), "out_1", b'{"a":1}', now_us=now_us)
    assert is_genuine(headers, b'{"a":1}', old.shown())
    assert is_genuine(headers, b'{"a":1}', new.shown())
    assert not is_genuine(headers, b'{"a":2}', new.shown())
    assert not is_genuine(headers, b'{"a":1}', SigningSecret.new("v1a").shown())
    stale = sign_webhook((new,), "out_1", b"{}", now_us=now_us - 400_000_000)
    assert not is_genuine(stale, b"{}", new.shown())
