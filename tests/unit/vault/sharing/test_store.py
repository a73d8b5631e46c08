from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sealane.keys.ring import KeyRing
from sealane.model.errors import Erased
from sealane.vault.datakeys import DataKeys
from sealane.vault.sharing.store import move_in, open_server_keys
from sealane.vault.store import Tombstone
from servers import fresh_database, postgres
from vaults import MERCHANT, ROOT_KEY


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres() as url:
        yield url


def test_two_servers_never_get_the_same_number(tmp_path: Path, server: str) -> None:
    url, ring = fresh_database(server), KeyRing.open(tmp_path, root_key=ROOT_KEY)
    one, other = (DataKeys.share(url, tmp_path, ring, used=0) for _ in range(2))
    numbers = [keys.take("pii", MERCHANT)[0] for _ in range(100) for keys in (one, other)]
    assert len(set(numbers)) == 200
    number, key = one.take("pii", MERCHANT)
    assert other.find(number).open(key.seal(b"x", b""), b"") == b"x"
    other.bury([Tombstone(number, "sub_1", 1, b"{}")])
    with pytest.raises(Erased):
        one.find(number)
    one.close()
    other.close()


def test_an_empty_database_takes_the_keys_of_the_folder_once(tmp_path: Path, server: str) -> None:
    url, ring = fresh_database(server), KeyRing.open(tmp_path, root_key=ROOT_KEY)
    alone = DataKeys.open(tmp_path, ring, used=0)
    number, key = alone.take("pii", MERCHANT)
    alone.close()
    shared = DataKeys.share(url, tmp_path, ring, used=number)
    assert shared.find(number).open(key.seal(b"x", b""), b"") == b"x"
    assert shared.take("pii", MERCHANT)[0] > number
    shared.close()
    move_in(tmp_path / "vault-keys.db", url)
    with closing(open_server_keys(url)) as keys:
        assert keys.execute("SELECT count(*) FROM data_key WHERE number = ?", (number,)).fetchone() == (1,)
