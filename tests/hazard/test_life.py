"""Whole lives of hazards: clocks, two checks on site, the whistle's end, and a clean audit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.complaint.examples import ANNOUNCED, YEAR_END
from tests.hazard.examples import (
    AT_CITY,
    AT_DISTRICT,
    AT_STREET,
    BY_CITY,
    CALL,
    CALL_BY_WHISTLE,
    CHECK,
    DAY,
    DISPATCH,
    DUPLICATE,
    FIND,
    FIRE,
    FIX_LOCALLY,
    FOUND,
    HAND_BACK,
    LEAD_DONE,
    POWER,
    POWER_DONE,
    RECTIFYING,
    REJECT,
    REPORT,
    REPORTED,
    SOLVED,
    TO_CITY,
    VERIFY,
    WHISTLE_ENDS,
)
from tests.workflows.rows import Row, lived
from zhili import Engine
from zhili.aggregates import Hazard
from zhili.commands import hazard as asked
from zhili.policies.hazard import HazardRules
from zhili.policies.limit import Limit
from zhili.projections.register import rows_of
from zhili.projections.worklist import Worklist
from zhili.reactions import Reaction
from zhili.testing import OTHER_CASE, TICK, VirtualClock, given

HOUR = timedelta(hours=1)
END_OF_MONDAY = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
"""Midnight in Shanghai after the day on which scenarios begin."""


LIVES = {
    "fixed by the community": (*FOUND, FIX_LOCALLY, 31 * DAY, TICK),
    "known already": (*FOUND, DAY, TICK, DUPLICATE, 31 * DAY, TICK),
    "rectified": (*SOLVED, 31 * DAY, TICK),
    "rectified late": (*RECTIFYING, 30 * DAY, TICK, LEAD_DONE, POWER_DONE, 9 * DAY, CHECK, VERIFY),
    "rejected": (*REPORTED, CHECK, REJECT, 30 * DAY, POWER_DONE, CHECK, VERIFY, 31 * DAY, TICK),
    "by the city": (*AT_CITY, 5 * DAY, BY_CITY, LEAD_DONE, POWER_DONE, CHECK, VERIFY),
    "handed back": (*AT_CITY, HAND_BACK, 5 * DAY, DISPATCH, LEAD_DONE, POWER_DONE, CHECK, VERIFY),
}


@pytest.mark.parametrize("name", LIVES)
def test_the_audit_finds_nothing(name: str) -> None:
    """Whatever becomes of a hazard, its record stands up to an audit."""
    *before, last = LIVES[name]
    with lived(Hazard, Row("", tuple(before), last)) as engine:
        report = engine.audit()
        assert report.clean, report.findings
        assert engine.ask(Worklist(case_type="hazard")).items == ()


@pytest.mark.parametrize("name", LIVES)
def test_a_late_tick_leaves_the_same_history(name: str) -> None:
    """Ticking every hour, or never before somebody acts, records the same (§2.6)."""
    histories = []
    for step in (HOUR, 400 * DAY):
        clock = VirtualClock()
        with Engine.open("memory:", clock=clock, case_types=(Hazard,), reactions=()) as engine:
            for taken in LIVES[name]:
                until = clock.now + (taken if isinstance(taken, timedelta) else HOUR)
                while clock.now + step < until:
                    clock.advance(step)
                    engine.tick()
                clock.set(until)
                if taken == TICK:
                    engine.tick()
                elif not isinstance(taken, timedelta):
                    engine.submit(taken.build(clock.now), by=taken.by)
            history = engine.history(FIND.case_id)
            histories.append([(e.event_name, e.occurred_at, e.state, e.marks) for e in history])
    assert histories[0] == histories[1]


def test_it_is_reported_on_the_same_day() -> None:
    """What the community can neither fix nor report by midnight is marked overdue, and stays."""
    outcome = (
        given(Hazard, FIND, DAY)
        .when(TICK)
        .then(("ClockExpired", {"clock": "report"}), state="found")
    )
    assert outcome.events[0].occurred_at == END_OF_MONDAY


def test_a_policy_may_give_another_day() -> None:
    """How many days later it is reported at the latest is a rule like any other."""
    given(Hazard, FIND, DAY, policies=(HazardRules(report_days=1),)).when(TICK).then()


def test_a_report_stops_the_day_and_starts_the_streets_limit() -> None:
    """From the report on the street's limit runs, and then the district's."""
    case = given(Hazard, *AT_STREET).case
    assert [(clock.name, clock.status) for clock in case.clocks] == [
        ("report", "stopped"),
        ("judge", "running"),
    ]
    case = given(Hazard, *AT_DISTRICT).case
    assert (case.clock("judge").status, case.clock("dispatch").status) == ("stopped", "running")


@pytest.mark.parametrize(("level", "limit"), list(enumerate(HazardRules().rectify, 1)))
def test_the_level_gives_the_limit_of_every_department(level: int, limit: Limit) -> None:
    """Each department has a clock of its own, as long as the level's limit."""
    case = given(Hazard, *AT_STREET, CALL.but(level=level), DISPATCH).case
    for unit in (FIRE, POWER):
        assert case.clock(f"rectify:{unit}").limit == limit
    assert case.due_at == case.clock(f"rectify:{FIRE}").due_at
    assert case.grade == str(level)


