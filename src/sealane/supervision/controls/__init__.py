"""Controls as code: 115 duties of law and scheme as data, each with a check that is a pure function over facts.

    run = assess(facts, at_us)           one finding a control: pass, fail, not applicable or not measurable
    catalogue()                          the controls: id, source, article, whom they bind, what they ask

A finding says what it looked at, what is wrong by row, which log entries prove it, and what is missing where nothing
could be judged. Thresholds are those in force on the day asked about.
"""
