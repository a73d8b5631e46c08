from sealane.shield.links.vocabulary import fold, vocabulary


def test_letters_that_read_alike_are_made_one() -> None:
    assert fold("roya1mai1") == fold("royalmail") == "royalmall"
    assert fold("arnazon") == fold("amazon")
    assert fold("dh1") == fold("dhl")


def test_the_lists_are_there_and_do_not_contradict_each_other() -> None:
    words = vocabulary()
    assert {"track", "package"} <= words.lures | {fold("track"), fold("package")}
    assert not words.cheap_endings & words.closed_endings
    assert "bit.ly" in words.shorteners
    assert all(set(word) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for word in words.lures | words.fillers)