def test_one_department_is_late_and_the_other_is_not() -> None:
    """The clock of each stops when it has reported; the lead's says whether the matter was."""
    late = given(Hazard, *RECTIFYING, LEAD_DONE, 20 * DAY)
    outcome = late.when(TICK).then(("ClockExpired", {"clock": f"rectify:{POWER}"}))
    assert outcome.case.on_time is True
    case = outcome.when(POWER_DONE).then("Rectified").case
    by_unit = {part.id: part for part in case.entities()}
    assert [by_unit[unit].on_time for unit in (FIRE, POWER)] == [True, False]
    assert [by_unit[unit].role for unit in (FIRE, POWER)] == ["lead", "assisting"]
    assert by_unit[POWER].done_at == case.last_at > by_unit[POWER].due_at


def test_verification_waits_for_every_department() -> None:
    """The limit of the site check runs from the last report, and anew after a rejection."""
    assert given(Hazard, *RECTIFYING, LEAD_DONE).case.clock("verify") is None
    assert given(Hazard, *REPORTED).case.clock("verify").status == "running"
    rejected = given(Hazard, *REPORTED, CHECK, REJECT).case
    assert rejected.clock("verify").status == "stopped"
    assert (rejected.checked_by, rejected.settled_at) == (None, None)
    assert rejected.part_state("dispatched", POWER) == "dispatched"
    assert rejected.clock(f"rectify:{POWER}").status == "running"


def test_a_rejected_part_is_checked_by_both_again() -> None:
    """After a failed check the community looks again before the street verifies."""
    again = given(Hazard, *REPORTED, CHECK, REJECT, POWER_DONE)
    again.when(VERIFY).then_refused(guard="was_checked_first")
    again.when(CHECK).then("SiteChecked").when(VERIFY).then("Verified", state="solved")


def test_calling_the_city_releases_the_departments() -> None:
    """The city decides anew who comes; whoever had reported their part has done it."""
    case = (
        given(Hazard, *RECTIFYING, LEAD_DONE)
        .when(TO_CITY)
        .then(("DepartmentReleased", {"unit": POWER}), "CityCalled", state="at_city")
        .case
    )
    assert [clock.name for clock in case.clocks if clock.status == "running"] == []
    case = given(Hazard, *AT_CITY, BY_CITY).case
    assert {part.state for part in case.parts} == {"dispatched"}


def test_a_hazard_without_a_level_has_the_gravest_limit() -> None:
    """What goes to the city before the street has judged it is dealt with at once."""
    case = given(Hazard, *FOUND, TO_CITY, BY_CITY).case
    assert case.clock(f"rectify:{FIRE}").limit == HazardRules().rectify[0]


