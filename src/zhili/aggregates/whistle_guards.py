"""
The guards of the whistle's table: what must hold for a step, one question each.

A guard takes the event and the policies in the versions that the event names, so that an auditor
can ask it again. Its first line is what people read when it does not hold.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from zhili.aggregates.case_guards import listed
from zhili.aggregates.clocks import part_clock
from zhili.errors import GuardRefusedError, PolicyRefusedError
from zhili.workflows.role import COMMUNITY, REVIEWER, WHISTLE_OFFICE

if TYPE_CHECKING:
    from zhili.aggregates.case import Case, Part
    from zhili.policies.rules import Rules
    from zhili.values import Actor

    Base = Case
else:
    Base = object

__all__ = ["WhistleGuards", "rater_of"]

SUMMONS = "summons"
OUT_OF_IT = frozenset({"released", "replaced"})
AWAITED = frozenset({"summoned", "signed", "contacted"})
REBLOWN = "reblown"
"""How a whistle follows the one before it: nobody else waits for its end."""


def rater_of(by: Actor) -> str:
    """Say in whose name somebody rates the blower: their unit's, or the one whistle office's."""
    return by.role if by.role == WHISTLE_OFFICE else by.unit or by.role


class WhistleGuards(Base):
    """The guards, apart from the events so that each can be read by itself."""

    if TYPE_CHECKING:  # what the whistle has; it stands there with its events
        street: str
        lead: str | None
        blown_at_once: bool
        confirmed: bool
        upheld: frozenset[str]
        may_leave: frozenset[str]
        gone: frozenset[str]
        ended_by_directive: bool
        ratings: tuple[Any, ...]
        replied: frozenset[str]
        report_to: Any

    # — what the guards ask again and again —

    def summons_of(self, unit: str | None) -> Part | None:
        """Give the summons of a unit."""
        return self.part_of(SUMMONS, unit) if unit else None

    def takes_part(self, unit: str | None) -> bool:
        """Whether a unit is summoned, and neither released nor replaced."""
        part = self.summons_of(unit)
        return part is not None and part.state not in OUT_OF_IT

    def others(self, unit: str) -> list[Part]:
        """Give the other units that take part."""
        return [part for part in self.parts if part.id != unit and part.state not in OUT_OF_IT]

    @property
    def was_delivered(self) -> bool:
        """Whether units have done their tasks, and nobody had to end the matter instead."""
        done = any(part.done_at is not None for part in self.parts)
        return done and not self.ended_by_directive

    def district_on(self, instant: datetime, rules: Rules) -> str | None:
        """Give the district in which the street lies."""
        return rules.organisation.district_of(self.street, rules.day_of(instant))

    # — who acts —

    def acts_for_its_unit(self, event: Any, _rules: Rules) -> bool:
        """Whoever drafts a whistle drafts it for their own unit."""
        return bool(event.by.unit == event.street)

    def actor_is_of_the_street(self, event: Any, _rules: Rules) -> bool:
        """Only the street that blows may do this."""
        return bool(event.by.unit == self.street)

    def street_or_reviewer(self, event: Any, _rules: Rules) -> bool:
        """The street that blows may do this, or the whistle office."""
        return event.by.role in {WHISTLE_OFFICE, REVIEWER} or event.by.unit == self.street

    def actor_speaks_for_the_unit(self, event: Any, _rules: Rules) -> bool:
        """A unit speaks for itself only."""
        return bool(event.by.unit == event.unit)

    def actor_is_of_the_lead(self, event: Any, _rules: Rules) -> bool:
        """Only the lead may do this."""
        return self.lead is not None and event.by.unit == self.lead

    def actor_takes_part(self, event: Any, _rules: Rules) -> bool:
        """Only the street and the units that it summoned add to the record."""
        return event.by.unit == self.street or self.takes_part(event.by.unit)

    def actor_stands_above_the_street(self, event: Any, rules: Rules) -> bool:
        """Only the street's own district decides."""
        day = rules.day_of(event.occurred_at)
        return event.by.unit is None or rules.organisation.is_within(
            self.street, event.by.unit, day
        )

    # — the call —

    def level_may_blow(self, event: Any, rules: Rules) -> bool:
        """A street blows; others only where the rules of the whistle say so."""
        day = rules.day_of(event.occurred_at)
        level = rules.organisation.level(event.street, day)
        return level is None or level in rules.whistle.blower_levels

    def kind_is_known(self, event: Any, rules: Rules) -> bool:
        """The kind must be one of the whistle's rules."""
        return bool(rules.whistle.kind(event.kind).code)

    def place_lies_in_its_area(self, event: Any, rules: Rules) -> bool:
        """A street blows for a place in its own area."""
        if event.division is None:
            return True
        day, organisation = rules.day_of(event.occurred_at), rules.organisation
        try:
            inside = organisation.is_within(event.division, event.street, day)
            return inside or organisation.is_within(event.street, event.division, day)
        except PolicyRefusedError:  # the place of a matter need not be a unit
            return True

    def summons_others(self, event: Any, _rules: Rules) -> bool:
        """A street summons other units, each of them once."""
        return event.street not in event.units and len(set(event.units)) == len(event.units)

    def units_exist(self, event: Any, rules: Rules) -> bool:
        """Every unit must exist on that day."""
        day = rules.day_of(event.occurred_at)
        return all(rules.organisation.unit(unit, day).id for unit in event.units)

    def ground_is_known(self, event: Any, rules: Rules) -> bool:
        """The ground must be one of the whistle's rules."""
        return listed(event.ground, rules.whistle.grounds, "whistle")

    def beyond_its_own_powers(self, event: Any, rules: Rules) -> bool:
        """What the catalogue leaves to the street, it does itself, unless it needs joint force."""
        if event.ground != "beyond_powers" or self.category is None or rules.routing.open:
            return True
        day = rules.day_of(event.occurred_at)
        street = rules.organisation.unit(self.street, day)
        return rules.routing.may_take(self.category, street, day) is not None

    def rank_fits_the_kind(self, event: Any, rules: Rules) -> bool:
        """Whoever blows has the rank that the kind asks for."""
        blowers = rules.whistle.kind(self.kind).blowers
        if event.by.role not in blowers:
            message = f"a whistle of kind {self.kind} is blown by: {', '.join(blowers)}"
            raise GuardRefusedError(message, policy="whistle", roles=blowers)
        return True

    def may_be_blown_at_once(self, _event: Any, rules: Rules) -> bool:
        """Only an emergency is blown without approval; submit the whistle."""
        return rules.whistle.kind(self.kind).at_once

    def waits_for_confirmation(self, _event: Any, _rules: Rules) -> bool:
        """Only what was blown in an emergency is confirmed, and once."""
        return self.blown_at_once and not self.confirmed

    def return_reason_is_known(self, event: Any, rules: Rules) -> bool:
        """The reason must be one of the whistle's rules."""
        return listed(event.ground, rules.whistle.return_reasons, "whistle")

    def nobody_was_missed(self, _event: Any, _rules: Rules) -> bool:
        """A unit did not come, and that stays on record; assign a lead, and go on or escalate."""
        return not any(part.missed for part in self.parts)

    # — the muster —

    def lead_takes_part(self, event: Any, _rules: Rules) -> bool:
        """The lead must be one of the units that were summoned, and not released."""
        return event.lead is None or self.takes_part(event.lead)

    def names_another_lead(self, event: Any, _rules: Rules) -> bool:
        """It leads already."""
        return bool(event.lead != self.lead)

    def street_does_not_summon_itself(self, event: Any, _rules: Rules) -> bool:
        """A street does not summon itself."""
        return bool(event.unit != self.street)

    def unit_is_competent(self, event: Any, rules: Rules) -> bool:
        """Where the catalogue says who helps with such a matter, only they are summoned."""
        return self.may_help(event, rules)

    def all_others_are_in(self, event: Any, _rules: Rules) -> bool:
        """This row is for the last of those who are awaited."""
        return not self._awaited(event.unit)

    def others_are_awaited(self, event: Any, _rules: Rules) -> bool:
        """This row is for a unit after which others have yet to come."""
        return bool(self._awaited(event.unit))

    def everybody_is_in(self, event: Any, _rules: Rules) -> bool:
        """This row is for what leaves nobody awaited, and somebody there (§13)."""
        return self._is_mustered(event)

    def somebody_is_to_come(self, event: Any, _rules: Rules) -> bool:
        """This row is for what leaves others awaited, or nobody there."""
        return not self._is_mustered(event)

    def _is_mustered(self, event: Any) -> bool:
        """Whether, but for the unit that *event* takes out of the muster, all have come."""
        others = self.others(event.part_id)
        came = any(part.arrived_at is not None for part in others)
        return came and not self._awaited(event.part_id)

    def _awaited(self, unit: str) -> list[Part]:
        """Give the others that have neither come nor been missed (§13)."""
        return [part for part in self.others(unit) if part.arrived_at is None and not part.missed]

    def lead_has_reported_in(self, _event: Any, _rules: Rules) -> bool:
        """The lead itself reports in first."""
        return self.lead is not None and self.part_state(SUMMONS, self.lead) == "arrived"

    def may_object(self, event: Any, rules: Rules) -> bool:
        """In an emergency a unit comes first and objects afterwards."""
        part = self.summons_of(event.unit)
        came = part is not None and part.arrived_at is not None
        return came or rules.whistle.kind(self.kind).objection_before_arrival

    def suggests_another_unit(self, event: Any, _rules: Rules) -> bool:
        """Whoever objects says which other unit should come."""
        return bool(event.suggest != event.unit)

    def not_upheld_before(self, event: Any, _rules: Rules) -> bool:
        """A summons that was upheld stands; there is no second objection."""
        return event.unit not in self.upheld

    def is_still_on_its_way(self, event: Any, _rules: Rules) -> bool:
        """Goes back on its way: it has neither come nor been missed."""
        part = self.summons_of(event.unit)
        return part is not None and part.arrived_at is None and not part.missed

    def had_reported_in(self, event: Any, _rules: Rules) -> bool:
        """Goes back to the scene: it had reported in."""
        part = self.summons_of(event.unit)
        return part is not None and part.arrived_at is not None

    def had_been_missed(self, event: Any, _rules: Rules) -> bool:
        """Goes back among those who did not come."""
        part = self.summons_of(event.unit)
        return part is not None and part.arrived_at is None and part.missed

    def substitute_is_new(self, event: Any, _rules: Rules) -> bool:
        """The substitute is another unit, and does not take part yet."""
        return event.substitute != event.unit and not self.takes_part(event.substitute)

    def report_limit_has_passed(self, event: Any, _rules: Rules) -> bool:
        """A unit is missed when its time to report in is over."""
        limit = self.clock(part_clock("report_in", event.unit))
        if limit is None or not limit.waits or limit.due_at is None:
            return False
        return bool(limit.due_at <= event.occurred_at <= event.timestamp)

    def copy_goes_to_the_district(self, event: Any, rules: Rules) -> bool:
        """The copy goes to the district in which the street lies (BJ-STREET 44)."""
        return bool(event.district == self.district_on(event.occurred_at, rules))

    # — joint handling —

    def owner_takes_part(self, event: Any, _rules: Rules) -> bool:
        """A measure is the task of a unit that takes part, or of the street."""
        return event.owner == self.street or self.takes_part(event.owner)

    def date_lies_ahead(self, event: Any, rules: Rules) -> bool:
        """A measure is to be done today or later."""
        return bool(event.until >= rules.day_of(event.occurred_at))

    def is_still_there(self, event: Any, _rules: Rules) -> bool:
        """It came, and has not left yet."""
        part = self.summons_of(event.unit)
        return part is not None and part.arrived_at is not None and event.unit not in self.gone

    def delivered_or_street_consents(self, event: Any, _rules: Rules) -> bool:
        """Nobody leaves before the task is delivered, or the street consents 事不完人不撤."""
        part = self.summons_of(event.unit)
        delivered = part is not None and part.done_at is not None
        return delivered or event.unit in self.may_leave

    def escalation_ground_is_known(self, event: Any, rules: Rules) -> bool:
        """The ground must be one of the whistle's rules."""
        return listed(event.ground, rules.whistle.escalation_grounds, "whistle")

    def somebody_did_not_come(self, event: Any, _rules: Rules) -> bool:
        """Somebody must have been missed, where that is the ground."""
        return event.ground != "no_show" or any(part.missed for part in self.parts)

    def goes_on(self, event: Any, _rules: Rules) -> bool:
        """This row is for a directive to go on."""
        return not event.settles

    def ends_the_matter(self, event: Any, _rules: Rules) -> bool:
        """This row is for a directive that ends the joint handling."""
        return bool(event.settles)

    def nobody_is_awaited(self, _event: Any, _rules: Rules) -> bool:
        """Units are awaited, or their objections have not been ruled on; wait for them."""
        return all(part.state not in {*AWAITED, "objected"} for part in self.parts)

    def all_others_have_delivered(self, event: Any, _rules: Rules) -> bool:
        """This row is for what leaves nobody at work, and something delivered (§13)."""
        return self._all_is_delivered(event)

    def others_are_at_work(self, event: Any, _rules: Rules) -> bool:
        """This row is for what leaves others at work, or nothing delivered."""
        return not self._all_is_delivered(event)

    def _all_is_delivered(self, event: Any) -> bool:
        others = self.others(event.unit)
        idle = all(
            part.state in {"delivered", "no_show"} or (part.state == "objected" and part.missed)
            for part in others
        )
        own = event.event_name == "UnitDelivered"
        return idle and (own or any(part.state == "delivered" for part in others))

    # — result and ratings —

    def no_rating_yet(self, _event: Any, _rules: Rules) -> bool:
        """Whoever has begun to rate has taken the result."""
        return not self.ratings

    def somebody_works_again(self, _event: Any, _rules: Rules) -> bool:
        """A result is rejected together with whoever has to go on."""
        return any(part.state == "arrived" for part in self.parts)

    def rates_for_the_street(self, event: Any, rules: Rules) -> bool:
        """The street rates; its communities too, where the rules of the whistle say so."""
        if event.by.role not in rules.whistle.raters or event.by.unit is None:
            return False
        if event.by.role != COMMUNITY:
            return bool(event.by.unit == self.street)
        day = rules.day_of(event.occurred_at)
        return rules.organisation.is_within(event.by.unit, self.street, day)

    def nobody_rates_itself(self, event: Any, _rules: Rules) -> bool:
        """Nobody rates their own unit."""
        return bool(event.by.unit != event.unit)

    def rates_every_dimension(self, event: Any, rules: Rules) -> bool:
        """A rating gives points on every dimension of the whistle's rules, and no other."""
        own = event.event_name == "UnitRated"
        wanted = rules.whistle.dimensions if own else rules.whistle.blower_dimensions
        if set(event.points) != set(wanted):
            message = f"give points on each of these, and no others: {', '.join(wanted)}"
            raise GuardRefusedError(message, policy="whistle", dimensions=wanted)
        return True

    def points_are_on_the_scale(self, event: Any, rules: Rules) -> bool:
        """Points lie on the scale of the whistle's rules."""
        low, high = rules.whistle.points_min, rules.whistle.points_max
        if not all(low <= points <= high for points in event.points.values()):
            message = f"points go from {low} to {high}"
            raise GuardRefusedError(message, policy="whistle", low=low, high=high)
        return True

    def published_as_the_policy_says(self, event: Any, rules: Rules) -> bool:
        """A rating is for the district alone until it is published, unless the rules differ."""
        return bool(event.published == rules.whistle.ratings_public)

    def all_others_are_rated(self, event: Any, _rules: Rules) -> bool:
        """This row is for the last unit to be rated."""
        return all(part.state == "rated" for part in self.others(event.unit))

    def others_are_unrated(self, event: Any, _rules: Rules) -> bool:
        """This row is for a unit after which others have yet to be rated."""
        return any(part.state != "rated" for part in self.others(event.unit))

    def nobody_is_left_to_rate(self, _event: Any, _rules: Rules) -> bool:
        """Every unit that took part is rated before the whistle is closed."""
        return all(part.state == "rated" for part in self.others(""))

    def participant_or_office(self, event: Any, _rules: Rules) -> bool:
        """The units that took part rate the blower, and the whistle office does."""
        mine = event.rater == rater_of(event.by) and event.unit == self.street
        return mine and (event.by.role == WHISTLE_OFFICE or self.takes_part(event.by.unit))

    def rates_the_blower_once(self, event: Any, _rules: Rules) -> bool:
        """A rating is final; it was given already."""
        return all(rating.key != f"{event.unit}/{event.rater}" for rating in self.ratings)

    def something_is_unpublished(self, _event: Any, _rules: Rules) -> bool:
        """Every rating is published already."""
        return any(not rating.published for rating in self.ratings)

    def rating_is_published(self, event: Any, _rules: Rules) -> bool:
        """Only a rating that one can see is replied to."""
        return any(rating.published for rating in self.ratings if rating.unit == event.unit)

    def has_not_replied(self, event: Any, _rules: Rules) -> bool:
        """There is one reply to a rating."""
        return event.unit not in self.replied

    def emergency_was_confirmed(self, _event: Any, _rules: Rules) -> bool:
        """What was blown in an emergency is confirmed in writing before it is closed."""
        return self.confirmed or not self.blown_at_once

    def origin_was_informed(self, event: Any, _rules: Rules) -> bool:
        """Whoever the whistle was blown for is informed before it is closed."""
        another = self.report_to or (self.origin is not None and self.relation != REBLOWN)
        return not another or bool(event.origin_informed)

    def outcome_is_borne_out(self, event: Any, _rules: Rules) -> bool:
        """Solved is what units have delivered, not what a directive has ended."""
        return event.outcome != "solved" or self.was_delivered

    def new_whistle_is_another(self, event: Any, _rules: Rules) -> bool:
        """The new whistle is another one."""
        return bool(event.whistle != self.id)
