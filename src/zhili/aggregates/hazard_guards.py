"""
The guards of the hazard table: what must hold for a step, one question each.

The first line of a guard is what people read when it does not hold.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from zhili.errors import GuardRefusedError
from zhili.workflows.role import COMMUNITY

if TYPE_CHECKING:
    from zhili.aggregates.case import Case
    from zhili.policies.rules import Rules

    Base = Case
else:
    Base = object

__all__ = ["HazardGuards", "end_of_report"]


def end_of_report(found_at: datetime, rules: Rules) -> datetime:
    """Give the end of the local day on which a community reports what it found."""
    return rules.end_of(rules.day_of(found_at) + timedelta(days=rules.hazard.report_days))


class HazardGuards(Base):
    """The guards, apart from the events so that each can be read by itself."""

    def kind_is_in_the_catalogue(self, event: Any, rules: Rules) -> bool:
        """The kind must be one of the catalogue's."""
        if rules.hazard.kind(event.kind) is None:
            codes = tuple(kind.code for kind in rules.hazard.kinds)
            message = f"{event.kind!r} is no kind of the catalogue; they are: {', '.join(codes)}"
            raise GuardRefusedError(message, policy="hazard", given=event.kind, codes=codes)
        return True

    def has_a_photo(self, event: Any, _rules: Rules) -> bool:
        """A hazard is shown on a photo."""
        return any(photo.media_type.startswith("image/") for photo in event.photos)

    def communities_find_at_home(self, event: Any, _rules: Rules) -> bool:
        """A community finds in its own area; volunteers and grid workers name the community."""
        return bool(event.by.role != COMMUNITY or event.by.unit == event.community)

    def report_day_follows_the_rules(self, event: Any, rules: Rules) -> bool:
        """The day by which it is reported must be the one of the rules."""
        return bool(event.report_by == end_of_report(event.occurred_at, rules))

    def actor_is_accountable(self, event: Any, _rules: Rules) -> bool:
        """Only the unit that answers for it may do this."""
        return bool(event.by.unit == self.unit)

    def community_may_fix_it(self, _event: Any, rules: Rules) -> bool:
        """A community fixes only what stands on its own list; it reports the rest."""
        kind = rules.hazard.kind(self.kind or "")
        return kind is not None and kind.fixed_by_community

    def goes_to_its_street(self, event: Any, rules: Rules) -> bool:
        """It goes to the street in which the community lies."""
        return self._above("street", event, rules) in (None, event.unit)

    def goes_to_its_district(self, event: Any, rules: Rules) -> bool:
        """It goes to the district in which the community lies."""
        return self._above("district", event, rules) in (None, event.unit)

    def _above(self, level: str, event: Any, rules: Rules) -> str | None:
        day = rules.day_of(event.occurred_at)
        return rules.organisation.ancestor(self.village or "", level, day)

    def level_has_a_limit(self, event: Any, rules: Rules) -> bool:
        """The level must be one that the rules have a limit for, 1 being the gravest."""
        return bool(0 < event.level <= len(rules.hazard.rectify))

    def no_whistle_runs(self, _event: Any, _rules: Rules) -> bool:
        """While the departments are called by a whistle, its end is waited for."""
        return self.whistle is None

    def whistle_has_a_kind_and_units(self, event: Any, _rules: Rules) -> bool:
        """A whistle is drafted with its kind and units; without one none are named."""
        called = event.whistle_kind is not None and bool(event.units)
        named = event.whistle_kind is not None or bool(event.units)
        return called if event.whistle else not named

    def is_its_whistle(self, event: Any, _rules: Rules) -> bool:
        """Only the whistle that was blown for it reports to it."""
        return bool(event.whistle == self.whistle)

    def departments_are_named_once(self, event: Any, _rules: Rules) -> bool:
        """Each department is the lead or assists, once."""
        named = (event.lead, *event.assisting)
        return len(set(named)) == len(named)

    def was_named(self, event: Any, _rules: Rules) -> bool:
        """Only the departments that were named are called."""
        return event.unit in (self.lead, *self.assisting)

    def actor_speaks_for_the_part(self, event: Any, _rules: Rules) -> bool:
        """A department reports its own part only."""
        return bool(event.by.unit == event.unit)

    def actor_is_of_the_community(self, event: Any, _rules: Rules) -> bool:
        """Only the community in which it lies may do this."""
        return bool(event.by.unit == self.village)

    def actor_is_of_the_street(self, event: Any, rules: Rules) -> bool:
        """Only the street in which it lies may do this."""
        return bool(event.by.unit == (self.street or self._above("street", event, rules)))

    def actor_is_of_its_district(self, event: Any, rules: Rules) -> bool:
        """Only the district in which it lies may do this."""
        return bool(event.by.unit == (self.district or self._above("district", event, rules)))

    def actor_verifies_it(self, event: Any, rules: Rules) -> bool:
        """Only the community and the street in which it lies judge what was done."""
        by_community = event.by.role == COMMUNITY
        return (self.actor_is_of_the_community if by_community else self.actor_is_of_the_street)(
            event, rules
        )

    def all_have_rectified(self, _event: Any, _rules: Rules) -> bool:
        """Every department that was called has reported its part as rectified."""
        done = any(part.state == "rectified" for part in self.parts)
        return done and not self.at_work()

    def not_checked_yet(self, _event: Any, _rules: Rules) -> bool:
        """The community has checked already; the street verifies."""
        return self.checked_by is None

    def was_checked_first(self, _event: Any, _rules: Rules) -> bool:
        """The community goes and looks first."""
        return self.checked_by is not None

    def two_persons(self, event: Any, _rules: Rules) -> bool:
        """Whoever verifies did not check on site."""
        return bool(event.by.id != self.checked_by)

    def concerns_another_district(self, event: Any, _rules: Rules) -> bool:
        """The city is called for what concerns another district too; name it."""
        return any(unit != event.by.unit for unit in event.districts)

    def duplicate_names_another(self, event: Any, _rules: Rules) -> bool:
        """A duplicate names the case, another one, in which it is known; nothing else does."""
        if event.ground != "duplicate":
            return event.duplicate_of is None
        return event.duplicate_of not in (None, self.id)

    if TYPE_CHECKING:
        # What Hazard keeps and these guards ask for.
        street: str | None
        district: str | None
        whistle: UUID | None
        lead: str | None
        assisting: tuple[str, ...]
        checked_by: str | None

        def at_work(self, besides: str = "") -> bool:
            """Tell whether a department has not reported its part yet."""
            ...
