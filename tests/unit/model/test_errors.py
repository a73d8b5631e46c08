import inspect

from sealane.model import errors
from sealane.model.errors import Misconfigured, SealaneError


def every_error() -> list[type[SealaneError]]:
    return [e for e in vars(errors).values() if inspect.isclass(e) and issubclass(e, SealaneError)]


def test_each_code_names_one_error_and_each_error_says_what_to_do() -> None:
    codes = [error.code for error in every_error()]
    assert len(codes) == len(set(codes))
    for error in every_error():
        assert error.title, error.remedy
        assert error.remedy.endswith("."), error.code
        assert error is SealaneError or error is Misconfigured or error.status in range(400, 504)


def test_the_drawn_tree_is_the_real_one() -> None:
    drawing = errors.__doc__ or ""
    for error in every_error():
        assert error.__name__ in drawing, f"draw {error.__name__} in the tree"


def test_an_error_carries_its_advice() -> None:
    refusal = Misconfigured("The port is taken.", remedy="Choose another --port.")
    assert (refusal.detail, refusal.advice, str(refusal)) == (
        "The port is taken.",
        "Choose another --port.",
        "The port is taken.",
    )
    assert Misconfigured().advice == Misconfigured.remedy
