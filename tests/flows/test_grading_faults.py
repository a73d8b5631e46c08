"""Forty faults seeded into a real TLS shop on loopback, each found; and the same shop always gets the same grade."""

import ssl
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sealane.grading import Graded, Own, Request, Scan, Scanner, Terms, any_address, judge, shipped_rubric
from sealane.model.clock import system_clock
from shops import CHECKOUT, GOOD_HEADERS, Authority, Shop

CSP = GOOD_HEADERS["Content-Security-Policy"]
CARD = '<form method="post" action="{}"><input autocomplete="cc-number"></form>'
COOKIE = "session=1; Secure; HttpOnly; SameSite=Lax"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def plain() -> Iterator[Shop]:
    with Shop(None) as shop:
        yield shop


@pytest.fixture(scope="module")
def shop(authority: Authority) -> Iterator[Shop]:
    with Shop(authority.certificate()) as shop:
        yield shop


@pytest.fixture
def look(authority: Authority, shop: Shop, plain: Shop) -> Callable[[], tuple[Scan, Graded]]:
    """Put the good shop back and return a function that grades it."""
    shop.reset()
    shop.use(authority.certificate())
    plain.pages = {"/checkout": (301, {"Location": f"{shop.origin}/checkout"}, b"")}
    scanner = Scanner(Terms(trusted=str(authority.file), allows_private=True), any_address, system_clock)

    def graded() -> tuple[Scan, Graded]:
        request = Request((f"{shop.origin}/checkout",), ("localhost",), plain_port=plain.port)
        scan = scanner.look(request)
        return scan, judge(shipped_rubric(), scan, Own(), now_us=scan.scanned_us)

    return graded


def body(html: str) -> Callable[[Shop], None]:
    return lambda shop: shop.change(body=html)


def head(**headers: str | None) -> Callable[[Shop], None]:
    return lambda shop: shop.change(headers={name.replace("_", "-"): value for name, value in headers.items()})


FAULTS: dict[str, Callable[[Shop], None]] = {
    "csp_missing": head(Content_Security_Policy=None),
    "csp_report_only": lambda s: s.change(
        headers={"Content-Security-Policy": None, "Content-Security-Policy-Report-Only": CSP}
    ),
    "csp_unlimited": head(Content_Security_Policy="frame-ancestors 'none'"),
    "csp_unsafe_inline": head(Content_Security_Policy=CSP.replace("script-src 'self'", "script-src 'unsafe-inline'")),
    "csp_unsafe_eval": head(Content_Security_Policy=CSP.replace("script-src 'self'", "script-src 'unsafe-eval'")),
    "csp_wide_source": head(Content_Security_Policy=CSP.replace("script-src 'self'", "script-src https:")),
    "csp_plain_source": head(Content_Security_Policy=CSP.replace("img-src 'self'", "img-src http://cdn.example")),
    "hsts_missing": head(Strict_Transport_Security=None),
    "hsts_short": head(Strict_Transport_Security="max-age=86400"),
    "hsts_unreadable": head(Strict_Transport_Security="always"),
    "framing_missing": head(Content_Security_Policy=CSP.replace("; frame-ancestors 'none'", "")),
    "framing_unreadable": lambda s: s.change(
        headers={
            "Content-Security-Policy": CSP.replace("; frame-ancestors 'none'", ""),
            "X-Frame-Options": "ALLOW-FROM https://a.example",
        }
    ),
    "sniffing_missing": head(X_Content_Type_Options=None),
    "sniffing_unreadable": head(X_Content_Type_Options="no"),
    "referrer_open": head(Referrer_Policy="unsafe-url"),
    "sharing_open": head(Access_Control_Allow_Origin="*"),
    "sharing_with_credentials": head(Access_Control_Allow_Origin="*", Access_Control_Allow_Credentials="true"),
    "resource_unreadable": head(Cross_Origin_Resource_Policy="mine"),
    "cookie_session_plain": head(Set_Cookie=COOKIE.replace("; Secure", "")),
    "cookie_session_readable": head(Set_Cookie=COOKIE.replace("; HttpOnly", "")),
    "cookie_plain": head(Set_Cookie="basket=1; SameSite=Lax"),
    "cookie_no_same_site": head(Set_Cookie=COOKIE.replace("; SameSite=Lax", "")),
    "cookie_same_site_broken": head(Set_Cookie="basket=1; SameSite=None"),
    "card_form_unlisted": body(CHECKOUT + CARD.format("https://collect.example/x")),
    "card_form_plain": body(CHECKOUT + CARD.format("http://localhost/x")),
    "card_form_in_address": body(CHECKOUT + CARD.format("/pay").replace("post", "get")),
    "form_unlisted": body(CHECKOUT + '<form action="https://other.example/"></form>'),
    "form_plain": body(CHECKOUT + '<form action="http://localhost/"></form>'),
    "script_plain": body(CHECKOUT + '<script src="http://cdn.example/a.js"></script>'),
    "script_no_integrity": body(CHECKOUT + '<script src="https://cdn.example/a.js"></script>'),
    "script_inline_open": lambda s: s.change(
        headers={"Content-Security-Policy": CSP.replace("script-src 'self'", "script-src 'unsafe-inline'")},
        body=CHECKOUT + "<script>track()</script>",
    ),
    "inline_handlers": body(CHECKOUT + '<a onclick="go()">x</a>'),
    "base_foreign": body(CHECKOUT.replace("<title>", '<base href="https://evil.example/"><title>')),
    "refresh_away": body(CHECKOUT + '<meta http-equiv="refresh" content="5; url=https://away.example/">'),
    "content_plain": body(CHECKOUT + '<img src="http://cdn.example/a.png">'),
    "script_hosts_many": body(
        CHECKOUT + "".join(f'<script integrity="sha384-x" src="https://h{n}.example/"></script>' for n in range(19))
    ),
    "security_txt_missing": lambda s: s.pages.pop("/.well-known/security.txt") and None,
    "security_txt_no_contact": lambda s: s.change("/.well-known/security.txt", body="Expires: 2036-01-01T00:00:00Z\n"),
    "security_txt_expired": lambda s: s.change(
        "/.well-known/security.txt", body="Contact: mailto:a@shop.example\nExpires: 2020-01-01T00:00:00Z\n"
    ),
}


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_of_the_pages_is_found(check: str, shop: Shop, look: Callable[[], tuple[Scan, Graded]]) -> None:
    FAULTS[check](shop)
    scan, graded = look()
    found = {finding.check for finding in graded.findings}
    assert check in found
    cap = shipped_rubric().checks[check].cap
    assert cap is None or cap in {each.grade for each in graded.caps}
    assert scan.mode == "static"


