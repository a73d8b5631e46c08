import pytest

from sealane.keys.providers.pkcs11 import Pkcs11Root, Slot
from sealane.model.errors import Misconfigured


def test_a_module_that_is_not_there_is_a_wrong_setting() -> None:
    root = Pkcs11Root(Slot("/nowhere/libnone.so", "lane", "1234", "sealane-root"))
    for ask in (root.make, lambda: root.find(b"x" * 60)):
        with pytest.raises(Misconfigured, match="security module refuses"):
            ask()


def test_without_the_library_it_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("sealane.keys.providers.pkcs11.import_module", absent)
    with pytest.raises(Misconfigured) as refusal:
        Pkcs11Root(Slot("m", "t", "1234", "k"))
    assert "sealane[hsm]" in refusal.value.advice


def test_a_slot_does_not_print_its_pin() -> None:
    assert "1234" not in repr(Slot("m", "t", "1234", "k"))
