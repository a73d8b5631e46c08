from pathlib import Path

import pytest

from sealane.keys.providers.choice import root_of
from sealane.settings import Settings


@pytest.mark.parametrize("name", ["file", "shamir", "pkcs11", "transit", "kms"])
def test_the_setting_names_the_provider(tmp_path: Path, name: str) -> None:
    assert root_of(Settings(data_dir=str(tmp_path), root_provider=name)).name == name
