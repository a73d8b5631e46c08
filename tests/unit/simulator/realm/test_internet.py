from ipaddress import ip_address, ip_network

import pytest

from sealane.simulator.chance import Stream
from sealane.simulator.realm.atlas import LANDS
from sealane.simulator.realm.internet import Internet

RESERVED = [
    ip_network(block)
    for block in ("100.64.0.0/10", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
]


@pytest.fixture
def internet() -> Internet:
    return Internet(Stream("1"))


@pytest.mark.parametrize("country", LANDS)
def test_every_address_belongs_to_nobody(internet: Internet, country: str) -> None:
    made = [ask(country) for ask in (internet.home, internet.mobile, internet.hotel) for _ in range(30)]
    for text in [*made, *(internet.anonymous() for _ in range(30))]:
        address = ip_address(text)
        assert any(address in network for network in RESERVED if network.version == address.version), text


def test_homes_are_many_and_mobile_exits_few(internet: Internet) -> None:
    assert len({internet.home("DE") for _ in range(500)}) > 490
    assert len({internet.mobile("DE") for _ in range(500)}) <= Internet.MOBILE_EXITS


def test_networks_have_a_homeland(internet: Internet) -> None:
    german = {internet.mobile("DE") for _ in range(200)}
    assert not german & {internet.mobile("FR") for _ in range(200)}


def test_devices_are_new(internet: Internet) -> None:
    assert len({internet.device() for _ in range(200)}) == 200
