"""Faults to seed into the shop of `shops`, each by the name of the check of grading that finds it."""

import ssl
import warnings
from collections.abc import Callable
from typing import Any

from shops import CHECKOUT, GOOD_HEADERS, Shop

__all__ = ["FAULTS", "TLS_FAULTS", "old_tls"]

CSP = GOOD_HEADERS["Content-Security-Policy"]
CARD = '<form method="post" action="{}"><input autocomplete="cc-number"></form>'
COOKIE = "session=1; Secure; HttpOnly; SameSite=Lax"


def _body(html: str) -> Callable[[Shop], None]:
    return lambda shop: shop.change(body=html)


def _head(**headers: str | None) -> Callable[[Shop], None]:
    return lambda shop: shop.change(headers={name.replace("_", "-"): value for name, value in headers.items()})


FAULTS: dict[str, Callable[[Shop], None]] = {
    "csp_missing": _head(Content_Security_Policy=None),
    "csp_report_only": lambda s: s.change(
        headers={"Content-Security-Policy": None, "Content-Security-Policy-Report-Only": CSP}
    ),
    "csp_unlimited": _head(Content_Security_Policy="frame-ancestors 'none'"),
    "csp_unsafe_inline": _head(Content_Security_Policy=CSP.replace("script-src 'self'", "script-src 'unsafe-inline'")),
    "csp_unsafe_eval": _head(Content_Security_Policy=CSP.replace("script-src 'self'", "script-src 'unsafe-eval'")),
    "csp_wide_source": _head(Content_Security_Policy=CSP.replace("script-src 'self'", "script-src https:")),
    "csp_plain_source": _head(Content_Security_Policy=CSP.replace("img-src 'self'", "img-src http://cdn.example")),
    "hsts_missing": _head(Strict_Transport_Security=None),
    "hsts_short": _head(Strict_Transport_Security="max-age=86400"),
    "hsts_unreadable": _head(Strict_Transport_Security="always"),
    "framing_missing": _head(Content_Security_Policy=CSP.replace("; frame-ancestors 'none'", "")),
    "framing_unreadable": lambda s: s.change(
        headers={
            "Content-Security-Policy": CSP.replace("; frame-ancestors 'none'", ""),
            "X-Frame-Options": "ALLOW-FROM https://a.example",
        }
    ),
    "sniffing_missing": _head(X_Content_Type_Options=None),
    "sniffing_unreadable": _head(X_Content_Type_Options="no"),
    "referrer_open": _head(Referrer_Policy="unsafe-url"),
    "sharing_open": _head(Access_Control_Allow_Origin="*"),
    "sharing_with_credentials": _head(Access_Control_Allow_Origin="*", Access_Control_Allow_Credentials="true"),
    "resource_unreadable": _head(Cross_Origin_Resource_Policy="mine"),
    "cookie_session_plain": _head(Set_Cookie=COOKIE.replace("; Secure", "")),
    "cookie_session_readable": _head(Set_Cookie=COOKIE.replace("; HttpOnly", "")),
    "cookie_plain": _head(Set_Cookie="basket=1; SameSite=Lax"),
    "cookie_no_same_site": _head(Set_Cookie=COOKIE.replace("; SameSite=Lax", "")),
    "cookie_same_site_broken": _head(Set_Cookie="basket=1; SameSite=None"),
    "card_form_unlisted": _body(CHECKOUT + CARD.format("https://collect.example/x")),
    "card_form_plain": _body(CHECKOUT + CARD.format("http://localhost/x")),
    "card_form_in_address": _body(CHECKOUT + CARD.format("/pay").replace("post", "get")),
    "form_unlisted": _body(CHECKOUT + '<form action="https://other.example/"></form>'),
    "form_plain": _body(CHECKOUT + '<form action="http://localhost/"></form>'),
    "script_plain": _body(CHECKOUT + '<script src="http://cdn.example/a.js"></script>'),
    "script_no_integrity": _body(CHECKOUT + '<script src="https://cdn.example/a.js"></script>'),
    "script_inline_open": lambda s: s.change(
        headers={"Content-Security-Policy": CSP.replace("script-src 'self'", "script-src 'unsafe-inline'")},
        body=CHECKOUT + "<script>track()</script>",
    ),
    "inline_handlers": _body(CHECKOUT + '<a onclick="go()">x</a>'),
    "base_foreign": _body(CHECKOUT.replace("<title>", '<base href="https://evil.example/"><title>')),
    "refresh_away": _body(CHECKOUT + '<meta http-equiv="refresh" content="5; url=https://away.example/">'),
    "content_plain": _body(CHECKOUT + '<img src="http://cdn.example/a.png">'),
    "script_hosts_many": _body(
        CHECKOUT + "".join(f'<script integrity="sha384-x" src="https://h{n}.example/"></script>' for n in range(19))
    ),
    "security_txt_missing": lambda s: s.pages.pop("/.well-known/security.txt") and None,
    "security_txt_no_contact": lambda s: s.change("/.well-known/security.txt", body="Expires: 2036-01-01T00:00:00Z\n"),
    "security_txt_expired": lambda s: s.change(
        "/.well-known/security.txt", body="Contact: mailto:a@shop.example\nExpires: 2020-01-01T00:00:00Z\n"
    ),
}


def old_tls(version: str) -> Callable[[ssl.SSLContext], None]:
    """Return what lets a server speak this version of TLS and all later ones."""

    def tune(context: ssl.SSLContext) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = getattr(ssl.TLSVersion, version)
        context.set_ciphers("ALL:@SECLEVEL=0")

    return tune


def _capped(version: str) -> Callable[[ssl.SSLContext], None]:
    def tune(context: ssl.SSLContext) -> None:
        old_tls("TLSv1")(context)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.maximum_version = getattr(ssl.TLSVersion, version)

    return tune


def _ciphers(names: str) -> Callable[[ssl.SSLContext], None]:
    return lambda context: context.set_ciphers(f"{names}:@SECLEVEL=0")


TLS_FAULTS: dict[str, tuple[dict[str, Any], Callable[[ssl.SSLContext], None] | None]] = {
    "tls_1_0": ({}, old_tls("TLSv1")),
    "tls_1_1": ({}, old_tls("TLSv1_1")),
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
