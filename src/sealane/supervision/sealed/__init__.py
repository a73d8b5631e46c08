"""Sealed entries: on the log for all to see that they are there, and for one authority to open.

envelope   a document sealed to an authority's public key, and opened with its private one
"""

__all__: list[str] = []