def _old(version: str) -> Callable[[ssl.SSLContext], None]:
    def tune(context: ssl.SSLContext) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = getattr(ssl.TLSVersion, version)
        context.set_ciphers("ALL:@SECLEVEL=0")

    return tune


def _capped(version: str) -> Callable[[ssl.SSLContext], None]:
    def tune(context: ssl.SSLContext) -> None:
        _old("TLSv1")(context)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.maximum_version = getattr(ssl.TLSVersion, version)

    return tune


def _ciphers(names: str) -> Callable[[ssl.SSLContext], None]:
    return lambda context: context.set_ciphers(f"{names}:@SECLEVEL=0")


TLS_FAULTS: dict[str, tuple[dict[str, Any], Callable[[ssl.SSLContext], None] | None]] = {
    "tls_1_0": ({}, _old("TLSv1")),
    "tls_1_1": ({}, _old("TLSv1_1")),
    "tls_only_old": ({}, _capped("TLSv1_1")),
    "tls_no_1_3": ({}, _capped("TLSv1_2")),
    "cipher_anonymous": ({}, _ciphers("ECDHE+AESGCM:aNULL")),
    "cipher_null": ({"rsa_bits": 2048}, _ciphers("ECDHE+AESGCM:eNULL")),
    "cipher_static_rsa": ({"rsa_bits": 2048}, _ciphers("ECDHE+AESGCM:AES256-SHA")),
    "certificate_expired": ({"days": (-30, -1)}, None),
    "certificate_not_yet_valid": ({"days": (5, 90)}, None),
    "certificate_self_signed": ({"signs_itself": True}, None),
    "certificate_mismatch": ({"names": ("other.example",)}, None),
    "certificate_ends_soon": ({"days": (-80, 5)}, None),
    "certificate_short_key": ({"rsa_bits": 1024}, _ciphers("ECDHE+AESGCM")),
}


@pytest.mark.parametrize("check", TLS_FAULTS)
def test_a_fault_of_the_encryption_is_found(
    check: str, shop: Shop, authority: Authority, look: Callable[[], tuple[Scan, Graded]]
) -> None:
    made, tune = TLS_FAULTS[check]
    shop.use(authority.certificate(**made), tune)
    _, graded = look()
    assert check in {finding.check for finding in graded.findings}
    assert graded.observed != "A+"
    if check.startswith("certificate_") and shipped_rubric().checks[check].cap == "T":
        assert graded.grade == "T"


def test_an_unknown_authority_is_not_trusted(
    tmp_path: Path, shop: Shop, look: Callable[[], tuple[Scan, Graded]]
) -> None:
    shop.use(Authority(tmp_path).certificate())
    _, graded = look()
    assert graded.grade == "T"
    assert {"certificate_untrusted"} == {cap.check for cap in graded.caps}


@pytest.mark.parametrize(
    ("location", "check"),
    [
        ("http://localhost/", "redirect_stays_plain"),
        ("https://elsewhere.example/", "redirect_off_host"),
        ("", "redirect_missing"),
    ],
)
def test_a_fault_of_the_redirect_is_found(
    location: str, check: str, plain: Shop, look: Callable[[], tuple[Scan, Graded]]
) -> None:
    plain.pages = {"/checkout": (302, {"Location": location}, b"") if location else (200, {}, b"hello")}
    _, graded = look()
    assert check in {finding.check for finding in graded.findings}


def test_a_good_shop_has_no_finding_and_the_same_sight_gives_the_same_grade(
    look: Callable[[], tuple[Scan, Graded]],
) -> None:
    scan, graded = look()
    assert graded.findings == ()
    assert (graded.grade, graded.observed) == ("U", "A+")
    assert 0.3 < graded.coverage < 0.6
    again = judge(shipped_rubric(), scan, Own(), now_us=scan.scanned_us)
    assert again == graded
    _, second = look()
    assert second == graded


def test_there_are_at_least_forty_faults() -> None:
    assert len(FAULTS) + len(TLS_FAULTS) + 4 >= 40
