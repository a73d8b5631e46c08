from sealane.supervision.evidence.pack import assemble, digest_of, seal


def test_a_pack_is_lines_of_json_with_the_seal_on_top_and_the_checksum_below() -> None:
    body = assemble({"about": {}}, [{"rate": {"b": 1, "a": 2}}])
    assert body == b'{"about":{}}\n{"rate":{"a":2,"b":1}}\n'
    lines = seal(body, b'{"x":1}').split(b"\n")
    assert lines[0] == b'{"format":"sealane/evidence@v1","opening":{"x":1}}'
    assert lines[-2].startswith(b'{"sha256":"')
    assert lines[-1] == b""


def test_equal_claims_give_equal_digests() -> None:
    assert digest_of(assemble({"a": 1, "b": 2}, ())) == digest_of(assemble({"b": 2, "a": 1}, ()))
