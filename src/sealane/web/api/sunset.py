"""The sunset of a version of the API: told on every answer until it comes (RFC 8594), and refused from then on.

Sunset: Wed, 31 Dec 2031 00:00:00 GMT
"""

from datetime import UTC, date, datetime
from email.utils import format_datetime

from msgspec.structs import replace

from sealane.model.clock import to_micros
from sealane.model.errors import Misconfigured
from sealane.web.problems import VersionOver
from sealane.web.replies import Reply

__all__ = ["Sunset"]


class Sunset:
    """The moment at which a version ends, the beginning of a day in UTC."""

    def __init__(self, day: date) -> None:
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        self._ends_us = to_micros(moment)
        self._header = b"sunset", format_datetime(moment, usegmt=True).encode()

    @classmethod
    def of(cls, path: str, day: str) -> "Sunset | None":
        """Return the sunset of a path by the setting `api_sunset`; None when its version has none.

        Raises:
            Misconfigured: when the setting is no day.
        """
        if not day or not path.startswith("/v1/"):
            return None
        try:
            return cls(date.fromisoformat(day))
        except ValueError:
            raise Misconfigured("`api_sunset` is no day.", remedy="Write it as `2031-12-31`.") from None

    def check(self, now_us: int) -> None:
        """Make sure that the version is still answered.

        Raises:
            VersionOver: from its sunset on.
        """
        if now_us >= self._ends_us:
            raise VersionOver

    def tell(self, reply: Reply) -> Reply:
        """Return the reply with the header that names the sunset."""
        return replace(reply, headers=(*reply.headers, self._header))
