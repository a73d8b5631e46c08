import pytest

from sealane.keys.providers.kms import KmsRoot
from sealane.model.errors import Misconfigured


def test_an_address_of_nobody_is_a_wrong_setting() -> None:
    with pytest.raises(Misconfigured, match="no address"):
        KmsRoot("https://kms.example/key").make()


def test_without_tink_it_says_which_extra_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("sealane.keys.providers.kms.import_module", absent)
    with pytest.raises(Misconfigured) as refusal:
        KmsRoot("gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k").find(b"x")
    assert "sealane[kms]" in refusal.value.advice
