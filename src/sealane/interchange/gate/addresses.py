"""Addresses that may be called from here: never one of this machine, this network or a cloud's inside (OWASP API7).

public_address("api.stripe.com")  ->  "198.137.150.161"    the address to connect to, so that no second look-up
can lead elsewhere
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from sealane.model.errors import DependencyUnavailable, NotPermitted

__all__ = ["is_public", "public_address"]

_NAT64 = (0x0064FF9B << 96, 96)


def public_address(host: str, port: int = 443) -> str:
    """Return an address of the host that the public internet routes to.

    Raises:
        DependencyUnavailable: when the host does not resolve.
        NotPermitted: when any of its addresses is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DependencyUnavailable("The host of this address does not resolve.", remedy="Check its name.") from None
    addresses = [str(place[4][0]) for place in found]
    if not addresses or not all(map(is_public, addresses)):
        remedy = "Use a public address of the other side."
        raise NotPermitted("This address is not on the public internet.", remedy=remedy)
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address, also one inside an IPv6 address, is routed on the public internet."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        inner = _inner(parsed)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


def _inner(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one stands for: mapped, 6to4, Teredo or NAT64."""
    network, bits = _NAT64
    if int(address) >> (128 - bits) == network >> (128 - bits):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
