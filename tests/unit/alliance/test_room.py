import pytest

from sealane.alliance.room import Alliance
from sealane.keys.ring import KeyRing
from sealane.model.errors import NotFound


def test_what_an_installation_is_not_it_refuses(ring: KeyRing) -> None:
    room = Alliance.open(ring, is_custodian=False, keeps_register=False, quota_per_day=1)
    with pytest.raises(NotFound):
        _ = room.custodian
    with pytest.raises(NotFound):
        _ = room.register


def test_what_it_is_it_has(ring: KeyRing) -> None:
    room = Alliance.open(ring, is_custodian=True, keeps_register=True, quota_per_day=1)
    assert room.custodian is room.custodian
    assert room.register is room.register
