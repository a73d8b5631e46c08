import msgspec
import pytest

from sealane.grading.record import ScanRequest, ScriptRequest, WatchRequest


def test_a_page_is_watched_at_least_weekly() -> None:
    body = {"urls": ["https://shop.example/"], "every_seconds": 8 * 86_400}
    with pytest.raises(msgspec.ValidationError, match="every_seconds"):
        msgspec.convert(body, WatchRequest)
    assert msgspec.convert({**body, "every_seconds": 604_800}, WatchRequest).every_seconds == 604_800


def test_an_authorisation_has_a_justification_and_a_whole_digest() -> None:
    body = {"name": "https://shop.example/pay.js", "justification": "Takes the payment"}
    assert msgspec.convert(body, ScriptRequest).digest == ""
    for wrong in ({"justification": ""}, {"digest": "abc"}, {"extra": 1}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({**body, **wrong}, ScriptRequest)


def test_a_scan_names_at_most_twenty_pages() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"urls": ["https://shop.example/"] * 21}, ScanRequest)
