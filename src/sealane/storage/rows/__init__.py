"""Rows: the statements that read and write whole ones, and the pages they are read in."""

__all__: tuple[str, ...] = ()
