"""Risk: judge the payment together with its parcel.

The room turns orders and events into facts, facts into exact windows, windows into signals, and asks rules and a
published scorecard for a decision that can be explained, added up and replayed.

    risk = Risk.open(database, default_policy())
    signals = risk.observe_order(tx, order)
    decision = assess(question, signals, risk.policy)
    content = risk.record(tx, question, signals, decision)

`cases` is the desk where people review; `archive` reads what was decided, with no memory and no writer.

Verbs: `observe_order`, `observe_event`, `assess`, `record`; afterwards `decisions`, `explanation`, `replay`;
`check_rules` for a rule set on its way in.
"""

from sealane.risk.archive import Archive
from sealane.risk.assess import Question, Signals, assess
from sealane.risk.explain import Explanation
from sealane.risk.facts import STAGE_OF
from sealane.risk.learning.replay import Judged, Learned, Replay, facts_only
from sealane.risk.observation import truth_of
from sealane.risk.policy import RiskPolicy, Thresholds, default_policy, default_text
from sealane.risk.room import Risk
from sealane.risk.rulebook.book import policy_in_force
from sealane.risk.rules.ruleset import Rule, RuleFault, check_rules
from sealane.risk.serving.choice import SCORECARD, chosen_model, default_model_file
from sealane.risk.signals.reference import reference_markdown

__all__ = [
    "SCORECARD",
    "STAGE_OF",
    "Archive",
    "Explanation",
    "Judged",
    "Learned",
    "Question",
    "Replay",
    "Risk",
    "RiskPolicy",
    "Rule",
    "RuleFault",
    "Signals",
    "Thresholds",
    "assess",
    "check_rules",
    "chosen_model",
    "default_model_file",
    "default_policy",
    "default_text",
    "facts_only",
    "policy_in_force",
    "reference_markdown",
    "truth_of",
]
