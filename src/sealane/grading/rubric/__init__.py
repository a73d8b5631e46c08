"""The rubric: versioned data, and the pure functions that turn facts into a grade by it."""

from sealane.grading.rubric.channels import ChannelGrade
from sealane.grading.rubric.judging import Cap, Finding, Graded, Pillar, judge
from sealane.grading.rubric.table import Act, Grade, PillarName, Rubric, is_at_least, shipped_rubric

__all__ = [
    "Act",
    "Cap",
    "ChannelGrade",
    "Finding",
    "Grade",
    "Graded",
    "Pillar",
    "PillarName",
    "Rubric",
    "is_at_least",
    "judge",
    "shipped_rubric",
]
