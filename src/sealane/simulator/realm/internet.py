"""The network people order from: addresses at home, on the move, at work, abroad, and behind anonymous exits.

Every address lies in a block that is reserved and so belongs to nobody: 100.64.0.0/10 (RFC 6598) for homes and
offices, 198.18.0.0/15 (RFC 2544) for mobile exits and hotels, 198.51.100.0/24 and 203.0.113.0/24 (RFC 5737) for
anonymous exits, 2001:db8::/32 (RFC 3849) for homes with IPv6. A land keeps its blocks, so networks have a homeland.
"""

from sealane.simulator.chance import Stream
from sealane.simulator.realm.atlas import LANDS

__all__ = ["Internet"]

_BLOCK = {code: number for number, code in enumerate(LANDS)}


class Internet:
    """Hands out network addresses and device fingerprints."""

    MOBILE_EXITS = 40
    HOTELS = 120
    ANONYMOUS_EXITS = 180

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def home(self, country: str) -> str:
        """Return the address of a new connection at home or in an office: `100.72.18.201`."""
        stream, block = self._stream, _BLOCK[country]
        if stream.happens(0.12):
            return (
                f"2001:db8:{block:x}{stream.between(0, 255):02x}:{stream.between(1, 65535):x}::{stream.between(1, 9)}"
            )
        return f"100.{64 + 4 * block + stream.between(0, 3)}.{stream.between(0, 255)}.{stream.between(1, 254)}"

    def mobile(self, country: str) -> str:
        """Return one of the few exits that all phones of a land share: `198.18.3.17`."""
        return f"198.18.{_BLOCK[country]}.{1 + int(self.MOBILE_EXITS * self._stream.random())}"

    def hotel(self, country: str) -> str:
        """Return the address of a hotel, an airport or a café: `198.19.3.40`."""
        return f"198.19.{_BLOCK[country]}.{1 + int(self.HOTELS * self._stream.random())}"

    def anonymous(self) -> str:
        """Return the exit of a privacy network, used by the honest and the dishonest: `203.0.113.9`."""
        block = self._stream.one_of(("203.0.113", "198.51.100"))
        return f"{block}.{1 + int(self.ANONYMOUS_EXITS * self._stream.random())}"

    def device(self) -> str:
        """Return the fingerprint of a new device: `fp_7kq2m9x04d1c`."""
        return f"fp_{self._stream.code(12)}"
