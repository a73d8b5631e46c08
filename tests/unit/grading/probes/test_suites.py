from sealane.grading.probes.suites import ALL, BITS, FAMILIES, FORWARD, MODERN


def test_every_suite_belongs_to_one_family() -> None:
    families = [MODERN, FORWARD, *FAMILIES.values()]
    codes = [code for family in families for code in family]
    assert len(codes) == len(set(codes)) == len(BITS)
    assert not (FAMILIES["null"].keys() | FAMILIES["anonymous"].keys()) & ALL.keys()
    assert all(0 <= bits <= 256 for bits in BITS.values())
