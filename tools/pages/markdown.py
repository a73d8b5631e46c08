"""Markdown pieces: sections, tables and words in code type."""

import inspect
from collections.abc import Iterable, Sequence

__all__ = ["code", "codes", "page", "summary", "table"]


def page(*parts: str) -> str:
    """Return the parts as one document, a blank line between each."""
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar inside a cell is escaped, a line break becomes a space."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def code(text: object) -> str:
    """Return a word in code type; nothing for an empty one."""
    return f"`{text}`" if str(text) else ""


def codes(texts: Iterable[object]) -> str:
    """Return several words in code type, with commas."""
    return ", ".join(map(code, texts))


def summary(thing: object) -> str:
    """Return the first line of what a class or function says about itself."""
    return (inspect.getdoc(thing) or "").partition("\n")[0]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
