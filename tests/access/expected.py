"""
Who sees what, said once more: by a table of its own, which no code of the library has a hand in.

A letter says how a kind of personal data is shown at levels 0 to 3: `o` open, `R` masked and to be
read with a purpose, `m` masked and no more, `-` hidden.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from zhili.values import Actor, Role

STREET: Final = "110105001"
HELPER: Final = "110105002"
ACCUSED: Final = "110105003"
EARLIER: Final = "110105004"
ELSEWHERE: Final = "110106001"
DISTRICT: Final = "110105"
CITIZEN: Final = "citizen-1"
HANDLER: Final = "handler-1"

LEVELS: Final = (0, 1, 2, 3)

POSITIONS: Final[dict[str, tuple[str, str | None]]] = {
    "unit": ("somebody", STREET),
    "handler": (HANDLER, STREET),
    "part": ("somebody", HELPER),
    "had": ("somebody", EARLIER),
    "above": ("somebody", DISTRICT),
    "elsewhere": ("somebody", ELSEWHERE),
    "accused": ("somebody", ACCUSED),
    "accused-written-otherwise": ("somebody", f"{ACCUSED}000"),
    "own": (CITIZEN, None),
    "nobody": ("somebody", None),
}
"""Where somebody stands to the case: their id and their unit."""

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "centre": ("intake_agent", "dispatcher", "callback_agent", "supervisor", "centre_leader"),
    "examiner": ("dispute_adjudicator", "reviewer", "assessor"),
    "archivist": ("archivist",),
    "inspector": ("inspector",),
    "director": ("city_leader", "industry_department", "organisation_department"),
    "above": (
        "district_coordinator", "whistle_office", "district_leader", "town_office",
        "street_party_committee",
    ),
    "handling": ("unit_operator", "unit_leader", "wall_keeper", "branch_secretary"),
    "helping": (
        "co_handler", "community", "grid_worker", "duty_officer", "leading_member",
        "street_secretary", "street_director",
    ),
    "home": ("home_organisation",),
    "people": ("complainant", "resident", "party_member", "volunteer"),
    "outside": ("importer", "administrator", "system", "a-role-of-nobody"),
}  # fmt: skip

ROLES: Final = tuple(role for roles in GROUPS.values() for role in roles)

EVERYWHERE: Final = frozenset(POSITIONS) - {"accused", "accused-written-otherwise"}
OF_THE_UNIT: Final = frozenset({"unit", "handler", "part", "had"})

SEES: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(("centre", "examiner", "archivist", "inspector", "director"), EVERYWHERE),
    "above": OF_THE_UNIT | {"above"},
    **dict.fromkeys(("handling", "helping", "home"), OF_THE_UNIT),
    "people": frozenset({"own"}),
    "outside": frozenset(),
}
"""From which positions a group sees the case; what a unit had once is seen, and not listed."""

SHOWN: Final[dict[str, dict[str, str]]] = {
    "centre": {"person": "RRRR", "words": "RRRR", "listed": "mmmm"},
    "examiner": {"person": "mmmm", "words": "RRRR", "listed": "mmmm"},
    "archivist": {"person": "mmmm", "words": "mmmm", "listed": "mmmm"},
    "inspector": {"person": "RRRR", "words": "RRRR", "listed": "mmmm"},
    "director": {"person": "----", "words": "mmmm", "listed": "----"},
    "above": {"person": "mm--", "words": "RRRm", "listed": "m---"},
    "handling": {"person": "RR--", "words": "RRRm", "listed": "m---"},
    "helping": {"person": "mm--", "words": "RRRm", "listed": "m---"},
    "home": {"person": "----", "name": "mm--", "words": "----", "listed": "----"},
    "people": {"person": "oooo", "words": "oooo", "listed": "oooo"},
}
HANDLERS_OWN: Final = {"mm--": "mmm-", "RR--": "RRR-"}
"""What the one handler whom the case names is shown instead: a person at level 2 as well."""

LIMITED: Final = frozenset({"director", "above", "handling", "helping", "home"})
PLACES: Final = {"unit": "oo--", "handler": "ooo-"}
"""How those whom levels limit are told where it is: open, or to the community only."""

KINDS: Final = {"name": "name", "phone": "contact", "address": "address", "content": "words"}


class Expected(NamedTuple):
    """What somebody is to see of a case."""

    sees: bool
    listed: bool
    subject: bool
    """Whether the case's page says whose it is."""
    subject_listed: bool
    place: bool
    """Whether they are told where it is to the door."""
    shades: dict[str, str]
    """The letter of each personal field."""


NOTHING: Final = Expected(sees=False, listed=False, subject=False, subject_listed=False,
                          place=False, shades={})  # fmt: skip


def expected(role: str, position: str, level: int) -> Expected:
    """Say what somebody with *role* at *position* is to see of a case of *level*."""
    group = next(name for name, roles in GROUPS.items() if role in roles)
    if position not in SEES[group]:
        return NOTHING
    if position == "own":
        return Expected(sees=True, listed=True, subject=True, subject_listed=True, place=True,
                        shades=dict.fromkeys(KINDS, "o"))  # fmt: skip
    shown = SHOWN[group]
    if position == "handler":
        shown = {kind: HANDLERS_OWN.get(letters, letters) for kind, letters in shown.items()}
    person = shown["person"]
    letters = {field: shown.get(kind, person)[level] for field, kind in KINDS.items()}
    by_office = group not in {"above", "handling", "helping", "home"}
    return Expected(
        sees=True,
        listed=by_office or position != "had",
        subject=person[level] != "-",
        subject_listed=shown["listed"][level] != "-",
        place=group not in LIMITED or PLACES.get(position, PLACES["unit"])[level] == "o",
        shades=letters,
    )


def actor(role: str, position: str) -> Actor:
    """Give who has *role* at *position*."""
    id_, unit = POSITIONS[position]
    return Actor(id=id_, role=Role(role), unit=unit)
