import pytest

from sealane.grading.observing.policy import policies_of
from sealane.grading.sight import Page


@pytest.mark.parametrize(
    ("text", "strict", "inline", "evals", "wide"),
    [
        ("default-src 'none'", False, False, False, False),
        ("script-src 'self' 'unsafe-inline'", False, True, False, False),
        ("script-src 'nonce-a' 'unsafe-inline'", True, False, False, False),
        ("script-src 'sha256-x' 'strict-dynamic' https:", True, False, False, False),
        ("script-src * 'unsafe-eval'", False, False, True, True),
        ("SCRIPT-SRC https:", False, False, False, True),
        ("default-src *; script-src 'self'", False, False, False, False),
        ("img-src 'self'", False, False, False, False),
    ],
)
def test_a_policy_says_what_scripts_may(text: str, strict: bool, inline: bool, evals: bool, wide: bool) -> None:
    [policy] = policies_of(Page("https://a.example/", headers=(("content-security-policy", text),)))
    assert (policy.is_strict, policy.allows_inline, policy.allows_eval, policy.is_wide) == (strict, inline, evals, wide)


def test_header_and_markup_both_count_and_the_first_directive_wins() -> None:
    page = Page(
        "https://a.example/",
        headers=(("content-security-policy", "script-src 'self'; script-src *"),),
        meta_policy="img-src http://x.example",
    )
    first, second = policies_of(page)
    assert first.scripts == ("'self'",)
    assert second.scripts is None
    assert second.has_plain_source
    assert policies_of(Page("https://a.example/")) == []
