import msgspec
import pytest

from oversight import clean
from sealane.supervision.controls.facts import Facts


def test_facts_survive_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(clean()), type=Facts) == clean()


def test_what_others_bring_lies_over_what_is_here() -> None:
    here = Facts(roles=("merchant",), labels=())
    whole = here.merged(Facts(labels=clean().labels))
    assert (whole.roles, whole.labels, whole.vault) == (("merchant",), clean().labels, None)


def test_an_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(msgspec.ValidationError, match="labelz"):
        msgspec.json.decode(b'{"labelz":[]}', type=Facts)
