"""Sharing: the data keys of several servers, in a PostgreSQL database of their own."""

__all__: list[str] = []
