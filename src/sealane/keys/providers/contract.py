"""What every provider of the root key can do; one suite of tests runs over all of them.

The root key is 32 bytes that wrap the key ring. A provider either holds those bytes itself (a file, shares), or holds
a key that never leaves it and wraps them (PKCS#11, transit, a cloud's key service); what it wrapped is then kept in
keyring.json, where it is worth nothing without the provider.
"""

from typing import Protocol

from sealane.keys.sealing import DataKey

__all__ = ["Root"]


class Root(Protocol):
    """A provider of the root key; it is asked once at each start, and when the root key is replaced."""

    is_local: bool = False
    """Whether the key itself lies on this machine, so that another server of the installation cannot find it."""

    @property
    def name(self) -> str:
        """The name that keyring.json remembers: `file`, `shamir`, `pkcs11`, `transit` or `kms`."""
        ...

    def find(self, kept: bytes) -> DataKey | None:
        """Return the root key; `kept` is what `make` gave to keep. None when the provider has none.

        Raises:
            Misconfigured: when what it needs is missing, wrong or not usable here.
            DependencyUnavailable: when it does not answer.
        """
        ...

    def make(self) -> tuple[DataKey, bytes]:
        """Return the root key of a new installation and what to keep in keyring.json for finding it again.

        Raises:
            Misconfigured: when what it needs is missing, wrong or not usable here.
            DependencyUnavailable: when it does not answer.
        """
        ...

    def renew(self) -> tuple[DataKey, bytes]:
        """Return another root key and what to keep for it; until it is settled, both keys can be found.

        Raises:
            Conflict: when it cannot be replaced from here, as things are.
            Misconfigured: when what it needs is missing, wrong or not usable here.
            DependencyUnavailable: when it does not answer.
        """
        return self.make()

    def settle(self, kept: bytes) -> None:  # noqa: ARG002 - what is wrapped elsewhere has no place of its own here
        """Put the root key that `kept` finds in the place of the one before; again, this changes nothing.

        Raises:
            Misconfigured: when the place cannot be written.
        """
        return
