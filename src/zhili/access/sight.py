"""What one person sees: which cases, and which personal data of them, by the policy in force."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from zhili.access.units import Below, same_unit
from zhili.errors import PolicyRefusedError, RoleRefusedError
from zhili.policies.visibility import CONTACT_THROUGH_CENTRE, Kind, LevelRule, View, Visibility
from zhili.workflows.complaint import COMPLAINT

if TYPE_CHECKING:
    from datetime import datetime

    from zhili.access.seen import Shade
    from zhili.aggregates import Case
    from zhili.policies.rules import Rules
    from zhili.projections.listing import ListedCase
    from zhili.projections.question import Question
    from zhili.values import Actor

__all__ = ["ACCUSED", "NO_PART", "Sight", "Standing"]

QuestionT = TypeVar("QuestionT", bound="Question")

ACCUSED: Final = "accused"
"""The kind of an entity inside a case that is a unit which the case is about."""

NO_PART: Final = (ACCUSED, "rating", "vote")
"""Kinds of entities by which no unit has a part in a case: a unit that is rated was summoned."""


PLACES: Final = ("within", "village", "street", "unit")
"""The fields by which a figure is narrowed to a unit; of several the first holds all below it."""


class Standing(NamedTuple):
    """What of a case decides on what is shown of it."""

    subject: str | None
    person: str | None
    level: int

    @classmethod
    def of(cls, case: Case | ListedCase) -> Standing:
        """Take it from a folded case, or from a row of the register."""
        return cls(case.subject, case.person, case.confidentiality)


class Sight:
    """
    What one person sees, at one instant, under the rules in force.

    Pure: it looks at cases that somebody else has read. Whoever may not see a case is to be told
    that there is none.
    """

    def __init__(self, actor: Actor | None, rules: Rules, now: datetime, zone: str) -> None:
        """
        See for *actor*, as the host has authenticated them; None is anybody.

        Raises:
            PolicyRefusedError: If the policy was published and cannot be read: nobody sees then.
        """
        self.actor = actor
        self._rules = rules
        self._today = now.astimezone(ZoneInfo(zone)).date()
        self.policy = _policy_in(rules)
        self.view: View = self.policy.view(actor.role if actor else None)

    # — which cases —

    def sees(self, case: Case) -> bool:
        """Say whether they may know that there is such a case."""
        if self.actor is None or not case.registered or self._is_accused_in(case):
            return False
        match self.view.scope:
            case "all":
                return True
            case "own":
                # An item of the wall is also theirs who have claimed it in person.
                return self.actor.id in {case.subject, *getattr(case, "owners", ())}
            case "unit":
                return self.actor.unit is not None and self.actor.unit in involved(case)
            case "district":
                return self.below is not None and any(map(self.below.has, involved(case)))
            case _:
                return False

    def _is_accused_in(self, case: Case) -> bool:
        """Say whether the case is about their own unit (JN-REG 32; §2.8, 7)."""
        about = {part.unit for part in case.entities() if part.kind == ACCUSED}
        return bool(about) and not about.isdisjoint(self.own_unit)

    @cached_property
    def own_unit(self) -> tuple[str, ...]:
        """Every way to write their own unit."""
        return same_unit(self.actor.unit) if self.actor and self.actor.unit else ()

    @cached_property
    def below(self) -> Below | None:
        """Their own unit and those below it; None if they have none."""
        if self.actor is None or self.actor.unit is None:
            return None
        return Below(self.actor.unit, self._rules.organisation, self._today)

    @property
    def staff(self) -> bool:
        """Whether they see cases of others by their office."""
        return not self.view.outside

    def answers_for(self, unit: str | None) -> bool:
        """Say whether they may look at what a unit has before it; None is every unit's."""
        match self.view.scope:
            case "all":
                return True
            case "unit":
                return unit is not None and unit in self.own_unit
            case "district":
                return unit is not None and self.below is not None and self.below.has(unit)
            case _:
                return False

    # — which figures —

    @property
    def asks_figures(self) -> bool:
        """Whether they may ask for any figures."""
        return self.view.figures != "none"

    def has_figures_of(self, unit: str) -> bool:
        """Say whether they may have the figures of *unit*."""
        if self.view.figures != "own":
            return self.view.figures == "all"
        return unit in self.own_unit or (self.below is not None and self.below.has(unit))

    def place_of_figures(self, unit: str | None) -> str | None:
        """
        Give the unit whose figures they get when they ask for those of *unit*; None is everybody's.

        Who may have the figures of their own unit only gets those, when they name none.

        Raises:
            RoleRefusedError: If figures are not for them, or not those of *unit*.
        """
        if self.view.figures == "all":
            return unit
        if self.view.figures == "none" or self.actor is None:
            raise RoleRefusedError("figures are not for this role", roles=())
        if self.actor.unit is None:
            message = "this role has the figures of its own unit, and you belong to none"
            raise RoleRefusedError(message, roles=())
        if unit is not None and not self.has_figures_of(unit):
            message = f"the figures of {unit} are not yours; leave the unit out, or name your own"
            raise RoleRefusedError(message, roles=())
        return unit or self.actor.unit

    def figure(self, question: QuestionT) -> QuestionT:
        """
        Give a *question* about figures as they may ask it: narrowed to their unit if need be.

        Raises:
            RoleRefusedError: If it is about others' figures, has no place to narrow it to, or tells
                how many reports there are to somebody who may not know of each.
        """
        self._refuse_kinds(question)
        if self.view.figures == "all":
            return question
        fields = type(question).model_fields
        named = [name for name in PLACES if name in fields]
        if not named:
            message = f"{question.definition} is of everybody, and you may have your own unit's"
            raise RoleRefusedError(message, roles=())
        for name in named[1:]:  # a filter besides the place
            if getattr(question, name) is not None:
                self.place_of_figures(getattr(question, name))
        place = self.place_of_figures(getattr(question, named[0]))
        return question.model_copy(update={named[0]: place})

    def _refuse_kinds(self, question: Question) -> None:
        """
        Refuse figures of the kinds of appeals to whoever may not know of every case.

        A count of one report about a unit would tell it of what is not there for it. The other
        kinds, taken from all, leave the reports: so no kind is counted apart.
        """
        if self.view.scope == "all" or getattr(question, "case_type", None) != COMPLAINT.name:
            return
        if getattr(question, "by", None) == "kind" or getattr(question, "kind", None) is not None:
            message = (
                "kinds of appeals are not counted for this role: a small number of reports would "
                "tell of one that it may not know of; ask without kind"
            )
            raise RoleRefusedError(message, roles=())

    # — which personal data —

    def shade(self, kind: Kind, of: Standing, *, owner: str | None, listed: bool = False) -> Shade:
        """
        Say how a personal value is shown to them.

        Args:
            kind: What kind of data it is.

            of: What of its case decides.

            owner: Whose it is.

            listed: Whether it is for a list and not for the case's own page.
        """
        if self.actor is None:
            return "hidden"
        if owner is not None and owner == self.actor.id:
            return "open"
        if kind not in self.view.masked or self._is_kept_back(kind, of, listed=listed):
            return "hidden"
        return "masked"

    def may_read(self, kind: Kind, of: Standing, *, owner: str | None) -> bool:
        """Say whether they may read a value of that kind unmasked, with a purpose."""
        shade = self.shade(kind, of, owner=owner)
        if shade != "masked" or kind not in self.view.readable:
            return shade == "open"
        return not (self.view.limited and _names(kind, self._levels(of), "unreadable"))

    def knows_subject(self, of: Standing, *, listed: bool = False) -> bool:
        """Say whether they may know whose case it is: by the host's id of that person."""
        return self.shade("identity", of, owner=of.subject, listed=listed) != "hidden"

    def knows_surname(self, of: Standing) -> bool:
        """Say whether names keep their surnames for them, in whatever text they stand."""
        return self.shade("name", of, owner=of.subject) != "hidden"

    def knows_place(self, of: Standing) -> bool:
        """Say whether they are told where it is to the door: not where an address is kept back."""
        own = self.actor is not None and of.subject == self.actor.id
        return own or not self._is_kept_back("address", of, listed=False)

    @property
    def joins_cases(self) -> bool:
        """Whether they may look for the cases of one person."""
        return "identity" in self.view.masked

    @cached_property
    def joined_below(self) -> int | None:
        """The level from which on a person's cases are not joined for them; None for no level."""
        return self._kept_from("identity", "unlisted", "handler_only", "hidden")

    @cached_property
    def sought_below(self) -> int | None:
        """The level from which on a house finds no case of others; None for no level."""
        return self._kept_from("address", "handler_only", "hidden")

    def contact_through_centre(self, of: Standing) -> bool:
        """Say whether they must leave it to the centre to speak with whoever reported."""
        return self.view.limited and of.level >= CONTACT_THROUGH_CENTRE

    def _is_kept_back(self, kind: Kind, of: Standing, *, listed: bool) -> bool:
        if not self.view.limited:
            return False
        levels = self._levels(of)
        if _names(kind, levels, "hidden") or (listed and _names(kind, levels, "unlisted")):
            return True
        is_handler = self.actor is not None and of.person == self.actor.id
        return _names(kind, levels, "handler_only") and not is_handler

    def _kept_from(self, kind: Kind, *ways: str) -> int | None:
        """Give the lowest level that keeps *kind* from them in one of those ways."""
        if not self.view.limited:
            return None
        kept = (
            rule.level
            for rule in self.policy.levels
            if any(kind in getattr(rule, way) for way in ways)
        )
        return min(kept, default=None)

    def _levels(self, of: Standing) -> tuple[LevelRule, ...]:
        return self.policy.rules_at(of.level)


def involved(case: Case) -> frozenset[str]:
    """Give the units that have a case, had it, or have a part in it."""
    had = (spell.unit for spell in case.spells)
    parts = (part.unit for part in case.entities() if part.kind not in NO_PART)
    # A branch's call is answered for by the organisation from which its member comes.
    home = getattr(case, "home_organisation", None)
    return frozenset(unit for unit in (case.unit, case.village, home, *had, *parts) if unit)


def _names(kind: Kind, rules: Iterable[LevelRule], field: str) -> bool:
    return any(kind in getattr(rule, field) for rule in rules)


def _policy_in(rules: Rules) -> Visibility:
    """Give the policy, or the one that a store begins with where none was published yet."""
    try:
        rules.version(Visibility.name)
    except PolicyRefusedError:
        return Visibility()
    return rules.visibility
