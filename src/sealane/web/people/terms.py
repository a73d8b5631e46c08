"""What the settings say about an OpenID Connect provider, read once at the start; a wrong one stops the start.

oidc_issuer = "https://id.example"      oidc_claim = "groups"
oidc_client = "sealane"                 oidc_roles = "fraud-team=analyst, it=engineer, it=operator"
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args
from urllib.parse import urlsplit

from sealane.keys.files import read_secret
from sealane.model.errors import Misconfigured
from sealane.model.party import PERSON_ROLES, PersonRole
from sealane.settings import Settings

__all__ = ["Terms", "is_guarded", "terms_of"]

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class Terms(NamedTuple):
    """The provider, this installation's name and secret there, and which of its groups has which role here."""

    issuer: str
    client: str
    secret: str
    scopes: str
    claim: str
    groups: tuple[tuple[str, PersonRole], ...]

    def roles_of(self, claims: Mapping[str, Any]) -> tuple[PersonRole, ...]:
        """Return the roles of somebody with these claims, each once; none when the claim is not there or not text."""
        told = claims.get(self.claim)
        groups = told if isinstance(told, list) else [told]
        given = {role for group, role in self.groups if group in groups}
        return tuple(role for role in PERSON_ROLES if role in given)


def terms_of(settings: Settings) -> Terms | None:
    """Return the terms of the settings, or nothing when no provider is set.

    Raises:
        Misconfigured: naming the setting that is missing or wrong.
    """
    if not settings.oidc_issuer:
        return None
    if not is_guarded(settings.oidc_issuer):
        raise _wrong("oidc_issuer", "is no https address")
    if not settings.oidc_client:
        raise _wrong("oidc_client", "is empty")
    return Terms(
        issuer=settings.oidc_issuer,
        client=settings.oidc_client,
        secret=_secret(settings.oidc_secret_file),
        scopes=settings.oidc_scopes,
        claim=settings.oidc_claim,
        groups=tuple(_groups(settings.oidc_roles)),
    )


def is_guarded(address: str) -> bool:
    """Tell whether nobody on the way can read or change what is sent there: https, or this machine itself."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _secret(path: str) -> str:
    """Return the client's secret; without a file, the client is a public one and has PKCE alone."""
    if not path:
        return ""
    secret = (read_secret(Path(path)) or "").strip()
    if not secret:
        raise _wrong("oidc_secret_file", "names a file that is not there or empty")
    return secret


def _groups(text: str) -> list[tuple[str, PersonRole]]:
    known: dict[str, PersonRole] = {role: role for role in get_args(PersonRole)}
    pairs = []
    for pair in filter(None, (part.strip() for part in text.split(","))):
        group, _, role = (word.strip() for word in pair.rpartition("="))
        if not group or role not in known:
            raise _wrong("oidc_roles", f"has `{pair}`, which is not GROUP=ROLE with a role of {', '.join(known)}")
        pairs.append((group, known[role]))
    if not pairs:
        raise _wrong("oidc_roles", "gives nobody a role")
    return pairs


def _wrong(setting: str, what: str) -> Misconfigured:
    return Misconfigured(f"The setting `{setting}` {what}.", remedy=f"Correct `{setting}`, or empty `oidc_issuer`.")
