"""Records: what is kept and told of grades, watched pages, authorised scripts and appeals."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from sealane.grading.changes import Change
from sealane.grading.rubric import Graded

__all__ = [
    "Alert",
    "Appeal",
    "AppealRequest",
    "Authorisation",
    "Published",
    "ScanRequest",
    "ScriptRequest",
    "Verdict",
    "Watch",
    "WatchRequest",
    "WatchTerms",
]

Url = Annotated[str, msgspec.Meta(min_length=8, max_length=2000)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Said = Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]
_DAY_SECONDS = 86_400


class ScanRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/grades/{party_id}/scan`; without `urls`, the front page of the party's first domain."""

    urls: Annotated[tuple[Url, ...], msgspec.Meta(max_length=20)] = ()
    http_port: Port | None = None
    """Where the shop answers without encryption, when that is not port 80."""
    render: bool = False
    """Whether pages are read as headless Chromium builds them, where it is installed."""


class WatchTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is watched and how often; PCI DSS 4.0.1, 11.6.1 asks for seven days at most."""

    scan: ScanRequest
    every_seconds: Annotated[int, msgspec.Meta(ge=60, le=7 * _DAY_SECONDS)] = _DAY_SECONDS


class WatchRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `PUT /v1/grades/{party_id}/watch`."""

    urls: Annotated[tuple[Url, ...], msgspec.Meta(min_length=1, max_length=20)]
    every_seconds: Annotated[int, msgspec.Meta(ge=60, le=7 * _DAY_SECONDS)] = _DAY_SECONDS
    http_port: Port | None = None
    render: bool = False


class Watch(msgspec.Struct, frozen=True):
    """A watched page as stored; times in microseconds, `looked_us` 0 before the first look."""

    party_id: str
    terms: WatchTerms
    since_us: int
    looked_us: int
    next_us: int
    unauthorised_us: int | None = None
    fault: str = ""


class ScriptRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/grades/{party_id}/scripts`: a script by its name, as a scan or an alert names it."""

    name: Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]
    justification: Said
    digest: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    """SHA-256 of the text that is authorised; without it, any text of this address is."""


class Authorisation(msgspec.Struct, frozen=True):
    """An authorised script: who said so, when, and why (PCI DSS 4.0.1, 6.4.3)."""

    name: str
    digest: str
    justification: str
    authorised_by: str
    authorised_at: datetime
    log_entry: str


class Alert(msgspec.Struct, frozen=True):
    """A change that was found on a watched page, and the log entry that says so."""

    number: int
    found_at: datetime
    change: Change
    log_entry: str


class Published(msgspec.Struct, frozen=True):
    """A grade as it was published."""

    grade_id: str
    party_id: str
    host: str
    graded_us: int
    mode: Literal["static", "rendered"]
    mode_reason: str
    graded: Graded
    entry_id: str = ""


class AppealRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/grades/{party_id}/appeals`: which finding is disputed, and why."""

    check: Annotated[str, msgspec.Meta(min_length=2, max_length=60)]
    reason: Said


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's answer to an appeal; an upheld one sets the finding aside for 90 days."""

    outcome: Literal["upheld", "rejected"]
    reason: Said


class Appeal(msgspec.Struct, frozen=True):
    """A disputed finding; it is answered within a day. Times are aware and in UTC."""

    appeal_id: str
    party_id: str
    check: str
    reason: str
    opened_at: datetime
    due_at: datetime
    outcome: Literal["open", "upheld", "rejected"] = "open"
    answer: str = ""
    answered_at: datetime | None = None
    log_entry: str = ""
