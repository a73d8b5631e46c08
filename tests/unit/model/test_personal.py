import copy
import pickle

import msgspec
import pytest

from sealane.model.errors import SealaneError
from sealane.model.order import Shopper
from sealane.model.personal import Address, Sensitive, decode_hook

SECRET = "Zoë Quillfeather"
sensitive = Sensitive(SECRET)


def test_no_way_of_printing_shows_the_value() -> None:
    shown = f"{sensitive} {sensitive!r} {sensitive!s} {sensitive:>40} %s {[sensitive]} {{}}" % sensitive
    assert SECRET not in shown
    assert "Zo" not in repr(Shopper(name=sensitive))


@pytest.mark.parametrize("way", [pickle.dumps, copy.copy, copy.deepcopy])
def test_it_leaves_the_process_in_no_copy(way: object) -> None:
    with pytest.raises(SealaneError):
        way(sensitive)  # type: ignore[operator] # each of the three takes one argument


def test_it_cannot_be_encoded_or_hashed() -> None:
    for encode in (msgspec.json.encode, msgspec.msgpack.encode):
        with pytest.raises(TypeError):
            encode(sensitive)
        with pytest.raises(TypeError):
            encode(Address(country="PT", name=sensitive))
    with pytest.raises(TypeError):
        hash(sensitive)


def test_it_opens_for_the_vault_alone_and_compares() -> None:
    assert sensitive.open_for_sealing() == SECRET
    assert sensitive == Sensitive(SECRET)
    assert sensitive != Sensitive("x")
    assert sensitive != SECRET
    assert Sensitive(1) == Sensitive(1)


@pytest.mark.parametrize("value", [1, None, ["x"], "x" * 501, "a\0b"])
def test_the_hook_takes_short_text_only(value: object) -> None:
    with pytest.raises(ValueError, match="Expected"):
        decode_hook(Sensitive[str], value)


def test_the_hook_builds_nothing_else() -> None:
    with pytest.raises(NotImplementedError):
        decode_hook(complex, "1")
