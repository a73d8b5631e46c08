"""Settings, our keys: every version with its age and what lies under it; replacing them, while all stays readable."""

import asyncio
from datetime import datetime
from typing import get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from sealane.flows.privacy.rotating import rotate
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.vault.rotation.rotation import KeyReport, KeyView, Rotatable
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, fragment, page

__all__ = ["KeyGroup", "OurKeysView", "read", "routes"]

PATH = "/console/settings/keys"
KINDS: tuple[Rotatable, ...] = get_args(Rotatable)
PURPOSES: dict[Rotatable, str] = {
    "pii": "wraps the keys of personal data",
    "card": "wraps the keys of card numbers",
    "index": "finds the same value again without reading it",
    "grant": "makes the secret ids of grants",
    "log": "seals what opens the log's entries",
    "inbox": "seals the secrets of webhooks and what they brought",
    "root": "wraps all other keys",
}


class KeyGroup(msgspec.Struct, frozen=True):
    """All versions of one key, the newest first.

    `days` is the age of the newest, `sealed` what lies under all; at `due_at` the newest is replaced by itself.
    """

    use: str
    versions: tuple[KeyView, ...]
    made_at: datetime
    days: int
    sealed: int | None
    due_at: datetime | None


class OurKeysView(msgspec.Struct, frozen=True):
    """The page; `replaced` are the kinds that the reader just had replaced."""

    groups: tuple[KeyGroup, ...]
    report: KeyReport
    purposes: dict[Rotatable, str]
    replaced: tuple[Rotatable, ...]


def read(look: Look) -> OurKeysView:
    """Return every key of this installation; no secret is among them."""
    report = look.lane.rooms.vault.rotation.report()
    now = from_micros(look.now_us)
    uses = dict.fromkeys(each.use for each in report.keys)
    asked = look.query.getlist("replaced")
    replaced = tuple(kind for kind in KINDS if kind in asked)
    return OurKeysView(tuple(_group(use, report, now) for use in uses), report, PURPOSES, replaced)


async def _rotate(sent: Sent) -> Response:
    """Make new keys of the chosen kinds and begin to bring everything under them."""
    asked = sent.fields.getlist("kinds")
    kinds = [kind for kind in KINDS if kind in asked]
    if not kinds or len(kinds) != len(set(asked)):
        detail = f"Choose at least one of {', '.join(KINDS)}."
        raise InvalidInput(detail, errors=(FieldError("/kinds", "not-allowed", detail),))
    await asyncio.to_thread(rotate, sent.lane.rooms, kinds, emergency=bool(sent.text("emergency")))
    return sent.go(f"{PATH}?{urlencode({'replaced': kinds}, doseq=True)}")


def _group(use: str, report: KeyReport, now: datetime) -> KeyGroup:
    versions = sorted((each for each in report.keys if each.use == use), key=lambda each: -each.version)
    made_at = datetime.fromisoformat(versions[0].made_at)
    counted = [each.sealed for each in versions if each.sealed is not None]
    due_at = datetime.fromisoformat(versions[0].due_at) if versions[0].due_at else None
    return KeyGroup(use, tuple(versions), made_at, (now - made_at).days, sum(counted) if counted else None, due_at)


routes = [
    *page(PATH, "people/ourkeys.html", read),
    fragment(f"{PATH}/live", "people/ourkeys_live.html", read),
    action(f"{PATH}/rotation", _rotate, showing("people/ourkeys.html", read, PATH)),
]
