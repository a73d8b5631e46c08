"""Who may open which page of the console and act on it: one table, asked for every page, twin, file and button.

An operator may do everything but be two people. An address in no row is for operators only.
"""

from typing import NamedTuple

from sealane.model.errors import NotPermitted
from sealane.model.party import PERSON_ROLES, Person, PersonRole

__all__ = ["AREAS", "TITLES", "Area", "area_of", "check_access", "may_act", "may_open"]

Roles = tuple[PersonRole, ...]

TITLES: dict[PersonRole, str] = {
    "analyst": "Analyst",
    "engineer": "Engineer",
    "privacy_officer": "Privacy officer",
    "auditor": "Auditor",
    "operator": "Operator",
}


class Area(NamedTuple):
    """The pages under one address: who opens them, and who acts on them."""

    path: str
    opened_by: Roles
    acted_on_by: Roles


AREAS = (
    Area("/console/review", ("analyst", "auditor", "privacy_officer"), ("analyst",)),
    Area("/console/orders", PERSON_ROLES, ("analyst",)),
    Area("/console/disclosures", ("privacy_officer", "auditor", "analyst"), ("privacy_officer",)),
    Area("/console/rules", ("analyst", "auditor", "engineer"), ("analyst",)),
    Area("/console/grades", PERSON_ROLES, ("analyst",)),
    Area("/console/interchange", ("engineer", "auditor"), ("engineer",)),
    Area("/console/incidents", ("privacy_officer", "auditor"), ("privacy_officer",)),
    Area("/console/controls", ("auditor", "privacy_officer"), ("auditor",)),
    Area("/console/log", PERSON_ROLES, ()),
    Area("/console/account", PERSON_ROLES, PERSON_ROLES),
    Area("/console/settings/endpoints", ("engineer", "auditor"), ("engineer",)),
    Area("/console/settings", (), ()),
    Area("/console/live", PERSON_ROLES, ()),
)
_HOME = Area("/console", PERSON_ROLES, ())
_NOBODY_ELSE = Area("", (), ())


def area_of(path: str) -> Area:
    """Return the area that a page, or its JSON twin, lies in."""
    page = path.removesuffix(".json")
    if page == _HOME.path:
        return _HOME
    return next((area for area in AREAS if page == area.path or page.startswith(f"{area.path}/")), _NOBODY_ELSE)


def may_open(person: Person, path: str) -> bool:
    """Tell whether the person may open this page."""
    return person.has_any(area_of(path).opened_by)


def may_act(person: Person, path: str) -> bool:
    """Tell whether the person may press buttons under this address."""
    return person.has_any(area_of(path).acted_on_by)


def check_access(person: Person, path: str, *, acts: bool) -> None:
    """Make sure that the person may open the page, or act on it.

    Raises:
        NotPermitted: naming who may.
    """
    if (may_act if acts else may_open)(person, path):
        return
    area = area_of(path)
    roles = dict.fromkeys((*(area.acted_on_by if acts else area.opened_by), "operator"))
    names = ", ".join(TITLES[role].lower() for role in TITLES if role in roles)
    what = "This can be done by" if acts else "This page is for"
    raise NotPermitted(f"{what}: {names}.", remedy="Ask an operator for the role, or somebody who has it.")
