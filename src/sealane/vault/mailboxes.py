"""What an e-mail address tells: who gives out addresses at its domain, and whether it goes with the owner's name.

The list beside this module names the big free providers and the well-known throw-away ones; others are `other`.
"""

from pathlib import Path

from sealane.model.sealed import EmailKind
from sealane.vault.normalise import split_words

__all__ = ["kind_of", "resembles"]

_SHORTEST_NAME = 3


def kind_of(domain: str) -> EmailKind:
    """Return who gives out addresses at a normalised domain: a free provider, a disposable one, or somebody else."""
    return _KINDS.get(domain, "other")


def resembles(email: str, name: str) -> bool:
    """Tell whether a part of the name, three letters or more, stands in the address before the @."""
    local = "".join(split_words(email.rpartition("@")[0]))
    return any(len(word) >= _SHORTEST_NAME and word in local for word in name.split())


def _read(path: Path) -> dict[str, EmailKind]:
    """Return the kind of each listed domain; a line is a kind and its domains, `#` begins a comment."""
    kinds: dict[str, EmailKind] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        match line.split():
            case ["free" | "disposable" as kind, *domains]:
                kinds |= dict.fromkeys(domains, kind)
    return kinds


_KINDS = _read(Path(__file__).with_suffix(".txt"))
