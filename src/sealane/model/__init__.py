"""The words: frozen records that every room shares, with no input or output of their own.

Imports nothing but the standard library and msgspec. Records that come in from outside end in `Request` and hold
personal values as `Sensitive`; records that are stored hold none.
"""
