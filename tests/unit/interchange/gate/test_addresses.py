import pytest

from sealane.interchange.gate.addresses import is_public, public_address
from sealane.model.errors import DependencyUnavailable, NotPermitted


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.1", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "x", "",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_taken(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "2130706433"])
def test_hosts_inside_are_refused(host: str) -> None:
    with pytest.raises(NotPermitted):
        public_address(host)


@pytest.mark.parametrize("host", ["", "[::1]", "a" * 300, "no.such.invalid"])
def test_hosts_nowhere_cannot_be_reached(host: str) -> None:
    with pytest.raises(DependencyUnavailable):
        public_address(host)