def test_the_deadline_of_a_department_waits_for_the_calendar() -> None:
    """When next year's holidays are announced, each department's deadline is computed anew."""
    waiting = given(Hazard, *AT_STREET, CALL, DISPATCH, at=YEAR_END)
    assert waiting.case.clock(f"rectify:{FIRE}").provisional == 2027
    case = given(Hazard, *AT_STREET, CALL, DISPATCH, ANNOUNCED, TICK, at=YEAR_END).case
    assert case.clock(f"rectify:{FIRE}").provisional is None
    assert case.due_at != waiting.case.due_at
    assert [part.due_at for part in case.entities() if part.id == FIRE] == [case.due_at]


def test_a_whistle_is_waited_for_without_a_limit() -> None:
    """While a whistle calls the departments the district owes nothing; after it, it does."""
    waiting = given(Hazard, *AT_STREET, CALL_BY_WHISTLE, reactions=())
    assert waiting.case.whistle == OTHER_CASE
    assert waiting.case.clock("dispatch") is None
    case = waiting.when(WHISTLE_ENDS).then("WhistleEnded", state="at_district").case
    assert (case.whistle, case.clock("dispatch").status) == (None, "running")


@pytest.mark.parametrize("solved", [True, False])
def test_the_end_of_its_whistle_comes_by_a_reaction(*, solved: bool) -> None:
    """A whistle's result is verified like any other; without one the district dispatches."""

    def end_of_the_whistle(event: object, case: object, _rules: object) -> object:
        named = {"case_id": case.id, "whistle": event.whistle}
        if solved:
            yield asked.ReportByWhistle(**named, unit=FIRE, result="cleared together")
        else:
            yield asked.EndWhistle(**named, reason="withdrawn")

    reaction = Reaction("hazard.district-called", end_of_the_whistle)
    clock = VirtualClock()
    rest = () if solved else (DISPATCH, LEAD_DONE, POWER_DONE)
    with Engine.open("memory:", clock=clock, case_types=(Hazard,), reactions=(reaction,)) as engine:
        for step in (FIND, REPORT, CALL_BY_WHISTLE, *rest, CHECK, VERIFY):
            receipt = engine.submit(step.build(clock.advance(hours=1)), by=step.by)
        assert receipt.state == "solved"
        assert engine.case(FIND.case_id).unit == FIRE
        report = engine.audit()
        assert report.clean, report.findings


def test_a_fresh_whistle_is_named_only_if_asked_for() -> None:
    """The call makes an id for a whistle, and records it only with `by_whistle`."""
    command = CALL_BY_WHISTLE.without("whistle").build(END_OF_MONDAY)
    assert command.whistle != CALL_BY_WHISTLE.without("whistle").build(END_OF_MONDAY).whistle
    assert given(Hazard, *AT_DISTRICT).case.whistle is None


def test_who_told_of_it_stands_nowhere_in_the_register() -> None:
    """Name and telephone are personal: no row shows them, and no text of the event does."""
    world = given(Hazard, *REPORTED).world
    shown = repr(rows_of(world.case, "Asia/Shanghai")) + repr(world.events[0])
    for secret in ("Chun Niang", "13800000018"):
        assert secret not in shown
        assert secret in world.events[0].model_dump_json()
    assert world.case.subject == "aunt-18"


def test_who_wants_to_stay_unknown_stays_unknown() -> None:
    """Without a name there is nothing personal, and the subject is the case's own."""
    case = given(Hazard).when(FIND.without("subject", "reporter", "contact")).then("Found").case
    assert case.subject == f"case:{case.id}"


def test_a_number_is_made_from_the_local_day() -> None:
    """A hazard found after midnight in Shanghai has that day in its number."""
    evening = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    case = given(Hazard, at=evening).when(FIND).then("Found").case
    assert case.number.startswith(f"{date(2026, 3, 3):%y%m%d}-")
