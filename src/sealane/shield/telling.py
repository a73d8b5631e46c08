"""Telling: the text that goes to a shopper beside a signed notice, in the shopper's language.

told(notice, "pt-PT", "https://lane.example/notices/X")
->  "lamps.example: há 1.99 EUR a pagar pela encomenda RB123456785GB."
    "É autêntico? https://lane.example/notices/X"
"""

import tomllib
from functools import cache
from pathlib import Path

from sealane.shield.notices import Notice

__all__ = ["told"]

FILE = Path(__file__).resolve().parent / "data" / "notices.toml"
_DEFAULT = "en"


def told(notice: Notice, locale: str | None, page: str) -> str:
    """Return the text, in English where the locale's language is none of ours."""
    texts = _texts().get((locale or "").lower().replace("_", "-").partition("-")[0]) or _texts()[_DEFAULT]
    number = notice.tracking_number or ""
    amount = str(notice.amount) if notice.amount else ""
    line = " ".join(texts[notice.kind].format(sender=notice.sender, number=number, amount=amount).split())
    link = [notice.link] if notice.link else []
    return "\n".join([line.replace(" .", ".").replace(" ,", ","), *link, texts["check"].format(page=page)])


@cache
def _texts() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return table
