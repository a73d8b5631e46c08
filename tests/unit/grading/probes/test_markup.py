from hypothesis import given
from hypothesis import strategies as st

from sealane.grading.probes.markup import read_cookies, read_page

URL = "https://shop.example/a/checkout"


def test_scripts_forms_and_frames_are_resolved() -> None:
    page = read_page(
        URL,
        200,
        (),
        b"""<base href="/b/"><script src="x.js?v=1" integrity="sha384-y"></script><script>go()</script>
        <script type="application/json">{}</script><form action="pay" method=POST><input name="card_number"></form>
        <iframe src="//psp.example/f"></iframe><img src="http://cdn.example/i.png"><p onclick=x onload=y>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'">
        <meta http-equiv=refresh content="3; URL='https://away.example/'">""",
    )
    assert [script.url for script in page.scripts] == ["https://shop.example/b/x.js?v=1", ""]
    assert page.scripts[0].integrity == "sha384-y"
    assert len(page.scripts[1].digest) == 64
    [form] = page.forms
    assert (form.action, form.method, form.takes_card) == ("https://shop.example/b/pay", "post", True)
    assert page.frames[0].host == "psp.example"
    assert page.plain_resources == ("http://cdn.example/i.png",)
    assert (page.handlers, page.meta_policy, page.refresh) == (2, "default-src 'none'", "https://away.example/")
    assert page.base == ""


def test_card_fields_are_known_by_many_names() -> None:
    for field in (
        'autocomplete="cc-number"', 'autocomplete="section-a cc-csc"', 'name="cardNumber"', 'id="card-no"', "name=cvv",
        'placeholder="Security code"',
    ):  # fmt: skip
        page = read_page(URL, 200, (), f"<form><input {field}></form>".encode())
        assert page.forms[0].takes_card, field
        loose = read_page(URL, 200, (), f"<input {field}>".encode())
        assert loose.forms[0].takes_card, field
    assert not read_page(URL, 200, (), b"<form><input name=company></form>").forms[0].takes_card


def test_a_button_may_send_a_form_elsewhere() -> None:
    html = b'<form action="/pay"><input name=cvc><button formaction="https://evil.example/"></form>'
    assert [form.host for form in read_page(URL, 200, (), html).forms] == ["shop.example", "evil.example"]


def test_other_kinds_of_files_are_not_read_as_markup() -> None:
    page = read_page(URL, 200, (("content-type", "application/json"),), b"<script>x</script>")
    assert page.scripts == ()


def test_cookies_are_read_without_their_values() -> None:
    [cookie] = read_cookies((("set-cookie", "SessionId=s3cret; path=/; SECURE; HttpOnly; samesite=Strict"),))
    assert cookie.is_session
    assert cookie.is_secure
    assert cookie.is_http_only
    assert cookie.same_site == "strict"
    assert "s3cret" not in repr(cookie)


@given(st.text(max_size=400))
def test_any_markup_is_read(html: str) -> None:
    read_page(URL, 200, (), html.encode("utf-8", "replace"))
