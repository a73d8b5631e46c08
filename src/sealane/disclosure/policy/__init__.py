"""The need-to-know policy: data with a law or a reason in each cell, compiled to bit masks, explained cell by cell.

policy = shipped_policy().at(now_us)
verdict = policy.decide(party.roles, Question("deliver", "last-mile"), policy.corridor("CN", "PT"), mask)
"""

from sealane.disclosure.policy.book import PolicyBook, read_policy, shipped_policy
from sealane.disclosure.policy.cedar import cedar_text
from sealane.disclosure.policy.compiled import Policy, Question, Verdict
from sealane.disclosure.policy.fields import FIELDS, LEGS, PURPOSES, Field, Leg, Purpose, mask_of, names_in
from sealane.disclosure.policy.matrix import Audience, Cell, Matrix
from sealane.disclosure.policy.report import Change, Exposure, compare, exposure_of

__all__ = [
    "FIELDS",
    "LEGS",
    "PURPOSES",
    "Audience",
    "Cell",
    "Change",
    "Exposure",
    "Field",
    "Leg",
    "Matrix",
    "Policy",
    "PolicyBook",
    "Purpose",
    "Question",
    "Verdict",
    "cedar_text",
    "compare",
    "exposure_of",
    "mask_of",
    "names_in",
    "read_policy",
    "shipped_policy",
]
