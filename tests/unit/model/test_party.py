from sealane.model.party import PERSON_ROLES, Person


def test_a_role_opens_what_names_it_and_an_operator_everything() -> None:
    analyst = Person("prs_1", "Mira", ("analyst",))
    assert analyst.has_any(("auditor", "analyst"))
    assert not analyst.has_any(("auditor",))
    assert not analyst.has_any(())
    assert all(Person("prs_2", "Op", ("operator",)).has_any((role,)) for role in PERSON_ROLES)
