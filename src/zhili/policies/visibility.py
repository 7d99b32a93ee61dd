"""Who may see what 可见范围: per role its cases, its personal data; per level what is kept back."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from zhili.policies.policy import Policy
from zhili.values import Code, Role, Value
from zhili.workflows import role

__all__ = [
    "CONTACT_THROUGH_CENTRE", "EVERYTHING", "NOTHING", "Figures", "Kind", "LevelRule", "Scope",
    "View", "Visibility",
]  # fmt: skip

Scope = Literal["all", "district", "unit", "own", "public", "none"]
"""
Whose cases: `all`; `district`, those of one's own unit and the units below it; `unit`, those that
one's unit has, had, or has a part in; `own`, those of which one is the subject; `public`, what
hangs on the wall; `none`.
"""

Figures = Literal["all", "own", "none"]
"""Whose figures: everybody's; `own`, those of one's own unit and the units below it; `none`."""

Kind = Literal["identity", "name", "contact", "address", "words", "evaluation"]
"""
Kinds of personal data. `identity` is the host's id of the person, by which cases are joined;
`evaluation` are the words of whoever was asked how they were served, which the judged never see.
"""

OF_THE_MATTER: Final[tuple[Kind, ...]] = ("identity", "name", "contact", "address", "words")
EVERYTHING: Final[tuple[Kind, ...]] = (*OF_THE_MATTER, "evaluation")

CASELESS: Final = frozenset({"public", "none"})
OUTSIDE: Final = CASELESS | {"own"}


class View(Value):
    """
    What one role sees.

    `masked` are the kinds of personal data that it is shown, in their masked form; `readable` those
    of them that it may read unmasked when it says for what purpose. `limited` says whether the
    levels of confidentiality keep anything from it, `figures` whose figures it may ask for, and
    `access_log` whether it may ask who has read a case.
    """

    role: Role
    scope: Scope = "none"
    masked: tuple[Kind, ...] = ()
    readable: tuple[Kind, ...] = ()
    limited: bool = True
    figures: Figures = "none"
    access_log: bool = False

    @property
    def outside(self) -> bool:
        """Whether it sees no cases by its office: its own at the most."""
        return self.scope in OUTSIDE

    @model_validator(mode="after")
    def _reads_only_what_it_is_shown(self) -> Self:
        unseen = sorted(set(self.readable) - set(self.masked))
        if unseen:
            message = f"{self.role} may read {unseen[0]!r} but is not shown it; add it to masked"
            raise ValueError(message)
        if self.scope in CASELESS and (self.masked or self.readable):
            message = f"{self.role} sees no case, and so nothing personal; leave masked empty"
            raise ValueError(message)
        return self


NOTHING: Final = View(role=Role("nobody"))
"""What a role sees that the policy does not name."""


class LevelRule(Value):
    """
    What is kept, from this level of confidentiality upwards, from those whom levels limit.

    `unlisted` is not shown in lists, `handler_only` only to the one handler whom the case names,
    `hidden` to none of them, and `unreadable` is shown masked and never otherwise.
    """

    level: Annotated[int, Field(ge=0, le=3)]
    unlisted: tuple[Kind, ...] = ()
    handler_only: tuple[Kind, ...] = ()
    hidden: tuple[Kind, ...] = ()
    unreadable: tuple[Kind, ...] = ()


CONTACT_THROUGH_CENTRE: Final = 3
"""The level from which on nobody but the centre speaks with whoever reported (§8)."""

PERSON: Final[tuple[Kind, ...]] = ("identity", "name", "contact", "address")
"""All that leads to a person, apart from their words."""

LEVELS: Final = (
    LevelRule(level=1, unlisted=("identity", "name")),
    LevelRule(level=2, handler_only=PERSON),
    LevelRule(level=3, hidden=PERSON, unreadable=("words", "evaluation")),
)
"""§8: 1 hidden from lists, 2 one named handler, 3 contact goes through the centre."""


OUTSIDE_ADMINISTRATION: Final = frozenset({
    role.COMMUNITY, role.GRID_WORKER, role.WALL_KEEPER, role.BRANCH_SECRETARY,
    role.HOME_ORGANISATION,
})  # fmt: skip
"""Who stands outside the administration: a city's figures are no business of theirs."""


def _figures(of: Role, scope: Scope) -> Figures:
    if scope in OUTSIDE:
        return "none"
    return "own" if of in OUTSIDE_ADMINISTRATION else "all"


