from datetime import UTC, date, datetime

import pytest

from sealane.model.clock import to_micros
from sealane.model.errors import Misconfigured
from sealane.web.api.sunset import Sunset
from sealane.web.problems import VersionOver
from sealane.web.replies import Reply

ENDS_US = to_micros(datetime(2031, 12, 31, tzinfo=UTC))


def test_a_version_is_answered_until_its_sunset_and_says_so() -> None:
    sunset = Sunset(date(2031, 12, 31))
    sunset.check(ENDS_US - 1)
    with pytest.raises(VersionOver):
        sunset.check(ENDS_US)
    told = sunset.tell(Reply(200, headers=((b"a", b"b"),)))
    assert told.headers == ((b"a", b"b"), (b"sunset", b"Wed, 31 Dec 2031 00:00:00 GMT"))


def test_only_paths_of_the_version_have_one_and_only_where_it_is_set() -> None:
    assert Sunset.of("/v1/orders", "2031-12-31") is not None
    assert Sunset.of("/healthz", "2031-12-31") is None
    assert Sunset.of("/v1/orders", "") is None
    with pytest.raises(Misconfigured):
        Sunset.of("/v1/orders", "soon")
