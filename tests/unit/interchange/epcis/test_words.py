from sealane.interchange.epcis.words import KINDS, WORDS


def test_every_kind_is_read_as_it_is_written() -> None:
    assert {kind: KINDS[words] for kind, words in WORDS.items()} == {kind: kind for kind in WORDS}
