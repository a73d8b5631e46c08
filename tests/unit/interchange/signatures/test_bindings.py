from pathlib import Path

import pytest

from sealane.interchange.signatures.bindings import Binding, Bindings, DpopCall, certificate_thumbprint, verify_dpop
from sealane.model.errors import NotAuthenticated
from sealane.storage.database import Database


def test_bindings_are_remembered_over_a_restart(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "lane")
    try:
        bindings = Bindings(database)
        assert not bindings
        database.run(lambda tx: bindings.add(tx, b"digest", Binding("dpop", "t")))
        assert bindings.of(b"digest") == Bindings(database).of(b"digest") == Binding("dpop", "t")
        assert bindings.of(b"other") is None
    finally:
        database.close()


@pytest.mark.parametrize("field", ["", "x", "::", ":%:", ":A:", ":AAAA"])
def test_what_is_no_certificate_is_refused(field: str) -> None:
    with pytest.raises(NotAuthenticated):
        certificate_thumbprint(field)


@pytest.mark.parametrize("proof", ["", "a.b.c", "..", "e30.e30.", "\u00e9.\u00e9.\u00e9"])
def test_what_is_no_proof_is_refused(proof: str) -> None:
    with pytest.raises(NotAuthenticated):
        verify_dpop(proof, DpopCall("GET", "https://a/b", "sk"), "t", party_id="p", now_us=1)
