"""Native webhooks in: each source is a file of data in `sources`, one verifier and one mapping serve them all.

    source = SOURCES["stripe"]
    verify_source(source, secrets, letter, now_us=clock())     # raises, or the letter is from the source
    for event in map_events(source, letter): ...               # our own kinds of events

A source binds its messages more or less strongly: A to C are *confirmed*, D and E only *claimed* until the source's
own API, or a stronger source, says the same.
"""
