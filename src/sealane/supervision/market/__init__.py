"""The market view: tables by corridor, channel grade and carrier for the supervisor, and what may be published of them.

The supervisor sees exact cells, with firms named. Published tables protect people by differential privacy, under a
budget that the log records, and firms by a dominance rule; the two stand side by side.
"""
