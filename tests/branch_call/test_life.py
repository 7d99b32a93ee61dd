"""Whole lives of a branch's calls: served, excused, reported upwards; clocks and a clean audit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.branch_call.examples import (
    ACCEPT,
    ASSIGN,
    AT_DISTRICT,
    AT_STREET,
    BRANCH,
    CALL,
    CALLED,
    CLOSE,
    CLOSE_HERE,
    DAY,
    DECIDED,
    DISTRICT,
    ESTATE,
    EXCUSE,
    FED_BACK,
    FEED_BACK,
    HOME,
    NO_REPORT,
    NOT_PERFORMED,
    NOT_SERVED,
    OVER,
    RATED,
    REFUSE,
    RELEASE,
    RESPOND,
    RESPONDED,
    SERVE,
    SERVED,
    STREET,
    TO_DISTRICT,
)
from tests.workflows.rows import Row, lived
from zhili.aggregates import BranchCall
from zhili.errors import StateRefusedError
from zhili.policies.branch_call import EXCUSES
from zhili.projections.rate import ClosingRate, ResolutionRate
from zhili.projections.register import rows_of
from zhili.testing import TICK, given

HOUR = timedelta(hours=1)

LIVES = {
    "rated": ((*RATED, 31 * DAY, TICK), "archived"),
    "excused": ((*RESPONDED, EXCUSE, ACCEPT, 31 * DAY, TICK), "archived"),
    "released": ((*CALLED, RELEASE), "released"),
    "told to the home organisation": ((*FED_BACK, 60 * DAY, TICK, CLOSE), "closed"),
    "not reported": ((*NOT_PERFORMED, NO_REPORT, CLOSE_HERE), "closed"),
    "late and yet served": ((*RESPONDED, 3 * DAY, TICK, SERVE), "served"),
}


@pytest.mark.parametrize("name", LIVES)
def test_the_audit_finds_nothing(name: str) -> None:
    """Whatever becomes of a call, its record stands up to an audit."""
    (*before, last), state = LIVES[name]
    with lived(BranchCall, Row("", tuple(before), last)) as engine:
        assert engine.case(ASSIGN.case_id).state == state
        report = engine.audit()
        assert report.clean, report.findings


STAGES = {
    "called": CALLED,
    "responded": RESPONDED,
    "not served": NOT_PERFORMED,
    "decided": DECIDED,
    "at the street": AT_STREET,
    "at the district": AT_DISTRICT,
}


@pytest.mark.parametrize("stage", STAGES)
def test_an_accepted_excuse_stops_the_report_wherever_it_is(stage: str) -> None:
    """Illness, duty at work or absence, once accepted, end it; nobody reports it further (§4.6)."""
    for ground in EXCUSES:
        case = given(BranchCall, *STAGES[stage], EXCUSE.but(ground=ground), ACCEPT)
        assert case.case.state == "excused"
        assert case.case.outcome is None
        for step in (NOT_SERVED, TO_DISTRICT, FEED_BACK):
            case.when(step).then_refused(StateRefusedError)


def test_a_refused_excuse_lets_the_report_go_on() -> None:
    """After a refusal the report goes up, and another excuse may be offered."""
    case = given(BranchCall, *AT_STREET, EXCUSE, REFUSE)
    case.when(EXCUSE.but(ground="duty")).then("ExcuseOffered").when(REFUSE).then("ExcuseRefused")
    case.when(TO_DISTRICT).then("DistrictReported", state="district_org_dept_reported")


def test_exactly_one_unit_answers_at_every_stage() -> None:
    """The branch, then whoever it was reported to: always one (§13, 10)."""
    units = [
        given(BranchCall, *life).case.unit for life in (*STAGES.values(), FED_BACK, SERVED, RATED)
    ]
    assert units == [BRANCH, BRANCH, BRANCH, BRANCH, STREET, DISTRICT, HOME, BRANCH, BRANCH]


def test_a_resident_needs_no_check_in() -> None:
    """Who lives in the estate has a post there; any home organisation may then be told."""
    resident = ASSIGN.without("checked_in_at", "home_organisation").but(lives_in=ESTATE)
    case = given(BranchCall, resident, *AT_DISTRICT[1:])
    case.when(FEED_BACK.but(unit="another-works")).then("FedBack", unit="another-works")


def test_response_and_service_have_their_own_limits() -> None:
    """A day to respond, and the call's own time to serve; both are marked when they pass."""
    case = given(BranchCall, *CALLED, DAY)
    case.when(TICK).then(("ClockExpired", {"clock": "respond"}), state="called")
    outcome = given(BranchCall, *OVER).when(TICK).then("ClockExpired", "ClockExpired")
    assert [event.clock for event in outcome.events] == ["respond", "handle"]
    late = outcome.when(RESPOND).then("Responded").when(SERVE).then("Served").case
    assert late.on_time is False
    assert given(BranchCall, *SERVED).case.on_time is True


def test_everybody_who_reports_has_a_limit() -> None:
    """Each step upwards starts the same limit anew, and the last end stops it."""
    for stage in (NOT_PERFORMED, AT_STREET, AT_DISTRICT, FED_BACK):
        waiting = given(BranchCall, *stage)
        assert waiting.case.clock("forward").status == "running"
        waiting.world.live(30 * DAY)
        names = [one.event.clock for one in waiting.world.live(TICK)]
        assert names == ["forward"]


def test_the_member_is_named_nowhere_in_the_register() -> None:
    """Name and reasons are personal: rows show the subject's id, and neither of them."""
    world = given(BranchCall, *CALLED, EXCUSE).world
    shown = repr(rows_of(world.case, "Asia/Shanghai")) + repr(world.events)
    for secret in ("Zhao Min", "fever since Monday"):
        assert secret not in shown
    assert world.case.subject == ASSIGN.fields["member"]


def test_the_ordinary_rates_count_the_calls() -> None:
    """Served calls are solved, calls without service closed; the excused are in no denominator."""
    lives = [life for life, _ in LIVES.values()]
    engines = [lived(BranchCall, Row("", life[:-1], life[-1])) for life in lives]
    counted = {"closed": 0, "solved": 0, "all": 0}
    for engine in engines:
        with engine:
            (closing,) = engine.ask(ClosingRate(case_type="branch_call")).groups
            (resolution,) = engine.ask(ResolutionRate(case_type="branch_call")).groups
            counted["closed"] += closing.figure.numerator
            counted["all"] += closing.figure.denominator
            counted["solved"] += resolution.figure.numerator
    assert counted == {"closed": 3, "solved": 1, "all": 4}
    assert Decimal(counted["closed"]) / counted["all"] == Decimal("0.75")


def test_a_post_without_a_call_is_no_call() -> None:
    """Who has a post and was not called yet is not counted."""
    with lived(BranchCall, Row("", (), ASSIGN)) as engine:
        groups = engine.ask(ClosingRate(case_type="branch_call")).groups
        assert [group.figure.denominator for group in groups] == [0]
        engine.submit(CALL.build(engine.now()), by=CALL.by)
        (group,) = engine.ask(ClosingRate(case_type="branch_call")).groups
        assert group.figure.denominator == 1
