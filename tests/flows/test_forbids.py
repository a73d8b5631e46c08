"""An operator's own policies, in a file: they keep fields out of new grants and end grants made before."""

from pathlib import Path
from typing import Any

import pytest

from orders import order
from sealane.app import Sealane
from sealane.flows.privacy.disclose import Answer, Denied, Redemption, redeem
from sealane.flows.privacy.granting import GrantRequest, Issued, grant
from sealane.model.errors import Misconfigured
from sealane.model.party import Party, PartyRequest
from sealane.settings import Settings
from sealane.storage import parties

FORBIDS = '@id("no-street-by-wings") forbid (principal == Role::"carrier", action, resource == Field::"street");'


def granted(lane: Sealane, carrier: Party, **terms: Any) -> Issued:
    request = GrantRequest(
        order=lane.place(order()).order_id, party_id=carrier.party_id, purpose="deliver", leg="last-mile", **terms
    )
    merchant = lane.merchant("Local merchant")
    return lane.rooms.database.run(lambda tx: grant(lane.rooms, merchant, request, tx))


def redeemed(lane: Sealane, carrier: Party, issued: Issued, key: str | None = None) -> Answer | Denied:
    redemption = Redemption(carrier, issued.grant, key)
    return lane.rooms.database.run(lambda tx: redeem(lane.rooms, redemption, tx))


def test_what_the_operator_forbids_is_not_granted_and_no_longer_given(tmp_path: Path) -> None:
    pytest.importorskip("cedarpy")
    folder, file = str(tmp_path / "lane"), tmp_path / "forbids.cedar"
    with Sealane.open(Settings(data_dir=folder)) as lane:
        request = PartyRequest(name="Fast Wings", roles=("carrier",), country="PT")
        carrier = lane.rooms.database.run(lambda tx: parties.add(tx, request, b"w" * 32))
        before, other = granted(lane, carrier, max_uses=5), granted(lane, carrier, fields=("name",))
        assert isinstance(redeemed(lane, carrier, before, "once"), Answer)
    file.write_text(FORBIDS)
    with Sealane.open(Settings(data_dir=folder, policy_forbids=str(file))) as lane:
        issued = granted(lane, carrier)
        assert "street" not in issued.grant.names
        assert "name" in issued.grant.names
        (refusal,) = (each for each in issued.refused if each.field == "street")
        assert (refusal.code, refusal.cell) == ("forbidden", "no-street-by-wings")
        for key in (None, "once"):
            denied = redeemed(lane, carrier, before, key)
            assert isinstance(denied, Denied)
            assert denied.refusal.code == "grant-revoked"
            assert "no-street-by-wings" in denied.refusal.detail
        again = lane.rooms.database.run(
            lambda tx: lane.rooms.disclosure.grant(tx, before.grant.reference, by_reference=True)
        )
        assert again.uses == 1, "a refused attempt takes no use"
        assert isinstance(redeemed(lane, carrier, other), Answer)
    file.write_text("permit (principal, action, resource);")
    with pytest.raises(Misconfigured, match="may only forbid"):
        Sealane.open(Settings(data_dir=folder, policy_forbids=str(file)))
