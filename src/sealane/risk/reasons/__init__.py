"""Reasons for people: what would have been approved, and a decision in words for the shopper and for a judge.

find_counterfactuals(record, policy)   # "This would be approved if ..."
tell(explanation)                      # Plain(shopper=(...), judge=(...))
"""

from sealane.risk.reasons.counterfactual import find_counterfactuals
from sealane.risk.reasons.plain import Plain, tell

__all__ = ["Plain", "find_counterfactuals", "tell"]
