from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sealane.alliance.matching import FILE, Copy
from sealane.alliance.wire import Indicator, IndicatorPage
from sealane.model.clock import from_micros, system_clock
from sealane.model.errors import Misconfigured

TAG = bytes(range(16))
NOW = system_clock()
LINE = Indicator(
    number=7,
    kind="phone",
    epoch="2026Q4",
    tag=TAG.hex(),
    reason="drop_address",
    severity="watch",
    members=2,
    weight=2.0,
    expires_at=from_micros(NOW) + timedelta(days=1),
)


def page(*changes: dict[str, Any]) -> IndicatorPage:
    return IndicatorPage(tuple(msgspec.structs.replace(LINE, **each) for each in changes), None)


def test_a_copy_finds_what_the_register_says_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    copy = Copy.open(tmp_path)
    copy.apply(page({}, {"number": 9, "tag": "cd" * 16}))
    assert copy.until == 9
    assert copy.find("phone", "2026Q4", TAG, NOW) == LINE
    assert copy.find("email", "2026Q4", TAG, NOW) is None
    assert copy.find("phone", "2026Q3", TAG, NOW) is None
    copy.close()
    again = Copy.open(tmp_path)
    assert (again.until, again.find("phone", "2026Q4", TAG, NOW)) == (9, LINE)
    again.apply(page())
    assert again.until == 9
    again.close()


def test_what_is_withdrawn_or_expired_is_not_found(tmp_path: Path) -> None:
    copy = Copy.open(tmp_path)
    copy.apply(page({}))
    assert copy.find("phone", "2026Q4", TAG, NOW + 2 * 86_400_000_000) is None
    copy.apply(page({"number": 8, "is_withdrawn": True}))
    assert copy.find("phone", "2026Q4", TAG, NOW) is None
    copy.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(Misconfigured):
        Copy.open(tmp_path)
