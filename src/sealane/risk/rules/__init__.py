"""Rules in a subset of the Common Expression Language: parsed, checked, and compiled together into one function.

from sealane.risk.rules.ruleset import Ruleset, check_rules
"""
