from sealane.grading.sight import Page, Script


def test_a_script_is_known_without_its_query_or_by_its_text() -> None:
    assert Script("https://a.example/x.js?v=2", "a.example").name == "https://a.example/x.js"
    assert Script("", "", digest="ab" * 32).name == "inline:" + "ab" * 8


def test_headers_of_one_name_are_one_list() -> None:
    page = Page("https://a.example/", headers=(("x", "1"), ("y", "2"), ("x", "3")))
    assert page.header("x") == "1, 3"
    assert page.header("z") is None
