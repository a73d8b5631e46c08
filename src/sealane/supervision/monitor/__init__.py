"""A monitor: follows a log that somebody else runs, checks that it only ever grows, and keeps what shows otherwise.

    source    where a log is read from: a folder, or an address
    view      what the monitor has seen, and the evidence it keeps
    watching  one look at the log after another

It needs nothing of the log but what everybody can read, and the log's key.
"""

__all__: list[str] = []
