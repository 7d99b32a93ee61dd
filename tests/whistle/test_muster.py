"""The muster 报到 (W6–W13): a lead, arrivals, objections, and whoever does not come."""

from __future__ import annotations

import pytest

from tests.whistle import cast as w
from tests.whistle import examples as x
from zhili.aggregates import Whistle
from zhili.testing import TICK, given


def test_the_lead_answers_from_its_assignment() -> None:
    """From the street to the lead, and to another one (W6)."""
    outcome = given(Whistle, *x.ISSUED).when(w.ASSIGN_LEAD).then("LeadAssigned", unit=w.POLICE)
    first = outcome.case.dispatched_at
    again = outcome.when(w.ASSIGN_LEAD.but(lead=w.WATER)).then("LeadAssigned", state="mustering")
    assert (again.case.unit, again.case.dispatched_at) == (w.WATER, first)
    assert [part.role for part in again.case.entities()][1:] == ["assisting", "lead"]


def test_joint_handling_begins_when_the_last_one_is_in() -> None:
    """The last arrival starts it by itself (W9)."""
    first = given(Whistle, *x.MUSTERING).when(w.REPORT_IN).then("UnitReportedIn", state="mustering")
    arrived = first.case.last_at
    last = first.when(w.WATER_IN).then("UnitReportedIn", state="joint_handling")
    assert last.case.contacted_at == arrived
    assert [part.on_time for part in last.case.parts] == [True, True]


def test_whoever_is_released_or_missed_is_not_waited_for() -> None:
    """All means all that are neither released nor marked as no-show (§13)."""
    released = (*x.OBJECTED, w.RELEASE)
    given(Whistle, *released).when(w.REPORT_IN).then("UnitReportedIn", state="joint_handling")
    given(Whistle, *x.MISSED).when(w.REPORT_IN).then("UnitReportedIn", state="joint_handling")
    objected = given(Whistle, *x.OBJECTED_AND_MISSED).when(w.REPORT_IN)
    objected.then("UnitReportedIn", state="joint_handling")


def test_joint_handling_begins_when_nobody_is_awaited_any_more() -> None:
    """The others are there, and the last one is missed, or need not come (§13)."""
    missed = given(Whistle, *x.POLICE_IN, 2 * x.DAY).when(TICK)
    missed.then("ClockExpired", "UnitNoShow", state="joint_handling")
    objected = (*x.POLICE_IN, w.OBJECT)
    released = given(Whistle, *objected).when(w.RELEASE)
    released.then("UnitReleased", state="joint_handling", unit=w.POLICE)
    replaced = given(Whistle, *objected).when(w.REPLACE)
    replaced.then("UnitReplaced", "UnitSummoned", state="mustering")


def test_a_muster_to_which_nobody_came_goes_on() -> None:
    """Nobody is awaited, but there is nobody to handle it: the street escalates it (§13)."""
    missed = given(Whistle, *x.MISSED)
    assert missed.case.state == "mustering"
    assert {part.state for part in missed.case.parts} == {"no_show"}
    no_lead = given(Whistle, *x.ISSUED, 2 * x.DAY, TICK).when(w.ASSIGN_LEAD)
    no_lead.then("LeadAssigned", state="mustering")
    alone = given(Whistle, *x.NOBODY_LEFT[:-2])
    assert (alone.case.state, alone.case.taking_part) == ("mustering", ())


def test_the_lead_may_be_missed_while_the_others_are_there() -> None:
    """They begin; the street names another lead when it sees fit (§13)."""
    led = (*x.ISSUED, w.ASSIGN_LEAD.but(lead=w.WATER), w.REPORT_IN, 2 * x.DAY, TICK)
    begun = given(Whistle, *led)
    assert (begun.case.state, begun.case.lead) == ("joint_handling", w.WATER)
    begun.when(w.ASSIGN_LEAD).then("LeadAssigned", state="joint_handling", unit=w.POLICE)


def test_the_lead_starts_without_a_full_muster() -> None:
    """Whoever comes later joins (§13)."""
    started = given(Whistle, *x.POLICE_IN).when(w.START)
    started.then("JointHandlingStarted", state="joint_handling").when(w.WATER_IN).then(
        "UnitReportedIn", state="joint_handling"
    )


def test_units_come_before_a_lead_is_assigned() -> None:
    """The clocks start when it is blown; a lead may be named later (§13)."""
    came = given(Whistle, *x.ISSUED).when(w.REPORT_IN).then("UnitReportedIn", state="issued")
    led = came.when(w.ASSIGN_LEAD).then("LeadAssigned", state="mustering")
    led.when(w.START).then("JointHandlingStarted", state="joint_handling")
    second = given(Whistle, *x.ISSUED, w.REPORT_IN).when(w.WATER_IN)
    both = second.then("UnitReportedIn", state="issued", unit=w.STREET)
    both.when(w.ASSIGN_LEAD).then("LeadAssigned", state="joint_handling", unit=w.POLICE)


