"""
The guards of the complaint table: what must hold for a step, one question each.

A guard takes the event and the policies in the versions that the event names, so that an auditor
can ask it again. Its first line is what people read when it does not hold.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from zhili.aggregates.case_guards import listed, unit_on
from zhili.aggregates.wall_words import tells_caller
from zhili.commands.complaint import imported_id
from zhili.errors import PolicyRefusedError
from zhili.policies.visibility import CONTACT_THROUGH_CENTRE
from zhili.values import SYSTEM
from zhili.workflows.role import (
    CO_HANDLER,
    COMPLAINANT,
    SUPERVISOR,
    UNIT_LEADER,
    UNIT_OPERATOR,
)

if TYPE_CHECKING:
    from zhili.aggregates.case import Case
    from zhili.policies.rules import Rules
    from zhili.values import Personal

    Base = Case
else:
    Base = object

__all__ = ["ComplaintGuards"]

UNIT_ROLES = frozenset({UNIT_OPERATOR, UNIT_LEADER})
CORRECTABLE = frozenset({"title", "category", "type", "division", "place", "channel"})


def _district_of(division: str, day: date, rules: Rules) -> str | None:
    try:
        return rules.organisation.district_of(division, day)
    except PolicyRefusedError:  # the place of a matter need not be a unit
        return None


class ComplaintGuards(Base):
    """The guards, apart from the events so that each can be read by itself."""

    # — always —

    def actor_is_not_the_accused(self, event: Any, _rules: Rules) -> bool:
        """Nobody of the unit that a case is about has a hand in it 回避 (JN-REG 32, XF-REG 28)."""
        return event.by.unit is None or event.by.unit not in self.accused

    def complainants_act_on_their_own_case(self, event: Any, _rules: Rules) -> bool:
        """A complainant acts on their own case only."""
        return bool(event.by.role != COMPLAINANT or event.by.id == self.subject)

    # — intake —

    def complainants_speak_for_themselves(self, event: Any, _rules: Rules) -> bool:
        """A complainant who registers an appeal is its subject."""
        return bool(event.by.role != COMPLAINANT or event.by.id == event.subject)

    def channel_is_known(self, event: Any, rules: Rules) -> bool:
        """The channel must be one of the procedure's."""
        return listed(event.channel, rules.procedure.channels, "procedure")

    def contact_or_anonymous(self, event: Any, _rules: Rules) -> bool:
        """Give a way to reach the caller, or say that they stay anonymous."""
        return bool(event.phone or event.address) != bool(event.anonymous)

    def title_names_nobody(self, event: Any, _rules: Rules) -> bool:
        """Title and place tell no name, telephone or door of the caller, nor anybody's number."""
        caller = [part for part in (event.name, event.phone, event.address) if part]
        return not (
            tells_caller(caller, event.title)
            or tells_caller(caller, event.place or "", given=False)
        )

    def id_is_made_from_the_sources(self, event: Any, _rules: Rules) -> bool:
        """An imported case's id is made from its source's, so that none is brought in twice."""
        return self.id == imported_id(event.source, event.source_id, event.nth)

    def is_an_enquiry(self, _event: Any, _rules: Rules) -> bool:
        """Only an enquiry can be answered at once; accept anything else."""
        return self.kind == "enquiry"

    def repeated_without_new_facts(self, event: Any, _rules: Rules) -> bool:
        """Gate G3 needs the earlier case, another one, and no new facts since."""
        if event.gate != "G3":
            return True
        return event.earlier not in {None, self.id} and not self.new_facts

    def no_gate_applies(self, event: Any, _rules: Rules) -> bool:
        """A matter for which a gate was found is declined or transferred, not accepted."""
        return not event.gates

    # — merging —

    def main_case_is_another(self, event: Any, _rules: Rules) -> bool:
        """The main case must be another one."""
        return bool(event.main != self.id)

    def no_duplicates_of_its_own(self, _event: Any, _rules: Rules) -> bool:
        """A main case is not merged away; merge its duplicates elsewhere first."""
        return not self.duplicates

    def same_matter_and_place(self, event: Any, _rules: Rules) -> bool:
        """Both cases must name their category and division, and the same ones."""
        ours, theirs = (self.category, self.division), (event.category, event.division)
        return None not in ours and ours == theirs

    def accused_have_no_hand_in_it(self, event: Any, _rules: Rules) -> bool:
        """A case about a unit never reaches that unit, by a merge neither (JN-REG 32)."""
        at_work = {self.unit, self.district, self.copied_to, *(part.id for part in self.parts)}
        asked = self.candidates if self.state == "consulting" else ()
        return not {*at_work, *asked} & set(event.about)

    def not_attached_yet(self, event: Any, _rules: Rules) -> bool:
        """The duplicate is attached already."""
        return event.duplicate not in self.duplicates

    def is_attached(self, event: Any, _rules: Rules) -> bool:
        """The duplicate must be attached to this case."""
        return event.duplicate in self.duplicates

    def was_merged_when_registered(self, event: Any, _rules: Rules) -> bool:
        """Goes back to where it was merged from: registered."""
        return self.merged_when == "registered" and event.main == self.merged_into

    def was_merged_when_accepted(self, event: Any, _rules: Rules) -> bool:
        """Goes back to where it was merged from: accepted."""
        return self.merged_when == "accepted" and event.main == self.merged_into

    def main_case_is_the_one(self, event: Any, _rules: Rules) -> bool:
        """Only the case it was merged into gives it an outcome."""
        return bool(event.main == self.merged_into)

    def outcome_was_followed(self, _event: Any, _rules: Rules) -> bool:
        """The main case must be closed first."""
        return self.main_outcome is not None

    # — dispatch —

    def several_candidates(self, event: Any, _rules: Rules) -> bool:
        """A consultation asks at least two units."""
        return len(set(event.candidates)) > 1

    def no_candidate_is_accused(self, event: Any, _rules: Rules) -> bool:
        """A unit is not asked about a case about itself (JN-REG 32)."""
        return not set(event.candidates) & set(self.accused)

    def lead_is_a_candidate(self, event: Any, _rules: Rules) -> bool:
        """The lead must be one of the units that were asked."""
        return event.lead in self.candidates

    def is_sent_directly(self, event: Any, _rules: Rules) -> bool:
        """This row is for a direct dispatch."""
        return bool(event.mode == "direct")

    def is_sent_to_a_district(self, event: Any, _rules: Rules) -> bool:
        """This row is for a dispatch to a district."""
        return bool(event.mode == "district")

    def not_the_accused(self, event: Any, _rules: Rules) -> bool:
        """A case about a unit never goes to that unit (JN-REG 32, XF-REG 30)."""
        return event.unit is None or event.unit not in self.accused

    def unit_is_competent(self, event: Any, rules: Rules) -> bool:
        """The routing catalogue must name the unit for the category."""
        day = rules.day_of(event.occurred_at)
        if self.category is None and not rules.routing.open:
            message = "the case has no category; give one when it is accepted, or correct it"
            raise PolicyRefusedError(message, policy="routing", category=None)
        unit = unit_on(event.unit, event, rules)
        why_not = rules.routing.may_take(self.category or "", unit, day)
        if why_not is not None:
            raise PolicyRefusedError(why_not, policy="routing", category=self.category)
        return True

    def unit_has_jurisdiction(self, event: Any, rules: Rules) -> bool:
        """The unit must lie in the district of the matter, unless it is the whole city's."""
        if event.unit is None or self.division is None:
            return True
        day = rules.day_of(event.occurred_at)
        place = _district_of(self.division, day, rules)
        theirs = rules.organisation.district_of(event.unit, day)
        return place is None or theirs is None or place == theirs

    def unit_is_a_district(self, event: Any, rules: Rules) -> bool:
        """Only a district takes what has no clear unit (BJ-REG 12)."""
        return rules.organisation.level(event.unit, rules.day_of(event.occurred_at)) == "district"

    def district_of_the_unit(self, event: Any, rules: Rules) -> bool:
        """The copy goes to the district in which the unit lies."""
        if self.unit is None or event.district in self.accused:
            return False
        day = rules.day_of(event.occurred_at)
        return bool(rules.organisation.district_of(self.unit, day) == event.district)

    def was_sent_to_a_district(self, _event: Any, _rules: Rules) -> bool:
        """Only a case that the district has can be sent on by it."""
        return self.mode == "district"

    def unit_lies_in_the_district(self, event: Any, rules: Rules) -> bool:
        """The district sends on only to units within it."""
        day = rules.day_of(event.occurred_at)
        if self.district is None or event.unit == self.district:
            return False
        return rules.organisation.is_within(event.unit, self.district, day)

    def actor_belongs_to_unit(self, event: Any, _rules: Rules) -> bool:
        """Only the unit that has the case may do this."""
        return self.unit is not None and event.by.unit == self.unit

    def not_designated(self, _event: Any, _rules: Rules) -> bool:
        """A designated unit cannot object again (WF-REG 22)."""
        return not self.designated

    def within_the_objection_window(self, event: Any, _rules: Rules) -> bool:
        """An objection comes before signing, or within its window after the dispatch."""
        window = self.clock("objection")
        in_time = window is None or window.due_at is None or event.timestamp <= window.due_at
        return self.state == "dispatched" or in_time

    def acted_on_site_if_grade_one(self, event: Any, _rules: Rules) -> bool:
        """A matter of grade I is acted on before anybody objects; say what was done on site."""
        return self.grade != "I" or self.acted_on_site or bool(event.on_site_action)

    def was_objected_when_dispatched(self, _event: Any, _rules: Rules) -> bool:
        """Goes back to where it was objected from: dispatched."""
        return self.objected_when == "dispatched"

    def was_objected_when_signed(self, _event: Any, _rules: Rules) -> bool:
        """Goes back to where it was objected from: signed."""
        return self.objected_when == "signed"

    def goes_to_another_unit(self, event: Any, _rules: Rules) -> bool:
        """A redirected case goes to another unit; uphold the dispatch to leave it where it is."""
        return bool(event.unit != self.unit)

    def returns_left(self, _event: Any, rules: Rules) -> bool:
        """The case was returned too often; designate a lead (BAYAN)."""
        return self.returns <= rules.procedure.returns_max

    def new_lead_exists(self, event: Any, rules: Rules) -> bool:
        """The new lead must exist on that day."""
        return event.unit is None or bool(unit_on(event.unit, event, rules).id)

    # — contact and co-handlers —

    def unit_may_contact(self, _event: Any, _rules: Rules) -> bool:
        """At level 3 contact goes through the centre: an intake or a call-back agent records it."""
        return self.confidentiality < CONTACT_THROUGH_CENTRE

    def contact_goes_through_the_centre(self, _event: Any, _rules: Rules) -> bool:
        """Below level 3 the unit that has the case contacts the complainant itself."""
        return self.confidentiality >= CONTACT_THROUGH_CENTRE

    def contact_is_settled(self, event: Any, rules: Rules) -> bool:
        """The complainant was reached, is anonymous, or was tried as often as is due."""
        return bool(event.settled and self.settles(event.result, rules))

    def settles(self, result: str, rules: Rules) -> bool:
        """Whether a contact with that result ends the trying."""
        if result == "anonymous":
            return self.anonymous
        return result == "reached" or (self.contact_tries + 1 >= rules.procedure.contact_tries_max)

    def says_whether_it_is_settled(self, event: Any, rules: Rules) -> bool:
        """Only an anonymous caller needs no call, and only enough tries end the trying."""
        if event.result == "anonymous" and not self.anonymous:
            return False
        return bool(event.settled == self.settles(event.result, rules))

    def not_reached(self, event: Any, _rules: Rules) -> bool:
        """Only a named complainant can be out of reach; an anonymous contact needs no call."""
        return bool(event.result == "not_reached" and not event.settled)

    def not_the_unit_itself(self, event: Any, _rules: Rules) -> bool:
        """A unit does not co-handle its own case."""
        return bool(event.unit != self.unit)

    def co_handler_is_competent(self, event: Any, rules: Rules) -> bool:
        """Where the catalogue names who helps, only they and whoever might lead do."""
        return self.may_help(event, rules)

    def actor_has_a_part_in_it(self, event: Any, _rules: Rules) -> bool:
        """A unit adds to its own case, a co-handler to one it was asked to help with."""
        if event.by.role in UNIT_ROLES:
            return event.by.unit is not None and event.by.unit == self.unit
        if event.by.role == CO_HANDLER:
            return any(part.id == event.by.unit for part in self.parts)
        return True

    def due_before_the_case(self, event: Any, _rules: Rules) -> bool:
        """A co-handler's part is due after now and before the case is."""
        before = self.due_at is None or event.part_due_at < self.due_at
        return bool(before and event.part_due_at > event.timestamp)

    def actor_speaks_for_the_part(self, event: Any, _rules: Rules) -> bool:
        """A co-handler submits its own part only."""
        return bool(event.by.unit == event.unit)

    def co_handlers_are_in(self, _event: Any, _rules: Rules) -> bool:
        """Every co-handler has given its part or was excused (BJ-REG 14)."""
        return all(part.state != "invited" for part in self.parts)

    # — extension —

    def deadline_is_running(self, _event: Any, _rules: Rules) -> bool:
        """Only a deadline that is running can be extended; rework has a clock of its own."""
        handling = self.clock("handle")
        return handling is not None and handling.status == "running"

    def before_the_due_instant(self, event: Any, _rules: Rules) -> bool:
        """More time is asked for before the time is over."""
        return self.due_at is not None and event.timestamp < self.due_at

    def complainant_was_told(self, event: Any, _rules: Rules) -> bool:
        """The complainant is told first (BJ-REG 15)."""
        return bool(event.complainant_told)

    def no_extension_pending(self, _event: Any, _rules: Rules) -> bool:
        """A request for an extension is pending already."""
        return self.extension is None

    def extension_is_pending(self, _event: Any, _rules: Rules) -> bool:
        """There must be a request for an extension."""
        return self.extension is not None

    def extensions_left(self, _event: Any, rules: Rules) -> bool:
        """A case is extended only so often."""
        return self.extensions < rules.procedure.extensions_max

    def not_the_unit_that_asked(self, event: Any, _rules: Rules) -> bool:
        """Nobody decides on a request of their own or of their unit."""
        asked = [p for p in (self.extension, self.ledgering, self.termination) if p is not None]
        units, people = {p.unit for p in asked}, {p.asked_by for p in asked}
        return event.by.unit not in units and event.by.id not in people

    def no_longer_than_the_first_period(self, event: Any, rules: Rules) -> bool:
        """An extension counts from the old deadline and is no longer than the first period."""
        if event.counted_from != self.extension_base() or self.first_limit is None:
            return False
        granted = rules.calendar.deadline(event.counted_from, event.limit)
        longest = rules.calendar.deadline(event.counted_from, self.first_limit)
        says = (event.due_at, event.provisional)
        return says == (granted.due_at, granted.provisional_year) and event.due_at <= longest.due_at

    # — escalation and ledger —

    def lead_has_acted(self, _event: Any, _rules: Rules) -> bool:
        """The lead acts before it escalates: contact the complainant first."""
        return self.contact_made

    def ledger_ground_is_known(self, event: Any, rules: Rules) -> bool:
        """The ground must be one of the procedure's."""
        return listed(event.ground, rules.procedure.ledger_grounds, "procedure")

    def date_to_look_again(self, event: Any, _rules: Rules) -> bool:
        """A ledger entry names when it ends or when it is looked at again, in the future."""
        dates = [day for day in (event.expected_at, event.review_at) if day is not None]
        return bool(dates) and all(day > event.timestamp for day in dates)

    def no_ledgering_pending(self, _event: Any, _rules: Rules) -> bool:
        """A request for the ledger is pending already."""
        return self.ledgering is None

    def ledgering_is_pending(self, _event: Any, _rules: Rules) -> bool:
        """There must be a request for the ledger."""
        return self.ledgering is not None

    def not_checked_yet(self, event: Any, _rules: Rules) -> bool:
        """It was checked already; a second person decides."""
        waiting = self._waiting_for_two(event)
        return waiting is None or waiting.checked_by is None

    def was_checked_first(self, event: Any, _rules: Rules) -> bool:
        """Somebody checks first, somebody else decides."""
        waiting = self._waiting_for_two(event)
        return waiting is not None and waiting.checked_by is not None

    def two_persons(self, event: Any, _rules: Rules) -> bool:
        """Whoever decides neither asked nor checked."""
        waiting = self._waiting_for_two(event)
        return waiting is None or event.by.id not in {waiting.asked_by, waiting.checked_by}

    def _waiting_for_two(self, event: Any) -> Any:
        return self.exclusion if event.event_name.startswith("Exclusion") else self.ledgering

    def the_unit_or_a_supervisor(self, event: Any, _rules: Rules) -> bool:
        """The unit that has the case takes it off the ledger, or a supervisor does."""
        return bool(event.by.role == SUPERVISOR or event.by.unit == self.unit)

    def next_review_lies_ahead(self, event: Any, _rules: Rules) -> bool:
        """The next review lies in the future."""
        return event.review_at is None or event.review_at > event.timestamp

    def expected_date_has_come(self, event: Any, _rules: Rules) -> bool:
        """The date for which the ledger entry waited must have come."""
        end = self.clock("ledger_end")
        return end is not None and end.due_at is not None and end.due_at <= event.timestamp

    # — reply, review, call-back —

    def contact_was_made(self, _event: Any, _rules: Rules) -> bool:
        """A reply needs a contact, or the record that none was possible (BJ-REG 15)."""
        return self.contact_made

    def both_were_informed(self, event: Any, _rules: Rules) -> bool:
        """Complainant and centre are both informed, unless the caller wants no reply."""
        told = event.complainant_informed or self.no_reply_wanted or self.anonymous
        return bool(event.centre_informed and told)

    def no_reply_accepted(self, _event: Any, _rules: Rules) -> bool:
        """A reply was accepted already."""
        return not (self.reply and self.reply.accepted)

    def reply_awaits_sign_off(self, _event: Any, _rules: Rules) -> bool:
        """There must be a draft that nobody has signed off."""
        return self.reply is not None and not self.reply.signed_off

    def not_who_wrote_it(self, event: Any, _rules: Rules) -> bool:
        """The leader signs what somebody else wrote: two persons."""
        return self.reply is not None and event.by.id != self.reply.written_by

    def reply_awaits_review(self, _event: Any, _rules: Rules) -> bool:
        """There must be a reply, signed off and not yet accepted."""
        return self.reply is not None and self.reply.signed_off and not self.reply.accepted

    def defect_is_known(self, event: Any, rules: Rules) -> bool:
        """The defect must be one of the procedure's."""
        return listed(event.defect, rules.procedure.reply_defects, "procedure")

    def somebody_to_call_back(self, _event: Any, _rules: Rules) -> bool:
        """An anonymous caller, or one who wants no reply, is not called back."""
        return not (self.anonymous or self.no_reply_wanted)

    def nobody_to_call_back(self, _event: Any, _rules: Rules) -> bool:
        """This row is for callers who are anonymous or want no reply."""
        return self.anonymous or self.no_reply_wanted

    def due_instant_has_come(self, event: Any, _rules: Rules) -> bool:
        """The call-back opens when the case is due (BJ-REG 23)."""
        opening = self.clock("open_callback")
        due_at = opening.due_at if opening and opening.waits else None
        return due_at is not None and due_at <= event.timestamp

    def tries_left(self, _event: Any, rules: Rules) -> bool:
        """The complainant was called as often as is due; close the case."""
        return len(self.tries) < rules.procedure.callback_tries_max

    def another_day(self, event: Any, rules: Rules) -> bool:
        """Each try is on another day, and none follows one that reached the complainant."""
        honest = event.local_day == rules.day_of(event.occurred_at)
        fresh = all(event.local_day != made.day and not made.reached for made in self.tries)
        return honest and fresh

    def not_asked_yet(self, event: Any, rules: Rules) -> bool:
        """The complainant has said what they think already; the first answer stands."""
        if any(made.reached for made in self.tries):
            return False
        return bool(event.local_day == rules.day_of(event.occurred_at))

    def not_a_handler(self, event: Any, _rules: Rules) -> bool:
        """Whoever handled the case does not call back."""
        own = {self.unit, *self.accused} - {None}
        return event.by.id not in self.handlers and event.by.unit not in own

    def complainant_is_not_satisfied(self, _event: Any, _rules: Rules) -> bool:
        """Rework needs a complainant who was reached and says it is not solved, or not well."""
        return any(
            made.reached and (made.solved is False or made.satisfaction == "dissatisfied")
            for made in self.tries
        )

    def lawful_and_feasible(self, event: Any, _rules: Rules) -> bool:
        """Only what is lawful and feasible is handled again (JN-REG 27)."""
        return bool(event.lawful_and_feasible)

    def reworks_left(self, _event: Any, rules: Rules) -> bool:
        """The case was reworked too often; escalate or close it (BAYAN)."""
        return self.reworks < rules.procedure.reworks_max

    def callback_is_settled(self, _event: Any, rules: Rules) -> bool:
        """The complainant was reached, or tried as often as is due, or is not to be called."""
        if self.anonymous or self.no_reply_wanted:
            return self.state == "callback" or bool(self.reply and self.reply.accepted)
        if self.state != "callback":
            return False
        reached = any(made.reached for made in self.tries)
        return reached or len(self.tries) >= rules.procedure.callback_tries_max

    def nothing_is_pending(self, _event: Any, _rules: Rules) -> bool:
        """No co-handler's part, extension, or reply may be open."""
        waits = any(part.state == "invited" for part in self.parts)
        unread = self.reply is not None and not self.reply.accepted
        asked = self.extension or self.termination or self.ledgering
        return not (waits or unread or asked)

    def outcome_is_borne_out(self, event: Any, _rules: Rules) -> bool:
        """Solved is what the complainant says, or else what the accepted reply says."""
        if event.outcome != "solved":
            return True
        if self.said_solved is not None:
            return self.said_solved
        return bool(self.reply and self.reply.accepted and self.reply.outcome == "solved")

    # — whistles —

    def is_with_a_street(self, event: Any, rules: Rules) -> bool:
        """A street blows the whistle; a department handles the matter, or objects (BJ-REG 16)."""
        level = rules.organisation.level(self.unit or "", rules.day_of(event.occurred_at))
        return level in {"street", None}

    def no_unit_summoned_is_accused(self, event: Any, _rules: Rules) -> bool:
        """A unit is not summoned to a case about itself (JN-REG 32)."""
        return not set(event.units) & set(self.accused)

    def whistle_was_blown_here(self, event: Any, _rules: Rules) -> bool:
        """Only a whistle that was blown for this case reports to it."""
        return event.whistle in self.whistles

    def whistles_are_settled(self, _event: Any, _rules: Rules) -> bool:
        """Every whistle that was blown for the case must be settled or given up first."""
        return not self.open_whistles

    # — the end, and after it —

    def handled_here(self, _event: Any, _rules: Rules) -> bool:
        """An imported case is reopened where it lives."""
        return self.source is None

    def was_closed(self, _event: Any, _rules: Rules) -> bool:
        """Only a case that was closed can be reopened from the archive."""
        return self.closed_at is not None

    def within_the_reopen_window(self, event: Any, _rules: Rules) -> bool:
        """A closed case is reopened within its window; after that by a supervisor, archived."""
        window = self.clock("archive")
        if window is None or window.status != "running":
            return True
        return window.due_at is None or event.timestamp <= window.due_at

    def reopen_window_is_over(self, event: Any, _rules: Rules) -> bool:
        """A case is filed when it can no longer be reopened."""
        window = self.clock("archive")
        if window is None:
            return self.source is not None and event.by.role != SYSTEM
        over = window.due_at is not None and window.due_at <= event.timestamp
        return window.status == "running" and over

    def identity_was_checked(self, event: Any, _rules: Rules) -> bool:
        """Only the complainant withdraws; check who it is."""
        return bool(event.identity_checked)

    def not_a_matter_of_public_safety(self, _event: Any, _rules: Rules) -> bool:
        """A matter of public safety, or one that others have joined, goes on ex officio."""
        return not self.others_are_concerned

    def a_matter_of_public_safety(self, _event: Any, _rules: Rules) -> bool:
        """Only a matter of public safety, or one that others have joined, goes on."""
        return self.others_are_concerned

    def no_termination_pending(self, _event: Any, _rules: Rules) -> bool:
        """A request to terminate is pending already."""
        return self.termination is None

    def termination_is_pending(self, _event: Any, _rules: Rules) -> bool:
        """There must be a request to terminate."""
        return self.termination is not None

    def within_the_appeal_window(self, event: Any, _rules: Rules) -> bool:
        """Exclusion is asked for within the appeal window after closing."""
        window = self.clock("appeal")
        return window is not None and (window.due_at is None or event.timestamp <= window.due_at)

    def no_exclusion_pending(self, _event: Any, _rules: Rules) -> bool:
        """A request for exclusion is pending already."""
        return self.exclusion is None

    def not_excluded_yet(self, _event: Any, _rules: Rules) -> bool:
        """The case is left out of the assessment already."""
        return not self.excluded

    def exclusion_is_pending(self, _event: Any, _rules: Rules) -> bool:
        """There must be a request for exclusion."""
        return self.exclusion is not None

    def exclusion_ground_is_known(self, event: Any, rules: Rules) -> bool:
        """The ground must be one of the procedure's."""
        return listed(event.ground, rules.procedure.exclusion_grounds, "procedure")

    # — at any time —

    def supervision_ground_is_known(self, event: Any, rules: Rules) -> bool:
        """The ground must be one of the procedure's."""
        return listed(event.ground, rules.procedure.supervision_grounds, "procedure")

    def up_or_with_consent(self, event: Any, _rules: Rules) -> bool:
        """Confidentiality goes up; down only with the complainant's consent."""
        return bool(event.level > self.confidentiality or event.consent)

    def field_can_be_corrected(self, event: Any, _rules: Rules) -> bool:
        """Correct what describes: title, category, type, division, place or channel."""
        return event.field in CORRECTABLE

    def correction_names_nobody(self, event: Any, _rules: Rules) -> bool:
        """A corrected title or place tells nothing of the caller, nor anybody's number."""
        if event.field not in {"title", "place"}:
            return True
        return not tells_caller(self.caller, event.new or "", given=event.field == "title")

    def old_value_is_the_recorded_one(self, event: Any, _rules: Rules) -> bool:
        """The correction names the value that it replaces, and another one."""
        if event.field not in CORRECTABLE:
            return True
        return bool(getattr(self, event.field) == event.old != event.new)

    if TYPE_CHECKING:
        # What Complaint keeps and these guards ask for.
        copied_to: str | None
        caller: tuple[Personal, ...]
        anonymous: bool
        no_reply_wanted: bool
        public_safety: bool
        new_facts: bool
        merged_when: str | None
        duplicates: tuple[UUID, ...]
        main_outcome: str | None
        candidates: tuple[str, ...]
        mode: str | None
        district: str | None
        designated: bool
        objected_when: str | None
        acted_on_site: bool
        handlers: frozenset[str]
        contact_tries: int
        contact_made: bool
        reply: Any
        extension: Any
        ledgering: Any
        termination: Any
        exclusion: Any
        tries: tuple[Any, ...]
        whistles: tuple[UUID, ...]
        open_whistles: tuple[UUID, ...]
        first_limit: Any

        @property
        def accused(self) -> tuple[str, ...]:
            """The units that it is about."""
            ...

        @property
        def said_solved(self) -> bool | None:
            """What the complainant last said."""
            ...

        @property
        def others_are_concerned(self) -> bool:
            """Whether it goes on without its complainant."""
            ...

        def extension_base(self) -> datetime | None:
            """Give the instant from which an extension counts."""
