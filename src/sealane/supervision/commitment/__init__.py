"""Salted commitments: an entry says in public that it is about certain fields, and each can be opened alone.

fields    the commitments of one entry, and what must be kept to open them
opening   one field opened, as a document that anybody can check
"""

__all__: list[str] = []
