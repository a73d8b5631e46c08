import msgspec
import pytest

from sealane.supervision.controls.security import Key, VaultRow


def test_rows_come_from_json_and_unknown_members_are_refused() -> None:
    row = msgspec.json.decode(b'{"id":"kek/pii 1","made_us":1,"is_newest":true,"is_wrapped":true}', type=Key)
    assert (row.is_periodic, row.entry) == (True, None)
    with pytest.raises(msgspec.ValidationError, match="colour"):
        msgspec.json.decode(b'{"id":"v","expires_us":1,"is_readable":true,"colour":"red"}', type=VaultRow)


def test_a_row_without_its_facts_is_none() -> None:
    with pytest.raises(msgspec.ValidationError, match="made_us"):
        msgspec.json.decode(b'{"id":"kek/pii 1"}', type=Key)
