"""Oversight: collect the facts of all rooms, run controls over them, follow incidents, read rates, build evidence."""
