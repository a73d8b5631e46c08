"""Rates: the eight official fraud rates and the statistical tables, all read from one ledger.

    official.tra(ledger, "card", entity, at_us)   reading = numerator / denominator, with period and basis
    limits.limit("vamp.merchant.ratio_micro", at_us)   the threshold in force at a moment, with its source

There is no single fraud rate: each official one has its own numerator, denominator, period and lag.
"""
