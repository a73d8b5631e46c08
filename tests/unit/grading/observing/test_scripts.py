from sealane.grading.observing.scripts import is_guarded, is_known, observe_scripts, third_parties
from sealane.grading.own import Authorised
from sealane.grading.sight import Form, Page, Scan, Script

URL = "https://shop.example/pay"
OWN = Script("https://shop.example/pay.js", "shop.example", digest="aa")
PSP = Script("https://js.psp.example/v3?x", "js.psp.example", digest="bb")


def scan(*scripts: Script, forms: tuple[Form, ...] = (), policy: str = "") -> Scan:
    page = Page(URL, 200, (("content-security-policy", policy),) if policy else (), scripts=scripts, forms=forms)
    return Scan("shop.example", 0, "static", "", (page,), ("shop.example",), ("js.psp.example",))


def checks(seen: Scan, *authorised: Authorised, is_watched: bool = True) -> set[str]:
    return {each.check for each in observe_scripts(seen, authorised, is_watched=is_watched)}


def test_a_script_needs_an_authorisation_only_where_somebody_watches() -> None:
    assert checks(scan(OWN), is_watched=False) == set()
    assert checks(scan(OWN)) == {"script_unauthorised"}
    assert checks(scan(OWN), Authorised(OWN.name, "ours")) == set()
    assert checks(scan(OWN), Authorised(OWN.name, "ours", "aa")) == set()
    assert checks(scan(OWN), Authorised(OWN.name, "ours", "cc")) == {"script_altered"}


def test_the_script_of_another_host_is_pinned_by_integrity_or_digest() -> None:
    allowed = Authorised(PSP.name, "cards", "bb")
    assert checks(scan(PSP), allowed) == {"script_no_integrity"}
    page = scan(PSP).pages[0]
    assert is_guarded(PSP, page, (allowed,))
    assert not is_guarded(PSP, page, ())
    assert is_known(PSP, (allowed,))
    assert third_parties(scan(OWN, PSP)) == {"js.psp.example"}


def test_inline_scripts_are_held_by_a_policy() -> None:
    inline = Script("", "", digest="dd" * 32)
    assert "script_inline_open" in checks(scan(inline), is_watched=False)
    assert "script_inline_open" in checks(scan(inline, policy="img-src 'self'"), is_watched=False)
    assert checks(scan(inline, policy="script-src 'sha256-x'"), is_watched=False) == set()


def test_a_card_form_may_send_to_the_shop_and_to_listed_partners() -> None:
    for host, found in (("shop.example", set()), ("js.psp.example", set()), ("evil.example", {"card_form_unlisted"})):
        form = Form(f"https://{host}/x", host, takes_card=True)
        assert checks(scan(forms=(form,))) == found
