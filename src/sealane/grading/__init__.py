"""Grading: merchants and payment channels from A+ to F, each point with its check and its source.

    scan = Scanner(Terms(), resolve, clock).look(Request(("https://shop.example/checkout",), ("shop.example",)))
    graded = judge(shipped_rubric(), scan, Own(), now_us=clock())
    graded.grade, graded.observed, graded.findings      # "U" while too little is known, "B" of what was seen

Verbs: `look`, `judge`, `publish`, `watch`, `authorise`, `compare`. A scan is facts; judging it is pure; what nobody
knows counts neither way.
"""

from sealane.grading.changes import Change, compare
from sealane.grading.own import Authorised, Channel, Own, Profile, upper_wilson
from sealane.grading.record import (
    Alert,
    Appeal,
    AppealRequest,
    Authorisation,
    Published,
    ScanRequest,
    ScriptRequest,
    Verdict,
    Watch,
    WatchRequest,
    WatchTerms,
)
from sealane.grading.room import Grading
from sealane.grading.rubric import (
    Act,
    Cap,
    ChannelGrade,
    Finding,
    Grade,
    Graded,
    Pillar,
    PillarName,
    Rubric,
    is_at_least,
    judge,
    shipped_rubric,
)
from sealane.grading.scanning import Request, Scanner, Terms
from sealane.grading.sight import Scan
from sealane.grading.target import any_address, host_of, parse_target

__all__ = [
    "Act",
    "Alert",
    "Appeal",
    "AppealRequest",
    "Authorisation",
    "Authorised",
    "Cap",
    "Change",
    "Channel",
    "ChannelGrade",
    "Finding",
    "Grade",
    "Graded",
    "Grading",
    "Own",
    "Pillar",
    "PillarName",
    "Profile",
    "Published",
    "Request",
    "Rubric",
    "Scan",
    "ScanRequest",
    "Scanner",
    "ScriptRequest",
    "Terms",
    "Verdict",
    "Watch",
    "WatchRequest",
    "WatchTerms",
    "any_address",
    "compare",
    "host_of",
    "is_at_least",
    "judge",
    "parse_target",
    "shipped_rubric",
    "upper_wilson",
]
