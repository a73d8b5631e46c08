"""Policies: what a page's Content Security Policy lets scripts do (W3C CSP Level 3); several policies all apply.

default-src 'none'; script-src 'self' 'nonce-x'  ->  limits scripts, strict
"""

from typing import NamedTuple

from sealane.grading.sight import Page

__all__ = ["Policy", "policies_of"]

_WIDE = {"*", "http:", "https:", "data:", "blob:", "http://*", "https://*"}
_TRUSTED = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")


class Policy(NamedTuple):
    """One policy: its directives with their sources, in lower case."""

    directives: dict[str, tuple[str, ...]]

    @property
    def scripts(self) -> tuple[str, ...] | None:
        """Where scripts may come from; None when the policy does not say."""
        return self.directives.get("script-src", self.directives.get("default-src"))

    @property
    def is_strict(self) -> bool:
        """Whether only scripts with a nonce or a hash run."""
        return any(source.startswith(_TRUSTED) for source in self.scripts or ()) and not self.is_wide

    @property
    def allows_inline(self) -> bool:
        """Whether any inline script runs: a nonce or a hash switches `unsafe-inline` off (CSP3 section 6.7.3.2)."""
        sources = self.scripts or ()
        return "'unsafe-inline'" in sources and not any(source.startswith(_TRUSTED) for source in sources)

    @property
    def allows_eval(self) -> bool:
        """Whether text may become a script."""
        return "'unsafe-eval'" in (self.scripts or ())

    @property
    def is_wide(self) -> bool:
        """Whether scripts may come from nearly anywhere."""
        sources = self.scripts or ()
        return bool(_WIDE & set(sources)) and "'strict-dynamic'" not in sources

    @property
    def has_plain_source(self) -> bool:
        """Whether anything may be loaded unencrypted."""
        return any(source.startswith("http://") for sources in self.directives.values() for source in sources)


def policies_of(page: Page) -> list[Policy]:
    """Return the policies of a page, from its header and from its markup."""
    texts = ", ".join(filter(None, (page.header("content-security-policy"), page.meta_policy)))
    found = (_parse(text) for text in texts.split(","))
    return [policy for policy in found if policy.directives]


def _parse(text: str) -> Policy:
    directives: dict[str, tuple[str, ...]] = {}
    for part in text.lower().split(";"):
        name, *sources = part.split() or [""]
        if name:
            directives.setdefault(name, tuple(sources))
    return Policy(directives)
