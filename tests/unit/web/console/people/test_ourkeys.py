"""The page of keys: when each is replaced, and that replacing one there is on the log as from anywhere else."""

from collections.abc import Callable

import httpx

from sealane.app import Sealane
from sealane.web.app import Door


def test_replacing_keys_on_the_page_is_on_the_log(
    lane: Sealane, site: Door, asking: Callable[..., httpx.Response], cookie: dict[str, str]
) -> None:
    shown = asking(site, "GET", "/console/settings/keys", cookies=cookie)
    assert "Replaced at" in shown.text
    token = shown.text.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": token, "kinds": ["grant", "log"]}
    done = asking(site, "POST", "/console/settings/keys/rotation", cookies=cookie, data=form)
    assert done.status_code == 303, done.text
    assert lane.rooms.ring.newest("log") == 2
    assert lane.rooms.ring.blinder_versions("grants") == (2, 1)
    with lane.rooms.database.reader() as conn:
        sql = "SELECT count(*) FROM log_entry WHERE instr(leaf, ?) > 0"
        assert conn.execute(sql, (b'"kind":"key.rotated"',)).fetchone() == (1,)
