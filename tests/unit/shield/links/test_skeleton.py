import pytest

from sealane.shield.links.skeleton import is_mixed, skeleton


@pytest.mark.parametrize(
    ("label", "reads"),
    [
        ("paypal", "paypal"),
        ("\u0440\u0430\u0443\u0440\u0430l", "paypal"),
        ("f\u00e9d\u00e9x", "fedex"),
        ("\u0501\u04bbl", "dhl"),
        ("k\u029f\u1d00\u0280na", "klarna"),
        ("\u03c5ps", "ups"),
        ("\u65e5\u672c", "\u65e5\u672c"),
    ],
)
def test_a_label_reads_as_its_skeleton(label: str, reads: str) -> None:
    assert skeleton(label) == reads


@pytest.mark.parametrize(
    ("label", "mixed"),
    [
        ("\u0440aypal", True),
        ("d\u03bfl", True),
        ("paypal", False),
        ("\u043f\u043e\u0447\u0442\u0430", False),
        ("\u65e5\u672cpost", False),
        ("\ud0dd\ubc30post", False),
        ("f\u00e9d\u00e9x-24", False),
    ],
)
def test_scripts_that_no_language_mixes_are_mixed(label: str, mixed: bool) -> None:
    assert is_mixed(label) is mixed
