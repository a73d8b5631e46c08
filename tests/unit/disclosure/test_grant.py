"""A grant in one word, and each reason for which it is not redeemed."""

import msgspec
import pytest

from sealane.disclosure import NEVER_US, Grant, mask_of, refusal_of, shipped_policy, standing_of

NOW = 1_795_000_000_000_000
POLICY = shipped_policy().at(NOW)
PT = POLICY.corridor("CN", "PT", "card")
GRANT = Grant(
    digest=b"d",
    reference="gnt_1",
    order_id="ord_1",
    consignment_id=None,
    subject_id="sub_1",
    merchant_id="mer_1",
    party_id="pty_1",
    audience="last-mile",
    purpose="deliver",
    leg="last-mile",
    fields=mask_of(["name", "street"]),
    is_waiting=0,
    not_before_us=NOW,
    expires_us=NOW + 10,
    max_uses=2,
    uses=1,
    created_us=NOW,
)


@pytest.mark.parametrize(
    ("change", "standing", "code"),
    [
        ({}, "open", None),
        ({"uses": 2}, "spent", "grant-spent"),
        ({"expires_us": NOW}, "expired", "grant-expired"),
        ({"not_before_us": NOW + 1}, "early", "grant-expired"),
        ({"not_before_us": NEVER_US, "is_waiting": 1}, "waiting", "grant-expired"),
        ({"revoked_us": NOW, "revoked_because": "the shopper ended it"}, "revoked", "grant-revoked"),
        ({"fields": 0}, "open", "purpose-not-granted"),
        ({"fields": mask_of(["name", "tax_id"])}, "open", "grant-revoked"),
        ({"audience": "of-yesterday"}, "open", "grant-revoked"),
    ],
)
def test_standing_and_refusal(change: dict[str, object], standing: str, code: str | None) -> None:
    grant = msgspec.structs.replace(GRANT, **change)
    assert standing_of(grant, NOW) == standing
    refusal = refusal_of(grant, "pty_1", POLICY, PT, NOW)
    assert (refusal.code if refusal else None) == code


def test_another_party_is_refused_before_it_learns_anything() -> None:
    for grant in (GRANT, msgspec.structs.replace(GRANT, uses=2)):
        refusal = refusal_of(grant, "pty_2", POLICY, PT, NOW)
        assert refusal is not None
        assert refusal.code == "not-permitted"


def test_a_policy_that_narrows_ends_what_it_gave_before() -> None:
    wide = msgspec.structs.replace(
        GRANT, audience="authority", purpose="customs", leg="customs", fields=mask_of(["phone"])
    )
    us = POLICY.corridor("CN", "US", "card")
    assert refusal_of(wide, "pty_1", POLICY, us, NOW) is None
    before_the_law = shipped_policy().at(1_700_000_000_000_000)
    assert before_the_law.corridor("CN", "US", "card") == us
    refusal = refusal_of(wide, "pty_1", before_the_law, us, NOW)
    assert refusal is not None
    assert refusal.code == "grant-revoked"
