"""Disclosure: each party sees only what its leg needs, once, for a limited time, and every release is told."""
