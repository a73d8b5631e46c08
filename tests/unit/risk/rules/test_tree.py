from sealane.risk.rules.tree import ExpressionError, Literally, Name


def test_a_mistake_carries_its_place_code_and_advice() -> None:
    error = ExpressionError(7, "unexpected", "Expected a name.")
    assert (error.at, error.code, error.message, str(error)) == (
        7,
        "unexpected",
        "Expected a name.",
        "Expected a name.",
    )


def test_nodes_are_values() -> None:
    assert Name(1, "amount") == Name(1, "amount")
    assert Literally(0, "int", 5) != Literally(0, "double", 5.0)
