from typing import Any

import pytest

from sealane.interchange.signatures.message import Message
from sealane.interchange.signatures.profile import FAPI_TAG, TAG, check_profile, choose
from sealane.interchange.signatures.reading import Candidate
from sealane.model.errors import CoverageMissing, SignatureInvalid, Stale

NOW = 1_795_340_000
MESSAGE = Message({"authorization": "x", "content-digest": "d", "content-type": "t"}, b"{}", "POST", "https://a/b")
COVERED = ("@method", "@target-uri", "authorization", "content-digest", "content-type")


def candidate(covered: tuple[str, ...] = COVERED, **changes: Any) -> Candidate:
    told = {"created": NOW, "keyid": "k", "nonce": "12345678", "tag": TAG} | changes
    return Candidate(
        "s", tuple((name, {}) for name in covered), {k: v for k, v in told.items() if v is not None}, "", b""
    )


def test_what_covers_all_and_is_of_now_passes() -> None:
    for tag in (TAG, FAPI_TAG):
        for age in (-300, 0, 5):
            check_profile(candidate(created=NOW + age, tag=tag), MESSAGE, NOW * 10**6)
    check_profile(candidate(tag=FAPI_TAG, nonce=None), MESSAGE, NOW * 10**6)
    check_profile(candidate(expires=NOW + 300), MESSAGE, NOW * 10**6)


@pytest.mark.parametrize("missing", COVERED)
def test_each_component_is_needed(missing: str) -> None:
    with pytest.raises(CoverageMissing, match=missing):
        check_profile(candidate(tuple(name for name in COVERED if name != missing)), MESSAGE, NOW * 10**6)


@pytest.mark.parametrize("changes", [{"keyid": None}, {"nonce": None}, {"nonce": "short"}])
def test_key_id_and_nonce_are_needed(changes: dict[str, Any]) -> None:
    with pytest.raises(CoverageMissing):
        check_profile(candidate(**changes), MESSAGE, NOW * 10**6)


@pytest.mark.parametrize(
    "changes",
    [{"created": None}, {"created": NOW - 301}, {"created": NOW + 6}, {"expires": NOW - 1}, {"expires": NOW + 301}],
)
def test_other_times_are_stale(changes: dict[str, Any]) -> None:
    with pytest.raises(Stale):
        check_profile(candidate(**changes), MESSAGE, NOW * 10**6)


def test_exactly_one_signature_is_ours() -> None:
    other = candidate(tag="a-proxy")
    assert choose([other, candidate()]).parameters["tag"] == TAG
    for several in ([], [other], [candidate(), candidate()]):
        with pytest.raises(SignatureInvalid):
            choose(several)
