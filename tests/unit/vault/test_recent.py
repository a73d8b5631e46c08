from sealane.vault.recent import Recent


def test_the_longest_unused_goes_first() -> None:
    recent: Recent[str] = Recent(2)
    recent.keep("a", "A")
    recent.keep(b"b", "B")
    assert recent.get("a") == "A"
    recent.keep("c", "C")
    assert recent.get(b"b") is None
    assert (recent.get("a"), recent.get("c")) == ("A", "C")


def test_what_was_never_kept_is_not_there() -> None:
    assert Recent[int](1).get("x") is None