def test_a_unit_that_comes_after_all_stays_missed() -> None:
    """It can still help, but its absence stands on the record (W12)."""
    missed = given(Whistle, *x.MISSED)
    assert {part.state for part in missed.case.parts} == {"no_show"}
    came = missed.when(w.WATER_IN).then("UnitReportedIn")
    (part,) = [p for p in came.case.parts if p.id == w.WATER]
    assert (part.state, part.missed, part.on_time) == ("arrived", True, False)
    assert came.case.flags == ("no_show",)


def test_the_district_has_a_copy_of_a_no_show() -> None:
    """It investigates and supervises (BJ-STREET 44)."""
    recorded = given(Whistle, *x.POLICE_IN, 2 * x.DAY).when(TICK)
    outcome = recorded.then("ClockExpired", ("UnitNoShow", {"district": w.DISTRICT}))
    assert outcome.case.flags == ("no_show",)


@pytest.mark.parametrize(
    ("before", "back"),
    [(x.OBJECTED, "signed"), (x.OBJECTED_ON_SITE, "arrived"), (x.OBJECTED_AND_MISSED, "no_show")],
)
def test_an_upheld_summons_leaves_the_unit_where_it_was(before: x.Steps, back: str) -> None:
    """On its way, on the scene, or missed; and it cannot object again (W11)."""
    case = given(Whistle, *before).when(w.RULING).then("SummonsUpheld").case
    assert case.part_state("summons", w.WATER) == back
    assert case.upheld == {w.WATER}


def test_an_objection_stops_no_clock() -> None:
    """Whoever objects comes all the same, or is missed (DUCHANG); coming takes it back."""
    missed = given(Whistle, *x.OBJECTED_AND_MISSED)
    (part,) = [p for p in missed.case.parts if p.id == w.WATER]
    assert (part.state, part.missed) == ("objected", True)
    came = given(Whistle, *x.OBJECTED).when(w.WATER_IN).then("UnitReportedIn")
    assert came.case.part_state("summons", w.WATER) == "arrived"


def test_a_released_unit_was_never_missed() -> None:
    """Its objection was right, however late the ruling (W11)."""
    outcome = given(Whistle, *x.OBJECTED_AND_MISSED).when(w.RELEASE).then("UnitReleased")
    (part,) = [p for p in outcome.case.parts if p.id == w.WATER]
    assert (part.state, part.missed, part.on_time) == ("released", False, None)


def test_a_substitute_is_summoned_with_a_limit_of_its_own() -> None:
    """The time counts from its own summons (W11)."""
    case = given(Whistle, *x.OBJECTED).when(w.REPLACE).then("UnitReplaced", "UnitSummoned").case
    assert case.part_state("summons", w.WATER) == "replaced"
    assert case.clock("report_in:water").status == "stopped"
    assert case.clock("sign:parks").started_at > case.clock("sign:police").started_at


def test_a_released_lead_leaves_the_matter_to_the_street() -> None:
    """Until another leads; a substitute leads in its place (W11)."""
    led = (*x.ISSUED, w.ASSIGN_LEAD.but(lead=w.WATER), w.OBJECT)
    given(Whistle, *led).when(w.RELEASE).then("UnitReleased", unit=w.STREET, lead=None)
    given(Whistle, *led).when(w.REPLACE).then(
        "UnitReplaced", "UnitSummoned", unit=w.PARKS, lead=w.PARKS
    )
    given(Whistle, *led, w.RELEASE).when(w.ASSIGN_LEAD).then(
        "LeadAssigned", state="mustering", unit=w.POLICE
    )


def test_a_released_unit_is_summoned_again() -> None:
    """Should it be needed after all: from the beginning, with a new limit (W13)."""
    outcome = given(Whistle, *x.OBJECTED, w.RELEASE).when(w.ADD_UNIT.but(unit=w.WATER))
    case = outcome.then(("UnitSummoned", {"task": "Fence the lawn."})).case
    assert case.part_state("summons", w.WATER) == "summoned"
    assert case.clock("report_in:water").status == "running"


def test_signing_late_is_marked() -> None:
    """The clock of the one unit expires, the other one's does not (W7)."""
    outcome = given(Whistle, *x.MUSTERING, w.SIGN, 2 * x.HOUR).when(TICK)
    outcome.then(("ClockExpired", {"clock": "sign:water"}), state="mustering")


def test_a_unit_gets_in_touch_with_the_street() -> None:
    """Its clock stops, whether it has signed or not (W8)."""
    for before in (x.MUSTERING, (*x.MUSTERING, w.SIGN)):
        case = given(Whistle, *before).when(w.CONTACT).then("StreetContacted").case
        assert case.part_state("summons", w.POLICE) == "contacted"
        assert case.clock("sign:police").status == "stopped"
