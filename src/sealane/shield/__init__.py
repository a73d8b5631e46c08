"""The shield: is this link, parcel message, tracking number or shop genuine?

    with database.reader() as conn:
        answer = check("https://dhl-parcel-fee.top/pay", ledger_of(conn))   # kind, verdict, brand, reasons, advice
        found = track("RB123456785GB", ledger_of(conn))                     # candidates, known_order
    token = issue(signer, notice)                                           # a message that proves itself
    notice = verify_notice(token, keys, now_us=clock())

Verbs: `check`, `track`, `issue`, `verify_notice`. It proves what is genuine (a signature, an order known here, an
official domain) and says what gives away what is not; about all the rest it says that it cannot tell. Nothing leaves
the machine and nothing is kept.
"""

from sealane.shield.checking import NOBODY, Ledger, Tracking, Trust, check, ledger_of, nothing_known, prepare, track
from sealane.shield.notices import Notice, issue, key_id, verify_notice
from sealane.shield.numbers.reading import Candidate
from sealane.shield.verdict import Answer, Kind, Reason, Verdict

__all__ = [
    "NOBODY",
    "Answer",
    "Candidate",
    "Kind",
    "Ledger",
    "Notice",
    "Reason",
    "Tracking",
    "Trust",
    "Verdict",
    "check",
    "issue",
    "key_id",
    "ledger_of",
    "nothing_known",
    "prepare",
    "track",
    "verify_notice",
]
