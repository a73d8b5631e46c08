"""Shown: words and drawings that the templates ask for by name; it knows no page, so that presentation may have it."""
