"""The shield: is this link, parcel message, tracking number or shop genuine?

    with database.reader() as conn:
        answer = check("https://dhl-parcel-fee.top/pay", ledger_of(conn))   # kind, verdict, brand, reasons, advice
        found = track("RB123456785GB", ledger_of(conn))                     # candidates, known_order
    token = issue(signer, notice)                                           # a message that proves itself
    notice = verify_notice(token, keys, now_us=clock())

Verbs: `check`, `track`, `issue`, `verify_notice`, `read_page`, `verify_owner`, `update_registry`. It proves what is
genuine (a signature, an order known here, an official domain) and says what gives away what is not; about all the rest
it says that it cannot tell. Nothing leaves the machine and nothing that is asked is kept.
"""

from sealane.shield.checking import (
    Ledger,
    Tracking,
    check,
    check_link,
    ledger_of,
    nothing_known,
    prepare,
    title_of,
    track,
)
from sealane.shield.discovery import read_page, read_records, verify_owner
from sealane.shield.editions import Edition, edition_in, update_registry
from sealane.shield.links.feeds import Feeds, read_feeds, use_feeds
from sealane.shield.notices import Notice, find_notice, issue, key_id, notice_id, read_notice, verify_notice
from sealane.shield.numbers.reading import Candidate
from sealane.shield.room import NoticeRequest, NoticeResult, Shield, as_jwk, trust_of
from sealane.shield.store import Ending
from sealane.shield.telling import told
from sealane.shield.trust import NOBODY, Trust
from sealane.shield.verdict import Answer, Kind, Reason, Verdict

__all__ = [
    "NOBODY",
    "Answer",
    "Candidate",
    "Edition",
    "Ending",
    "Feeds",
    "Kind",
    "Ledger",
    "Notice",
    "NoticeRequest",
    "NoticeResult",
    "Reason",
    "Shield",
    "Tracking",
    "Trust",
    "Verdict",
    "as_jwk",
    "check",
    "check_link",
    "edition_in",
    "find_notice",
    "issue",
    "key_id",
    "ledger_of",
    "nothing_known",
    "notice_id",
    "prepare",
    "read_feeds",
    "read_notice",
    "read_page",
    "read_records",
    "title_of",
    "told",
    "track",
    "trust_of",
    "update_registry",
    "use_feeds",
    "verify_notice",
    "verify_owner",
]
