"""The backtest: what rules, scorecard and thresholds would have done with the past, and what that cannot tell.

A blocked order has no verdict. So every rate comes twice, as if all of the unknown were frauds and as if none were.
"""
