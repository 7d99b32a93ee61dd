"""What is refused, and by which guard: one sentence for each."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from tests.whistle import cast as w
from tests.whistle import examples as x
from zhili.aggregates import Whistle
from zhili.errors import StateRefusedError
from zhili.policies.limit import Limit
from zhili.policies.organisation import Organisation
from zhili.policies.routing import Route, Routing
from zhili.policies.unit import Unit
from zhili.policies.whistle import WhistleKind, WhistleRules, nanjing_gulou
from zhili.testing import CASE, TICK, Control, actor, given
from zhili.workflows import role

if TYPE_CHECKING:
    from tests.whistle.examples import Steps
    from zhili.policies import Policy

STRANGER = actor(role.UNIT_OPERATOR, w.OTHER_STREET)
CITY = Organisation(
    units=(
        Unit(id=w.DISTRICT, name="朝阳区", level="district"),
        Unit(id=w.STREET, name="街道", level="street", parent=w.DISTRICT),
        *(Unit(id=unit, name=unit, kind=unit) for unit in (w.POLICE, w.WATER)),
    )
)
"""A place without a parks bureau."""

CATALOGUE = Routing(
    rows=(
        Route(category="stalls", unit_kinds=("police",), legal_basis="Law 8", co_kinds=("water",)),
        Route(category="refuse", unit_kinds=("water",), legal_basis="Law 9", to_street=True),
    )
)
ABOUT_STALLS = (w.DRAFT.but(category="stalls"), *x.MUSTERING[1:])
ABOUT_REFUSE = (w.DRAFT.but(category="refuse", units=(w.WATER,)),)

AGAIN_ALONE = (
    w.ASSIGN_LEAD,
    w.REPORT_IN,
    w.OBJECT.by_actor(w.AT_POLICE).but(unit=w.POLICE),
    w.RELEASE.but(unit=w.POLICE),
    w.ESCALATE,
    w.END_IT,
)
"""The only unit came, and was released on the scene; the district ended the matter."""

ALL_IN = (*x.ISSUED, w.REPORT_IN, w.WATER_IN)
"""Everybody has come before there is a lead."""

DRAFT_AGAIN = w.DRAFT_FOR_A_CASE.but(relation="reblown", repeats=1, report_to=w.NEW_WHISTLE)
"""A whistle that is blown again, for whose end a complaint waits."""

COMMUNITY_RATES = WhistleRules(raters=(role.COMMUNITY,))
RATE_ITSELF = w.RATE.by_actor(w.RESIDENTS).but(unit=w.COMMUNITY)
WITH_COMMUNITY = (
    w.DRAFT.but(units=(w.POLICE, w.COMMUNITY)),
    *x.MUSTERING[1:],
    w.REPORT_IN,
    w.REPORT_IN.by_actor(actor(role.UNIT_OPERATOR, w.COMMUNITY)).but(unit=w.COMMUNITY),
    w.DONE,
    w.DONE.by_actor(actor(role.UNIT_OPERATOR, w.COMMUNITY)).but(unit=w.COMMUNITY),
)
"""A community is among the units, in a place where communities rate."""

REFUSED: dict[str, tuple[str, Steps, Control, tuple[Policy, ...]]] = {
    # — the call —
    "Nobody drafts a whistle for another street.": (
        "acts_for_its_unit", (), w.DRAFT.by_actor(STRANGER), (),
    ),
    "A district does not blow, where the rules leave that to streets.": (
        "level_may_blow", (),
        w.DRAFT.but(street=w.DISTRICT).by_actor(actor(role.UNIT_OPERATOR, w.DISTRICT)), (),
    ),
    "A kind that the rules do not have is refused, with those there are.": (
        "kind_is_known", (), w.DRAFT.but(kind="HARD"), (),
    ),
    "So is one of the usual kinds, where a city has its own.": (
        "kind_is_known", (), w.DRAFT, (nanjing_gulou(),),
    ),
    "A street does not blow for the place of another.": (
        "place_lies_in_its_area", (), w.DRAFT.but(division=w.OTHER_STREET), (),
    ),
    "A street does not summon itself.": (
        "summons_others", (), w.DRAFT.but(units=(w.POLICE, w.STREET)), (),
    ),
    "A unit is summoned once.": (
        "summons_others", (), w.DRAFT.but(units=(w.POLICE, w.POLICE)), (),
    ),
    "A unit that does not exist is not summoned.": (
        "units_exist", (), w.DRAFT.but(units=(w.PARKS,)), (CITY,),
    ),
    "The system drafts only what follows from an event.": (
        "follows_from_an_event", (), w.DRAFT_FOR_A_CASE.because_of(None), (),
    ),
    "The ground of a whistle is one of the rules'.": (
        "ground_is_known", (w.DRAFT,), w.SUBMIT.but(ground="easier"), (),
    ),
    "What the catalogue leaves to the street, it does itself.": (
        "beyond_its_own_powers", ABOUT_REFUSE, w.SUBMIT.but(ground="beyond_powers"),
        (CITY, CATALOGUE),
    ),
    "Key work is blown by the secretary or the director.": (
        "rank_fits_the_kind", (w.DRAFT.but(kind="KEY_WORK"), w.SUBMIT), w.BLOW, (),
    ),
    "Whoever is on duty blows emergencies only.": (
        "rank_fits_the_kind", x.SUBMITTED, w.BLOW.by_actor(w.DUTY), (),
    ),
    "In Gulou a hard matter is not blown by any member of the leading group.": (
        "rank_fits_the_kind", (w.DRAFT.but(kind="HARD"), w.SUBMIT),
        w.BLOW.by_actor(actor(role.LEADING_MEMBER, w.STREET)), (nanjing_gulou(),),
    ),
    "What is no emergency needs approval.": (
        "may_be_blown_at_once", (w.DRAFT,), w.BLOW_EMERGENCY.by_actor(w.LEADER), (),
    ),
    "Only an emergency is confirmed afterwards.": (
        "waits_for_confirmation", x.ISSUED, w.CONFIRM_EMERGENCY, (),
    ),
    "It is confirmed once.": (
        "waits_for_confirmation", (*x.EMERGENCY, w.CONFIRM_EMERGENCY), w.CONFIRM_EMERGENCY, (),
    ),
    "Another street's leader does not return a whistle.": (
        "street_or_reviewer", x.SUBMITTED,
        w.SEND_BACK.by_actor(actor(role.UNIT_LEADER, w.OTHER_STREET)), (),
    ),
    "A whistle is returned for a reason of the rules.": (
        "return_reason_is_known", x.SUBMITTED, w.SEND_BACK.but(ground="mood"), (),
    ),
    "Nobody says by themselves that a whistle comes from another case.": (
        "origin_is_told_by_an_event", (), w.DRAFT.but(origin=w.COMPLAINT_CASE), (),
    ),
    "The system drafts no kind that the rules do not have.": (
        "kind_is_known", (), w.DRAFT_FOR_A_CASE.but(kind="HARD"), (),
    ),
    "Nor a summons of the street to itself.": (
        "summons_others", (), w.DRAFT_FOR_A_CASE.but(units=(w.STREET,)), (),
    ),
    "A clerk does not blow in an emergency.": (
        "rank_fits_the_kind", (w.DRAFT_EMERGENCY,), w.BLOW_EMERGENCY.by_actor(w.OPERATOR), (),
    ),
    "Nor how often it was blown before.": (
        "origin_is_told_by_an_event", (), w.DRAFT.but(repeats=7), (),
    ),
    "Nor how it comes from another case.": (
        "origin_is_told_by_an_event", (), w.DRAFT.but(relation="reblown"), (),
    ),
    "Nor from a case of which type.": (
        "origin_is_told_by_an_event", (), w.DRAFT.but(origin_type="hazard"), (),
    ),
    "Nor which case waits for its end.": (
        "origin_is_told_by_an_event", (), w.DRAFT.but(report_to=w.COMPLAINT_CASE), (),
    ),
    "A whistle to which a unit did not come is not taken back.": (
        "nobody_was_missed", (*x.ISSUED, 2 * x.DAY, TICK), w.CANCEL, (),
    ),
    "Not even when it has come after all.": (
        "nobody_was_missed", (*x.ISSUED, 2 * x.DAY, TICK, w.WATER_IN), w.CANCEL, (),
    ),
    # — the muster —
    "Another street does not assign the lead.": (
        "street_or_reviewer", x.ISSUED, w.ASSIGN_LEAD.by_actor(STRANGER), (),
    ),
    "Not even when everybody is in.": (
        "street_or_reviewer", ALL_IN, w.ASSIGN_LEAD.by_actor(STRANGER), (),
    ),
    "Nor does it assign another.": (
        "street_or_reviewer", x.MUSTERING, w.ASSIGN_LEAD.but(lead=w.WATER).by_actor(STRANGER), (),
    ),
    "Nor does it summon units for this one.": (
        "street_or_reviewer", x.MUSTERING, w.ADD_UNIT.by_actor(STRANGER), (),
    ),
    "The lead is one of the units that were summoned.": (
        "lead_takes_part", x.ISSUED, w.ASSIGN_LEAD.but(lead=w.PARKS), (),
    ),
    "However many have come.": (
        "lead_takes_part", ALL_IN, w.ASSIGN_LEAD.but(lead=w.PARKS), (),
    ),
    "A unit that was released does not lead.": (
        "lead_takes_part", (*x.OBJECTED, w.RELEASE), w.ASSIGN_LEAD.but(lead=w.WATER), (),
    ),
    "The lead is assigned anew only to another.": (
        "names_another_lead", x.MUSTERING, w.ASSIGN_LEAD, (),
    ),
    "A street does not summon itself later either.": (
        "street_does_not_summon_itself", x.MUSTERING, w.ADD_UNIT.but(unit=w.STREET), (),
    ),
    "Nor a unit that does not exist.": (
        "unit_exists", x.MUSTERING, w.ADD_UNIT, (CITY,),
    ),
    "Where the catalogue says who helps, nobody else is summoned.": (
        "unit_is_competent", ABOUT_STALLS, w.ADD_UNIT.but(unit=w.DISTRICT), (CITY, CATALOGUE),
    ),
    "The lead alone starts the joint handling.": (
        "actor_is_of_the_lead", x.POLICE_IN, w.START.by_actor(w.AT_WATER), (),
    ),
    "It comes itself first.": ("lead_has_reported_in", x.MUSTERING, w.START, ()),
    "In an emergency a unit comes first and objects afterwards.": (
        "may_object", x.EMERGENCY, w.OBJECT, (),
    ),
    "Whoever objects says who else should come.": (
        "suggests_another_unit", x.MUSTERING, w.OBJECT.but(suggest=w.WATER), (),
    ),
    "A summons that was upheld stands.": (
        "not_upheld_before", (*x.OBJECTED, w.RULING), w.OBJECT, (),
    ),
    "A substitute is a unit that does not take part yet.": (
        "substitute_is_new", x.OBJECTED, w.REPLACE.but(substitute=w.POLICE), (),
    ),
    "A ruling to replace names the substitute.": (
        "substitute_is_new", x.OBJECTED, w.REPLACE.without("substitute"), (),
    ),
    "Nobody is missed before the time is over.": (
        "report_limit_has_passed", x.MUSTERING, w.MARK_NO_SHOW, (),
    ),
    "Nor when all others are in.": ("report_limit_has_passed", x.POLICE_IN, w.MARK_NO_SHOW, ()),
    "Nor before there is a lead.": ("report_limit_has_passed", x.ISSUED, w.MARK_NO_SHOW, ()),
    "Nor while others are at work.": ("report_limit_has_passed", x.EARLY, w.MARK_NO_SHOW, ()),
    "Nor when nobody else is.": (
        "report_limit_has_passed", (*x.EARLY, w.DONE), w.MARK_NO_SHOW, (),
    ),
    # — joint handling —
    "A measure is the lead's to record.": (
        "actor_is_of_the_lead", x.JOINT, w.RECORD_MEASURE.by_actor(w.AT_WATER), (),
    ),
    "It is the task of somebody who takes part.": (
        "owner_takes_part", x.JOINT, w.RECORD_MEASURE.but(owner=w.PARKS), (),
    ),
    "It is not to be done yesterday.": (
        "date_lies_ahead", x.JOINT, w.RECORD_MEASURE.but(until=date(2026, 3, 1)), (),
    ),
    "A stranger adds nothing to the record.": (
        "actor_takes_part", x.JOINT, w.ADD_ATTACHMENT.by_actor(STRANGER), (),
    ),
    "Nobody leaves before the task is delivered 事不完人不撤.": (
        "delivered_or_street_consents", x.JOINT, w.LEAVE, (),
    ),
    "Nobody leaves twice.": ("is_still_there", (*x.DELIVERED_BY_ONE, w.LEAVE), w.LEAVE, ()),
    "Whoever was rated without having come cannot leave.": (
        "is_still_there", (*x.SETTLED_WITHOUT_WATER, w.RATE_WATER),
        w.LEAVE.by_actor(w.AT_WATER).but(unit=w.WATER), (),
    ),
    "A ground for escalation is one of the rules'.": (
        "escalation_ground_is_known", x.JOINT, w.ESCALATE.but(ground="tired"), (),
    ),
    "A no-show is escalated when there was one.": (
        "somebody_did_not_come", x.JOINT, w.ESCALATE.but(ground="no_show"), (),
    ),
    "Another district does not decide.": (
        "actor_stands_above_the_street", x.ESCALATED,
        w.DIRECTIVE.by_actor(actor(role.DISTRICT_LEADER, w.OTHER_DISTRICT)), (),
    ),
    "The new lead is one of the units.": (
        "lead_takes_part", x.ESCALATED, w.DIRECTIVE.but(lead=w.PARKS), (),
    ),
    "A directive ends nothing while units are awaited.": (
        "nobody_is_awaited", (*x.EARLY, w.ESCALATE), w.END_IT, (),
    ),
    "Nor while an objection waits for a ruling.": (
        "nobody_is_awaited", (*x.OBJECTED_ON_SITE, w.ESCALATE), w.END_IT, (),
    ),
    # — result and ratings —
    "A result that is being rated is taken.": ("no_rating_yet", x.RATED_BY_HALF, w.REJECT, ()),
    "A result is rejected together with whoever goes on.": (
        "somebody_works_again", x.NOBODY_LEFT, w.REJECT, (),
    ),
    "Another street does not rate.": (
        "rates_for_the_street", x.SETTLED,
        w.RATE.by_actor(actor(role.UNIT_LEADER, w.OTHER_STREET)), (),
    ),
    "Nobody rates in nobody's name.": (
        "rates_for_the_street", x.SETTLED, w.RATE.by_actor(actor(role.UNIT_LEADER)), (),
    ),
    "A community rates where the rules say so.": (
        "rates_for_the_street", x.SETTLED, w.RATE.by_actor(w.RESIDENTS), (),
    ),
    "A community of another street does not rate.": (
        "rates_for_the_street", x.SETTLED,
        w.RATE.by_actor(actor(role.COMMUNITY, "110105002001")),
        (WhistleRules(raters=(role.COMMUNITY,)),),
    ),
    "A unit does not rate itself.": (
        "nobody_rates_itself", x.SETTLED,
        w.RATE.by_actor(actor(role.UNIT_LEADER, w.POLICE)), (),
    ),
    "The street does not rate itself.": (
        "nobody_rates_itself", x.EVALUATED, w.RATE_BLOWER.by_actor(w.OPERATOR), (),
    ),
    "A community that was summoned does not rate itself.": (
        "nobody_rates_itself", WITH_COMMUNITY, RATE_ITSELF, (COMMUNITY_RATES,),
    ),
    "Not as the last one either.": (
        "nobody_rates_itself", (*WITH_COMMUNITY, w.RATE.by_actor(w.RESIDENTS)), RATE_ITSELF,
        (COMMUNITY_RATES,),
    ),
    "A rating is given on every dimension.": (
        "rates_every_dimension", x.SETTLED, w.RATE.but(points={"result": 5}), (),
    ),
    "So is that of the blower, on its own.": (
        "rates_every_dimension", x.EVALUATED, w.RATE_BLOWER.but(points=w.POINTS), (),
    ),
    "Points lie on the scale.": (
        "points_are_on_the_scale", x.SETTLED, w.RATE.but(points={**w.POINTS, "result": 6}), (),
    ),
    "So do those of the blower.": (
        "points_are_on_the_scale", x.EVALUATED,
        w.RATE_BLOWER.but(points={"needed": 6, "clear": 1}), (),
    ),
    "Whoever was not summoned does not rate the blower.": (
        "participant_or_office", x.EVALUATED, w.RATE_BLOWER.by_actor(w.AT_PARKS), (),
    ),
    "The blower is rated once by each.": (
        "rates_the_blower_once", (*x.EVALUATED, w.RATE_BLOWER), w.RATE_BLOWER, (),
    ),
    "Another district publishes nothing.": (
        "actor_stands_above_the_street", x.EVALUATED,
        w.PUBLISH.by_actor(actor(role.DISTRICT_COORDINATOR, w.OTHER_DISTRICT)), (),
    ),
    "What is published is not published again.": (
        "something_is_unpublished", (*x.EVALUATED, w.PUBLISH), w.PUBLISH, (),
    ),
    "Nobody replies to what only the district sees.": (
        "rating_is_published", x.EVALUATED, w.REPLY, (),
    ),
    "One whistle office rates the blower once, whatever unit its people give.": (
        "rates_the_blower_once",
        (*x.EVALUATED, w.RATE_BLOWER.by_actor(w.OFFICE)),
        w.RATE_BLOWER.by_actor(actor(role.WHISTLE_OFFICE, w.DISTRICT)), (),
    ),
    "There is one reply.": ("has_not_replied", (*x.EVALUATED, w.PUBLISH, w.REPLY), w.REPLY, ()),
    "Every unit is rated before the whistle is closed.": (
        "nobody_is_left_to_rate", x.SETTLED, w.CLOSE, (),
    ),
    "An emergency is confirmed in writing before it is closed.": (
        "emergency_was_confirmed",
        (*x.EMERGENCY, w.ASSIGN_LEAD, *x.EVALUATED[4:]), w.CLOSE.by_actor(w.DUTY), (),
    ),
    "So is one that nobody is left to rate in.": (
        "emergency_was_confirmed",
        (w.DRAFT_EMERGENCY.but(units=(w.POLICE,)), w.BLOW_EMERGENCY, *AGAIN_ALONE), w.CLOSE, (),
    ),
    "Whoever it came from is informed of a whistle that came to nothing.": (
        "origin_was_informed",
        (w.DRAFT_FOR_A_CASE.but(units=(w.POLICE,)), w.SUBMIT, w.BLOW, *AGAIN_ALONE), w.CLOSE, (),
    ),
    "What a directive ended is not solved when it has been rated.": (
        "outcome_is_borne_out", (*x.ESCALATED, w.END_IT, w.RATE, w.RATE_WATER),
        w.CLOSE.but(outcome="solved"), (),
    ),
    "So is the case that waited for the whistle before it.": (
        "origin_was_informed",
        (DRAFT_AGAIN, *x.EVALUATED[1:]), w.CLOSE, (),
    ),
    "Whoever it was blown for is informed first.": (
        "origin_was_informed",
        (w.DRAFT_FOR_A_CASE, *x.EVALUATED[1:]), w.CLOSE, (),
    ),
    "What a directive ended is not solved.": (
        "outcome_is_borne_out", x.NOBODY_LEFT, w.CLOSE.but(outcome="solved"), (),
    ),
    "It is blown again as another one.": (
        "new_whistle_is_another", x.CLOSED, w.REBLOW.but(whistle=CASE), (),
    ),
    # — what the clocks demand —
    "A clock that is not due marks nothing.": ("clock_is_due", x.ISSUED, w.MARK_OVERDUE, ()),
    "A deadline that waits for no calendar is not computed anew.": (
        "deadline_was_provisional", x.ISSUED, w.RECALCULATE, (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("sentence", REFUSED)
def test_it_is_refused(sentence: str) -> None:
    """The guard that is named refuses it, and nothing has changed."""
    guard, before, when, policies = REFUSED[sentence]
    given(Whistle, *before, policies=policies).when(when).then_refused(guard=guard)


def test_a_rating_is_final() -> None:
    """A unit that was rated is not rated again (§4.4)."""
    given(Whistle, *x.RATED_BY_HALF).when(w.RATE).then_refused(StateRefusedError)


def test_a_host_has_kinds_of_its_own() -> None:
    """Kinds are policy: who may blow, how soon units come."""
    quick = Limit(amount=10, unit="minutes")
    own = WhistleKind(code="OWN", name="own", blowers=(role.UNIT_OPERATOR,), report_in=quick)
    rules = WhistleRules(kinds=(own,))
    drafted = given(Whistle, w.DRAFT.but(kind="OWN"), w.SUBMIT, policies=(rules,))
    drafted.when(w.BLOW.by_actor(w.OPERATOR)).then(
        "Blown", "UnitSummoned", "UnitSummoned", state="issued"
    )
