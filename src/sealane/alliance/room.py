"""The room of one installation: what it does for others, as custodian and as keeper of the register."""

from dataclasses import dataclass
from typing import Self

from sealane.alliance.custodian import Custodian
from sealane.alliance.register import Register
from sealane.keys.ring import KeyRing
from sealane.model.errors import NotFound

__all__ = ["Alliance"]


@dataclass(frozen=True, slots=True)
class Alliance:
    """Custodian and register; an installation that is neither refuses both."""

    _custodian: Custodian | None
    _register: Register | None

    @classmethod
    def open(cls, ring: KeyRing, *, is_custodian: bool, keeps_register: bool, quota_per_day: int) -> Self:
        """Return the room; nothing is made before it is asked for."""
        return cls(
            Custodian(ring, quota_per_day=quota_per_day) if is_custodian else None,
            Register() if keeps_register else None,
        )

    @property
    def custodian(self) -> Custodian:
        """The holder of half keys.

        Raises:
            NotFound: when this installation is none.
        """
        if self._custodian is None:
            raise NotFound("This installation is no custodian.", remedy="Set alliance_custodian = true to make it one.")
        return self._custodian

    @property
    def register(self) -> Register:
        """The register of tags.

        Raises:
            NotFound: when this installation keeps none.
        """
        if self._register is None:
            raise NotFound("This installation keeps no register.", remedy="Set alliance_register = true to keep one.")
        return self._register