def _views(
    roles: tuple[Role, ...],
    scope: Scope,
    masked: tuple[Kind, ...] = OF_THE_MATTER,
    readable: tuple[Kind, ...] = OF_THE_MATTER,
    *,
    limited: bool = True,
) -> tuple[View, ...]:
    return tuple(
        View(
            role=each, scope=scope, masked=masked, readable=readable, limited=limited,
            figures=_figures(each, scope),
        )
        for each in roles
    )  # fmt: skip


CENTRE: Final = (
    role.INTAKE_AGENT, role.DISPATCHER, role.CALLBACK_AGENT, role.SUPERVISOR, role.CENTRE_LEADER,
)  # fmt: skip
EXAMINING: Final = (role.DISPUTE_ADJUDICATOR, role.REVIEWER, role.ASSESSOR)
HANDLING: Final = (role.UNIT_OPERATOR, role.UNIT_LEADER)
HELPING: Final = (
    role.CO_HANDLER, role.COMMUNITY, role.GRID_WORKER, role.DUTY_OFFICER, role.LEADING_MEMBER,
    role.STREET_SECRETARY, role.STREET_DIRECTOR,
)  # fmt: skip
KEEPING: Final = (role.WALL_KEEPER, role.BRANCH_SECRETARY)
ABOVE: Final = (
    role.DISTRICT_COORDINATOR, role.WHISTLE_OFFICE, role.DISTRICT_LEADER, role.TOWN_OFFICE,
    role.STREET_PARTY_COMMITTEE,
)  # fmt: skip
DIRECTING: Final = (role.CITY_LEADER, role.INDUSTRY_DEPARTMENT, role.ORGANISATION_DEPARTMENT)
PEOPLE: Final = (role.COMPLAINANT, role.RESIDENT, role.PARTY_MEMBER, role.VOLUNTEER)

VIEWS: Final = (
    *_views(CENTRE, "all", EVERYTHING, EVERYTHING, limited=False),
    *_views(EXAMINING, "all", readable=("words",), limited=False),
    *_views((role.ARCHIVIST,), "all", readable=(), limited=False),
    *_views(DIRECTING, "all", ("words",), ()),
    *_views(ABOVE, "district", readable=("words",)),
    *_views(HANDLING, "unit"),
    *_views(KEEPING, "unit"),
    *_views(HELPING, "unit", readable=("words",)),
    *_views((role.HOME_ORGANISATION,), "unit", ("name",), ()),
    *_views(PEOPLE, "own", (), ()),
    View(
        role=role.INSPECTOR, scope="all", masked=EVERYTHING, readable=EVERYTHING, limited=False,
        figures="all", access_log=True,
    ),
)  # fmt: skip
"""§2.3 and §8; which roles read what with a purpose is a *design* value."""

TOLD_OUTSIDE: Final = (
    "answer", "category", "channel", "channel_told", "complainant_told", "contacted", "due_at",
    "expected_at", "explanation", "gate", "gates", "grade", "kind", "level", "number", "outcome",
    "place", "public_text", "reached", "result", "review_at", "satisfaction", "solved", "target",
    "title", "unit", "urgency", "was_due_at", "way",
)  # fmt: skip
"""Fields of events that whoever appealed is told: what became of it, and no word for the file."""


class Visibility(Policy):
    """
    Who may see what.

    A role that `views` does not name sees nothing, and so do those who are nobody. `told_outside`
    names the fields of events that those are told who see their own cases only.
    """

    name: ClassVar[str] = "visibility"

    views: tuple[View, ...] = VIEWS
    levels: tuple[LevelRule, ...] = LEVELS
    told_outside: tuple[Code, ...] = TOLD_OUTSIDE

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        roles = [view.role for view in self.views]
        twice = sorted({one for one in roles if roles.count(one) > 1})
        if twice:
            message = f"views names the role {twice[0]!r} more than once; name each role once"
            raise ValueError(message)
        return self

    @cached_property
    def _by_role(self) -> dict[Role, View]:
        return {view.role: view for view in self.views}

    def view(self, of: Role | None) -> View:
        """Give what a role sees: nothing, if the policy does not name it."""
        return NOTHING if of is None else self._by_role.get(of, NOTHING)

    def rules_at(self, level: int) -> tuple[LevelRule, ...]:
        """Give the rules that hold for a case of that level: those of lower ones as well."""
        return tuple(rule for rule in self.levels if rule.level <= level)
