"""Joint handling 联合处置 (W14–W19): measures, who may leave, escalation, results."""

from __future__ import annotations

from tests.whistle import cast as w
from tests.whistle import examples as x
from zhili.aggregates import Whistle
from zhili.testing import TICK, given


def test_it_is_settled_when_the_last_unit_has_delivered() -> None:
    """From then on it is the street's again, to rate and close (W18)."""
    first = given(Whistle, *x.JOINT).when(w.DONE).then("UnitDelivered", unit=w.POLICE)
    last = first.when(w.WATER_DONE).then("UnitDelivered", state="settled", unit=w.STREET)
    assert last.case.settled_at == last.case.last_at


def test_what_leaves_nobody_at_work_settles_it_too() -> None:
    """The last one awaited is missed, or released (W11, W12; §13)."""
    missed = given(Whistle, *x.EARLY, w.DONE, 2 * x.DAY).when(TICK)
    missed.then("ClockExpired", "UnitNoShow", state="settled", unit=w.STREET)
    objected = (*x.OBJECTED_ON_SITE, w.DONE)
    given(Whistle, *objected).when(w.RELEASE).then("UnitReleased", state="settled")


def test_an_objection_on_the_scene_keeps_it_open() -> None:
    """Nothing is settled while a unit that came waits for a ruling."""
    given(Whistle, *x.OBJECTED_ON_SITE).when(w.DONE).then("UnitDelivered", state="joint_handling")


def test_nothing_delivered_settles_nothing() -> None:
    """Where everybody was released, nothing was done: summon others, or escalate."""
    alone = (*x.ALONE, w.REPORT_IN, w.OBJECT.by_actor(w.AT_POLICE).but(unit=w.POLICE))
    outcome = given(Whistle, *alone).when(w.RELEASE.but(unit=w.POLICE))
    stuck = outcome.then("UnitReleased", state="joint_handling", unit=w.STREET)
    stuck.when(w.ESCALATE).then("Escalated", state="escalated", unit=w.STREET)
    again = given(Whistle, *alone, w.RELEASE.but(unit=w.POLICE), w.ADD_UNIT, w.PARKS_IN)
    again.when(w.PARKS_DONE).then("UnitDelivered", state="settled")


def test_a_unit_leaves_when_it_has_delivered_or_the_street_consents() -> None:
    """事不完人不撤 (W15)."""
    given(Whistle, *x.DELIVERED_BY_ONE).when(w.LEAVE).then("UnitLeft", state="joint_handling")
    given(Whistle, *x.JOINT, w.CONSENT).when(w.LEAVE).then("UnitLeft", gone={w.POLICE})
    given(Whistle, *x.SETTLED).when(w.LEAVE).then("UnitLeft", state="settled")
    given(Whistle, *x.EVALUATED).when(w.LEAVE).then("UnitLeft", state="evaluated")


def test_a_rejected_result_brings_its_units_back() -> None:
    """All of them, or those that are named; whoever had left comes back (W19)."""
    settled = (*x.DELIVERED_BY_ONE, w.LEAVE, w.WATER_DONE)
    outcome = (
        given(Whistle, *settled)
        .when(w.REJECT)
        .then("UnitRecalled", "UnitRecalled", "ResultRejected", state="joint_handling")
    )
    case = outcome.case
    assert (case.unit, case.settled_at, case.reworks, case.gone) == (w.POLICE, None, 1, frozenset())
    assert {part.done_at for part in case.parts} == {None}
    outcome.when(w.LEAVE).then_refused(guard="delivered_or_street_consents")
    one = given(Whistle, *settled).when(w.REJECT.but(units=(w.WATER,)))
    one.then("UnitRecalled", "ResultRejected").when(w.WATER_DONE).then(
        "UnitDelivered", state="settled"
    )


def test_the_district_names_a_new_lead() -> None:
    """Where the units do not agree, it decides, and they go on (W17)."""
    given(Whistle, *x.ESCALATED).when(w.DIRECTIVE).then(
        "DirectiveGiven", state="joint_handling", unit=w.WATER, lead=w.WATER
    )
    given(Whistle, *x.ESCALATED).when(w.DIRECTIVE.without("lead")).then(
        "DirectiveGiven", unit=w.POLICE
    )


def test_the_district_ends_a_matter_that_units_cannot_settle() -> None:
    """It is not solved by that, but it is rated and closed (W17)."""
    ended = given(Whistle, *x.ESCALATED).when(w.END_IT)
    outcome = ended.then("DirectiveGiven", state="settled", unit=w.STREET)
    outcome = outcome.when(w.RATE).then("UnitRated", state="settled")
    outcome = outcome.when(w.RATE_WATER).then("UnitRated", state="evaluated")
    outcome.when(w.CLOSE).then("Closed", state="closed", outcome="not_solved")


def test_a_matter_that_goes_on_after_a_directive_can_be_solved() -> None:
    """A result that follows an ended one is a result."""
    ended = (*x.DELIVERED_BY_ONE, w.ESCALATE, w.END_IT)
    again = given(Whistle, *ended, w.REJECT, w.DONE, w.WATER_DONE, w.RATE, w.RATE_WATER)
    again.when(w.CLOSE).then("Closed", outcome="solved")


def test_a_no_show_is_escalated() -> None:
    """Before the joint handling too: there may be nobody to begin it (W16)."""
    given(Whistle, *x.MISSED).when(w.ESCALATE.but(ground="no_show")).then(
        "Escalated", state="escalated"
    )


def test_units_go_on_while_the_district_thinks() -> None:
    """They come, object and are missed meanwhile; nothing settles before it has decided."""
    escalated = given(Whistle, *x.EARLY, w.DONE, w.ESCALATE)
    missed = escalated.when(2 * x.DAY).then().when(TICK)
    outcome = missed.then("ClockExpired", "UnitNoShow", state="escalated")
    outcome.when(w.WATER_IN).then("UnitReportedIn", state="escalated")


def test_measures_and_files_are_put_on_record() -> None:
    """What is to be done, by whom, by when; and the photographs of it (W14)."""
    outcome = given(Whistle, *x.JOINT).when(w.RECORD_MEASURE).then("MeasureRecorded")
    own = w.RECORD_MEASURE.but(owner=w.STREET)
    outcome.when(own).then(("MeasureRecorded", {"owner": w.STREET}))
    for by in (w.OPERATOR, w.AT_WATER):
        case = given(Whistle, *x.JOINT).when(w.ADD_ATTACHMENT, by=by).then("AttachmentAdded").case
        assert [file.name for file in case.attachments] == ["bridge.jpg"]
