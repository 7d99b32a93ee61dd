"""
The guards of the wall's table: what must hold for a step, one question each.

A guard takes the event and the policies in the versions that the event names, so that an auditor
can ask it again. Its first line is what people read when it does not hold.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from zhili.aggregates.case_guards import listed, unit_on
from zhili.aggregates.wall_endings import endings_of
from zhili.aggregates.wall_words import has_houses, has_numbers, names, quotes
from zhili.errors import PolicyRefusedError
from zhili.workflows.role import WALL_KEEPER
from zhili.workflows.wall import RESIDENTS

if TYPE_CHECKING:
    from uuid import UUID

    from zhili.aggregates.case import Case
    from zhili.policies.rules import Rules
    from zhili.values import Personal

    Base = Case
else:
    Base = object

__all__ = ["WallGuards"]


class WallGuards(Base):
    """The guards, apart from the events so that each can be read by itself."""

    # — before the wall —

    def category_is_listed(self, event: Any, rules: Rules) -> bool:
        """The category must be one of the wall's."""
        return listed(event.category, rules.wall.categories, "wall")

    def channel_is_listed(self, event: Any, rules: Rules) -> bool:
        """The channel must be one of the wall's."""
        return listed(event.channel, rules.wall.channels, "wall")

    def posters_speak_for_themselves(self, event: Any, _rules: Rules) -> bool:
        """A resident who posts a problem is its poster, or stays anonymous."""
        own = {event.by.id} if not event.anonymous else {f"case:{self.id}"}
        return event.by.role not in RESIDENTS or event.subject in own

    def contact_or_anonymous(self, event: Any, _rules: Rules) -> bool:
        """Give a way to reach the poster, or say that they stay anonymous."""
        known = event.phone or event.address or event.by.role in RESIDENTS
        if event.anonymous:
            return not (event.phone or event.address or event.name)
        return bool(known)

    def village_exists(self, event: Any, rules: Rules) -> bool:
        """The village must exist on that day."""
        return bool(unit_on(event.village, event, rules).id)

    def keeper_exists(self, event: Any, rules: Rules) -> bool:
        """The keeper's unit must exist on that day."""
        return bool(unit_on(event.keeper, event, rules).id)

    def actor_keeps_this_wall(self, event: Any, _rules: Rules) -> bool:
        """Only the unit that keeps the wall may do this."""
        return self.keeper is not None and event.by.unit == self.keeper

    def reason_is_listed(self, event: Any, rules: Rules) -> bool:
        """The reason must be one of the wall's."""
        return listed(event.reason, rules.wall.refusal_reasons, "wall")

    def poster_was_told(self, event: Any, _rules: Rules) -> bool:
        """The poster is told why it is not posted, unless nobody knows who it is."""
        return bool(event.poster_told) or self.anonymous

    def duplicate_was_found(self, _event: Any, _rules: Rules) -> bool:
        """Only what the screening found to be a duplicate is merged; screen it again."""
        return dict(self.findings).get("duplicate") == "concern"

    def main_item_is_another(self, event: Any, _rules: Rules) -> bool:
        """The main item must be another one."""
        return bool(event.main != self.id)

    def same_village_and_category(self, event: Any, _rules: Rules) -> bool:
        """Both items must be of the same village and category."""
        theirs = (event.item_village, event.item_category)
        return None not in theirs and theirs == (self.village, self.category)

    def not_supported_by_it_yet(self, event: Any, _rules: Rules) -> bool:
        """An item supports another once."""
        return event.item not in {item for item, _ in self.supporters}

    def main_item_is_the_one(self, event: Any, _rules: Rules) -> bool:
        """Only the item it was merged into tells it an echo."""
        return bool(event.main == self.merged_into)

    def screening_allows_it(self, _event: Any, _rules: Rules) -> bool:
        """What is libellous, unlawful or there already is not posted; screen it again."""
        found = dict(self.findings)
        return all(found.get(check) == "clear" for check in ("libel", "legality", "duplicate"))

    def names_nobody(self, event: Any, _rules: Rules) -> bool:
        """A public text names no poster or supporter, nor their telephone or address (PIPL 25)."""
        return not names(self.hidden, event.public_words)

    def tells_no_number_of_a_person(self, event: Any, _rules: Rules) -> bool:
        """A public text has no telephone, identity card, car or account in it (PIPL 25)."""
        return not has_numbers(event.public_words)

    def tells_no_house(self, event: Any, rules: Rules) -> bool:
        """A public text tells no unit, room or door, nor a building unless the wall lets it."""
        buildings = not rules.wall.buildings_may_be_named
        return not has_houses(event.public_words, buildings=buildings)

    def is_not_the_posters_words(self, event: Any, _rules: Rules) -> bool:
        """A public text is written anew: it does not repeat what the poster said (PIPL 25)."""
        return not quotes(self.words, event.public_words)

    # — who does it, what, and until when —

    def claims_for_its_unit(self, event: Any, _rules: Rules) -> bool:
        """A department claims for itself."""
        return event.unit is not None and event.unit == event.by.unit and event.person is None

    def claims_for_oneself(self, event: Any, _rules: Rules) -> bool:
        """A member or a volunteer claims in person."""
        return bool(event.person == event.by.id and event.unit is None)

    def unit_is_competent(self, event: Any, rules: Rules) -> bool:
        """Where the routing catalogue names who is competent, it goes to them."""
        day = rules.day_of(event.occurred_at)
        category = self.category or ""
        if event.unit == self.keeper or rules.routing.route(category, day) is None:
            return True
        why_not = rules.routing.may_take(category, unit_on(event.unit, event, rules), day)
        if why_not is not None:
            raise PolicyRefusedError(why_not, policy="routing", category=category)
        return True

    def person_may_take_it(self, _event: Any, rules: Rules) -> bool:
        """A person takes what is not urgent, of the categories that persons are able to do."""
        return not self.urgent and self.category in rules.wall.person_categories

    def keeper_or_town_of_this_wall(self, event: Any, rules: Rules) -> bool:
        """Only the unit that keeps the wall, or the town above it, may do this."""
        if event.by.role == WALL_KEEPER:
            return self.actor_keeps_this_wall(event, rules)
        return self.town_of_this_wall(event, rules)

    def town_of_this_wall(self, event: Any, rules: Rules) -> bool:
        """Only the town in which the village lies may do this."""
        if event.by.unit is None or self.village is None:
            return False
        day = rules.day_of(event.occurred_at)
        if rules.organisation.open and rules.organisation.unit(self.village, day).parent is None:
            return True  # nobody has said which town that is
        return rules.organisation.is_within(self.village, event.by.unit, day)

    def nobody_claimed_in_time_or_urgent(self, event: Any, _rules: Rules) -> bool:
        """An item is assigned when nobody has claimed it in time, or when it is urgent."""
        return self.urgent or self._has_come("claim", event)

    def actor_owns_it(self, event: Any, _rules: Rules) -> bool:
        """Only whoever has claimed it, or was given it, may do this."""
        if event.by.id == self.person:
            return True
        return self.owned_by_unit and event.by.unit == self.unit

    def promised_from_today_on(self, event: Any, rules: Rules) -> bool:
        """The promised day is today or later, and ends when that local day does."""
        honest = event.due_at == rules.end_of(event.promised_on)
        return bool(honest and event.due_at > event.timestamp)

    def reports_within_the_interval(self, event: Any, rules: Rules) -> bool:
        """The next report comes from today on, and within the interval of the wall."""
        latest = rules.calendar.deadline(event.occurred_at, rules.wall.progress).due_at
        honest = event.report_due_at == rules.end_of(event.next_report_on)
        return bool(honest and event.timestamp < event.report_due_at <= latest)

    def before_the_promised_date(self, event: Any, _rules: Rules) -> bool:
        """A promise is changed before it is broken."""
        return self.promised_by is not None and event.timestamp < self.promised_by

    def promises_another_date(self, event: Any, _rules: Rules) -> bool:
        """A changed promise is another day."""
        return bool(event.due_at != self.promised_by)

    def there_is_evidence(self, event: Any, _rules: Rules) -> bool:
        """What is resolved can be shown: give evidence in words or files."""
        return bool(event.evidence or event.attachments)

    def no_declaration_pending(self, _event: Any, _rules: Rules) -> bool:
        """The town office is asked already."""
        return self.declaration is None

    def reviewed_on_a_later_day(self, event: Any, rules: Rules) -> bool:
        """It is looked at again on a day to come."""
        return bool(event.review_on > rules.day_of(event.timestamp))

    def declaration_is_pending(self, _event: Any, _rules: Rules) -> bool:
        """Its owner must have declared it."""
        return self.declaration is not None

    def two_persons(self, event: Any, _rules: Rules) -> bool:
        """Whoever declared it does not confirm it."""
        return self.declaration is not None and event.by.id != self.declaration.by

    def review_lies_ahead(self, event: Any, rules: Rules) -> bool:
        """The day on which it is looked at again, as declared, has not come yet."""
        if self.declaration is None:
            return False
        review_at = rules.begin_of(self.declaration.review_on)
        return bool(event.review_at == review_at > event.timestamp)

    # — the echo, and what people think of it —

    def says_satisfied(self, event: Any, _rules: Rules) -> bool:
        """This row is for the satisfied."""
        return bool(event.vote == "satisfied")

    def says_basically_satisfied(self, event: Any, _rules: Rules) -> bool:
        """This row is for the basically satisfied."""
        return bool(event.vote == "basically_satisfied")

    def says_dissatisfied(self, event: Any, _rules: Rules) -> bool:
        """This row is for the dissatisfied."""
        return bool(event.vote == "dissatisfied")

    def votes_in_this_round(self, event: Any, _rules: Rules) -> bool:
        """A vote is on the echo that stands."""
        return bool(event.round == self.round)

    def may_vote_here(self, event: Any, rules: Rules) -> bool:
        """Where only those concerned vote, that is the poster and the supporters."""
        if rules.wall.voters == "residents":
            return True
        return event.by.id == self.subject or event.by.id in self.supporter_ids

    def not_on_their_own_work(self, event: Any, _rules: Rules) -> bool:
        """Whoever did the work does not vote on it."""
        return event.by.id not in self.owners

    def within_the_vote_window(self, event: Any, _rules: Rules) -> bool:
        """A vote comes before the window is over."""
        window = self.clock("vote")
        return window is not None and (window.due_at is None or event.timestamp < window.due_at)

    def vote_window_is_over(self, event: Any, _rules: Rules) -> bool:
        """The evaluation is closed when its window is over."""
        return self._has_come("vote", event)

    def is_resolved(self, _event: Any, _rules: Rules) -> bool:
        """Only what is resolved comes off; what is not stays until it is looked at again."""
        return self.outcome == "solved"

    def majority_is_not_dissatisfied(self, _event: Any, rules: Rules) -> bool:
        """What most are dissatisfied with stays on the wall; post it again."""
        return not self.is_rejected(rules)

    def may_come_off(self, rules: Rules) -> bool:
        """Say whether it can be taken off the wall."""
        return self.outcome == "solved" and not self.is_rejected(rules)

    def is_rejected(self, rules: Rules) -> bool:
        """Say whether most votes on the echo are dissatisfied."""
        votes = self.votes()
        return rules.wall.is_majority(votes["dissatisfied"], sum(votes.values()))

    def ground_is_borne_out(self, event: Any, rules: Rules) -> bool:
        """Most are dissatisfied, the day of the review has come, or what was solved came back."""
        match event.ground:
            case "dissatisfied":
                return self.is_rejected(rules)
            case "review":
                review = self.clock("review")
                due_at = review.due_at if review and self.outcome == "explained" else None
                return due_at is not None and due_at <= event.timestamp
            case _:
                return self.outcome == "solved"

    # — to another kind of case, and the end —

    def target_is_another_case(self, event: Any, _rules: Rules) -> bool:
        """It is handed over to another case."""
        return bool(event.target != self.id)

    def whistle_has_a_kind_and_units(self, event: Any, _rules: Rules) -> bool:
        """A whistle is drafted with its kind and units, and nothing else is."""
        called = event.whistle_kind is not None and bool(event.units)
        named = event.whistle_kind is not None or bool(event.units)
        return called if event.target_type == "whistle" else not named

    def target_is_the_one(self, event: Any, _rules: Rules) -> bool:
        """Only the case that it became brings its result."""
        return bool(event.target == self.target)

    def target_is_kept_elsewhere(self, _event: Any, _rules: Rules) -> bool:
        """A complaint or a whistle brings its end back itself; only of others people tell it."""
        return self.target_type not in {"complaint", "whistle"}

    def tells_the_end_in_set_words(self, event: Any, _rules: Rules) -> bool:
        """What comes back by itself is told in the wall's set words, in none of another case."""
        return event.text in endings_of(self.target_type)

    def archive_day_has_come(self, event: Any, _rules: Rules) -> bool:
        """An item is filed when its time off the wall is over."""
        return self._has_come("archive", event)

    def _has_come(self, name: str, event: Any) -> bool:
        clock = self.clock(name)
        due_at = clock.due_at if clock and clock.status == "running" else None
        return due_at is not None and due_at <= event.timestamp

    if TYPE_CHECKING:
        # What WallItem keeps and these guards ask for.
        keeper: str | None
        hidden: tuple[Personal, ...]
        words: tuple[Personal, ...]
        anonymous: bool
        findings: tuple[tuple[str, str], ...]
        supporters: tuple[tuple[UUID, str], ...]
        urgent: bool
        owned_by_unit: bool
        owners: frozenset[str]
        promised_by: datetime | None
        declaration: Any
        target: UUID | None
        target_type: str | None

        @property
        def round(self) -> int:
            """Which time it is on the wall."""
            ...

        @property
        def supporter_ids(self) -> frozenset[str]:
            """Who else wants it."""
            ...

        def votes(self, nth: int | None = None) -> dict[str, int]:
            """Give how many voted how."""
            ...
