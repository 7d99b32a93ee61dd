"""
The guards that cases of several types have in common, and what guards ask again and again.

The first line of a guard is what people read when it does not hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhili.errors import GuardRefusedError

if TYPE_CHECKING:
    from zhili.aggregates.clocks import ClockState
    from zhili.policies.rules import Rules
    from zhili.policies.unit import Unit

__all__ = ["CaseGuards", "listed", "unit_on"]

TOLD_BY_AN_EVENT = (
    "origin", "origin_type", "relation", "repeats", "report_to", "report_type",
)  # fmt: skip
"""What an opening event says of where the case comes from, and who waits for what it comes to."""


def listed(code: str, codes: tuple[str, ...], policy: str) -> bool:
    """
    Insist that *code* is one of those that a policy lists.

    Raises:
        GuardRefusedError: If it is not, with those that are.
    """
    if code not in codes:
        message = f"{code!r} is not in the list of the policy {policy!r}: {', '.join(codes)}"
        raise GuardRefusedError(message, policy=policy, given=code, codes=codes)
    return True


def unit_on(unit: str, event: Any, rules: Rules) -> Unit:
    """Give *unit* as it was on the day of *event*; PolicyRefusedError if there was none."""
    return rules.organisation.unit(unit, rules.day_of(event.occurred_at))


class CaseGuards:
    """The guards that any table can name."""

    def follows_from_an_event(self, event: Any, _rules: Rules) -> bool:
        """Only what has happened in a case brings this about; nobody asks for it."""
        return event.cause is not None

    def origin_is_told_by_an_event(self, event: Any, _rules: Rules) -> bool:
        """Only what happened in another case says that this one comes from there; leave it out."""
        told = [getattr(event, name, None) for name in TOLD_BY_AN_EVENT]
        return event.cause is not None or not any(told)

    def clock_is_due(self, event: Any, _rules: Rules) -> bool:
        """Wait until the clock is due; it must be running."""
        state = self.clock(getattr(event, "clock", ""))
        if state is None or not state.waits or state.due_at is None:
            return False
        return bool(state.due_at <= event.occurred_at <= event.timestamp)

    def deadline_was_provisional(self, event: Any, rules: Rules) -> bool:
        """Wait until the calendar that the deadline waits for is published."""
        state = self.clock(getattr(event, "clock", ""))
        if state is None or state.provisional is None or state.limit is None:
            return False
        deadline = rules.calendar.deadline(state.counted_from, state.limit)
        if deadline.provisional_year == state.provisional:
            return False
        return (deadline.due_at, deadline.provisional_year) == (
            getattr(event, "due_at", None),
            getattr(event, "provisional", None),
        )

    def unit_exists(self, event: Any, rules: Rules) -> bool:
        """The unit must exist on that day."""
        return bool(unit_on(event.unit, event, rules).id)

    def may_help(self, event: Any, rules: Rules) -> bool:
        """Say whether the catalogue lets a unit help: where it names who does, or might lead."""
        if self.category is None:
            return True
        day = rules.day_of(event.occurred_at)
        route = rules.routing.route(self.category, day)
        if route is None or not route.co_kinds:
            return True
        unit = unit_on(event.unit, event, rules)
        return unit.kind in route.co_kinds or not rules.routing.may_take(self.category, unit, day)

    if TYPE_CHECKING:
        # What Case keeps and these guards ask for.
        category: str | None

        def clock(self, name: str) -> ClockState | None:
            """Give the clock called *name*."""
            ...
