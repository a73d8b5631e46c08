"""The shield: is this link, parcel message, tracking number or shop genuine?

    with database.reader() as conn:
        answer = check("https://dhl-parcel-fee.top/pay", ledger_of(conn))     # kind, verdict, brand, reasons, advice
        found = track("RB123456785GB", ledger_of(conn))                       # candidates, known_order

Verbs: `check`, `track`. It proves what is genuine (an official domain, an order known here) and says what gives away
what is not; about all the rest it says that it cannot tell. Nothing leaves the machine and nothing is kept.
"""

from sealane.shield.checking import Ledger, Tracking, check, ledger_of, nothing_known, prepare, track
from sealane.shield.numbers.reading import Candidate
from sealane.shield.verdict import Answer, Kind, Reason, Verdict

__all__ = [
    "Answer",
    "Candidate",
    "Kind",
    "Ledger",
    "Reason",
    "Tracking",
    "Verdict",
    "check",
    "ledger_of",
    "nothing_known",
    "prepare",
    "track",
]
