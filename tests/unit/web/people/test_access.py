import pytest

from sealane.model.errors import NotPermitted
from sealane.model.party import PERSON_ROLES, Person, PersonRole
from sealane.web.console import routes
from sealane.web.people.access import AREAS, area_of, check_access, may_act, may_open


def person(*roles: PersonRole) -> Person:
    return Person("prs_1", "Mira", roles)


def test_every_address_of_the_console_lies_in_an_area() -> None:
    public = ("/console/signin", "/console/signout", "/console/links")
    paths = {getattr(route, "path", "") for route in routes}
    for path in sorted(path for path in paths if path.startswith("/console") and not path.startswith(public)):
        assert area_of(path).path, path


def test_who_acts_may_look() -> None:
    for area in AREAS:
        assert set(area.acted_on_by) <= set(area.opened_by), area.path


@pytest.mark.parametrize("path", ["/console/settings", "/console/settings/parties.json", "/console/unheard-of"])
def test_settings_and_whatever_has_no_row_are_for_operators(path: str) -> None:
    for role in PERSON_ROLES:
        assert may_open(person(role), path) == (role == "operator")


def test_an_analyst_decides_and_an_auditor_looks_on() -> None:
    for path in ("/console/review", "/console/review.json", "/console/review/case_1/close"):
        assert may_act(person("analyst"), path)
        assert may_open(person("auditor"), path)
        assert not may_act(person("auditor"), path)
        assert not may_open(person("engineer"), path)


def test_a_refusal_names_who_may() -> None:
    with pytest.raises(NotPermitted, match="privacy officer, operator"):
        check_access(person("auditor"), "/console/incidents", acts=True)
    check_access(person("operator"), "/console/incidents", acts=True)


def test_names_that_merely_begin_like_an_area_are_none() -> None:
    assert not area_of("/console/logs").path
    assert area_of("/console.json").path == "/console"
