"""
The guards of the branch's call: what must hold for a step, one question each.

The first line of a guard is what people read when it does not hold.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from zhili.aggregates.case_guards import listed

if TYPE_CHECKING:
    from zhili.aggregates.case import Case
    from zhili.policies.rules import Rules

    Base = Case
else:
    Base = object

__all__ = ["BranchCallGuards"]


class BranchCallGuards(Base):
    """The guards, apart from the events so that each can be read by itself."""

    def secretary_speaks_for_a_branch(self, event: Any, _rules: Rules) -> bool:
        """Say for which branch: the secretary's unit."""
        return event.by.unit is not None

    def post_is_listed(self, event: Any, rules: Rules) -> bool:
        """The post must be one of 5+X."""
        return listed(event.post, rules.branch_call.posts, "branch_call")

    def lives_here_or_has_checked_in(self, event: Any, _rules: Rules) -> bool:
        """The member lives in the estate, or has checked in there from a home organisation."""
        checked_in = event.checked_in_at == event.estate and event.home_organisation is not None
        return event.lives_in == event.estate or checked_in

    def actor_is_of_the_branch(self, event: Any, _rules: Rules) -> bool:
        """Only the branch that gave the post may do this."""
        return bool(event.by.unit == self.branch)

    def actor_is_accountable(self, event: Any, _rules: Rules) -> bool:
        """Only the unit that it was reported to may do this."""
        return bool(event.by.unit == self.unit)

    def fits_the_post(self, event: Any, _rules: Rules) -> bool:
        """A member is called for their own post."""
        return bool(event.post == self.category)

    def fits_the_ability(self, event: Any, _rules: Rules) -> bool:
        """A member is called for what they are able to do."""
        return set(event.needs) <= set(self.abilities)

    def time_to_serve_lies_ahead(self, event: Any, _rules: Rules) -> bool:
        """The time by which to serve must lie ahead."""
        return bool(event.serve_by > event.timestamp)

    def is_the_member(self, event: Any, _rules: Rules) -> bool:
        """Only the member who has the post may do this."""
        return bool(event.by.id == self.subject)

    def not_about_themselves(self, event: Any, _rules: Rules) -> bool:
        """Nobody rates or excuses themselves."""
        return bool(event.by.id != self.subject)

    def points_are_on_the_scale(self, event: Any, rules: Rules) -> bool:
        """The points must lie on the scale of the rules."""
        return bool(event.points <= rules.branch_call.points_max)

    def excuse_is_listed(self, event: Any, rules: Rules) -> bool:
        """The ground must be one that the rules accept: illness, duty at work, absence."""
        return listed(event.ground, rules.branch_call.excuses, "branch_call")

    def no_excuse_is_pending(self, _event: Any, _rules: Rules) -> bool:
        """An excuse was offered; accept or refuse it first."""
        return self.excuse is None

    def excuse_is_pending(self, _event: Any, _rules: Rules) -> bool:
        """There must be an excuse."""
        return self.excuse is not None

    def time_to_serve_is_over(self, event: Any, _rules: Rules) -> bool:
        """Wait until the time to serve is over."""
        return self.due_at is not None and self.due_at <= event.timestamp

    def nothing_was_decided_yet(self, _event: Any, _rules: Rules) -> bool:
        """The branch has decided already."""
        return self.decision is None

    def enough_took_part(self, event: Any, rules: Rules) -> bool:
        """A meeting decides when enough members take part."""
        return bool(event.participants >= rules.branch_call.participants_min)

    def was_held_since_then(self, event: Any, rules: Rules) -> bool:
        """The meeting was held since it was reported that the member has not served."""
        since = self.failed_on or event.occurred_at
        return bool(rules.day_of(since) <= event.held_on <= rules.day_of(event.occurred_at))

    def meeting_decided_to_report(self, _event: Any, _rules: Rules) -> bool:
        """Nothing is reported upwards before a branch meeting has decided it."""
        return self.decision == "report_upwards"

    def meeting_decided_against(self, _event: Any, _rules: Rules) -> bool:
        """The branch closes it by itself only when its meeting has decided not to report it."""
        return self.decision == "no_report"

    def goes_to_the_home_organisation(self, event: Any, _rules: Rules) -> bool:
        """It goes to the home organisation that the member has checked in from."""
        return self.home_organisation in (None, event.unit)

    if TYPE_CHECKING:
        # What BranchCall keeps and these guards ask for.
        branch: str | None
        home_organisation: str | None
        abilities: tuple[str, ...]
        excuse: str | None
        decision: str | None
        failed_on: datetime | None
