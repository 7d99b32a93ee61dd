"""The kit `zhili.testing`, tried on a case type of a host: what it promises and what it demands."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from datetime import UTC, date, datetime, timedelta

import pytest

import zhili.testing
from tests.testing.petition import BY_CLERK, FILE, SETTLE, WAIVE, Petition, PetitionBefore, Settle
from zhili import Complaint, Engine, publish
from zhili.errors import (
    GuardRefusedError,
    InputError,
    RefusalError,
    RoleRefusedError,
    StateRefusedError,
)
from zhili.policies.calendar import china
from zhili.policies.late_entry import LateEntry
from zhili.policies.presets import shanghai
from zhili.testing import (
    CASE,
    OTHER_CASE,
    START,
    TICK,
    Control,
    Coverage,
    VirtualClock,
    actor,
    controls,
    given,
    path_to,
)
from zhili.testing.paths import PATHS

MODULES = [
    zhili.testing,
    *(
        importlib.import_module(f"zhili.testing.{module.name}")
        for module in pkgutil.iter_modules(zhili.testing.__path__)
    ),
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_in_the_docstrings_are_true(module: object) -> None:
    """What the documentation shows is what happens."""
    assert doctest.testmod(module).failed == 0


def test_the_examples_are_not_skipped() -> None:
    """There are examples, in the package and in its modules."""
    tried = {module.__name__: doctest.testmod(module).attempted for module in MODULES}
    assert sum(count > 0 for count in tried.values()) >= 5


def test_a_hosts_case_type_reads_the_same() -> None:
    """Given, when, then, with a case type that the library has never heard of."""
    given(Petition, FILE).when(SETTLE).then(
        ("Settled", {"verdict": "granted", "edition": 2}), state="done", filed_by="ann"
    )
    given(Petition, FILE).when(SETTLE, by=BY_CLERK).then_refused(RoleRefusedError)
    same_person = actor("judge", id="ann")
    given(Petition, FILE).when(Settle(case_id=CASE, verdict="no"), by=same_person).then_refused(
        GuardRefusedError, guard="another_person"
    )


def test_a_hosts_clock_fires() -> None:
    """Its clock takes its limit from the policy by its name: twenty-four hours."""
    given(Petition, FILE, timedelta(hours=25)).when(TICK).then(
        ("ClockExpired", {"clock": "confirm", "occurred_at": START + timedelta(days=1, minutes=1)}),
        state="filed",
    )


def test_a_dropped_row_is_gone_and_yet_readable() -> None:
    """Edition 2 has no `waive`; under edition 1 it was lawful."""
    given(PetitionBefore, FILE).when(WAIVE).then("Waived", state="done")
    given(Petition, FILE).when(WAIVE).then_refused(InputError)


def test_then_compares_exactly() -> None:
    """An event more, an event less, another order, another field: each is an error."""
    dispatch = controls.DISPATCH
    accepted = path_to("accepted")
    for wrong in (
        ("Dispatched",),
        ("CopiedToDistrict", "Dispatched"),
        ("Dispatched", "CopiedToDistrict", "Signed"),
        (("Dispatched", {"mode": "district"}), "CopiedToDistrict"),
        (),
    ):
        with pytest.raises(AssertionError):
            given(Complaint, *accepted).when(dispatch).then(*wrong)
    with pytest.raises(AssertionError):
        given(Complaint, *accepted).when(dispatch).then(
            "Dispatched", "CopiedToDistrict", state="signed"
        )


def test_then_refused_compares_exactly() -> None:
    """What was not refused, or for another reason, is an error."""
    sign = controls.SIGN
    with pytest.raises(AssertionError, match="not refused"):
        given(Complaint, *path_to("dispatched")).when(sign).then_refused()
    stranger = actor("unit_operator", "110106001")
    before = given(Complaint, *path_to("dispatched"))
    with pytest.raises(AssertionError, match="refused with GuardRefusedError"):
        before.when(sign, by=stranger).then_refused(StateRefusedError)
    with pytest.raises(AssertionError, match="actor_belongs_to_unit"):
        before.when(sign, by=stranger).then_refused(GuardRefusedError, guard="two_persons")
    before.when(sign, by=stranger).then_refused(RefusalError, rule="C13")


def test_what_is_given_has_to_be_lawful() -> None:
    """A step that is refused says which it was."""
    with pytest.raises(StateRefusedError) as refusal:
        given(Complaint, controls.REGISTER, controls.SIGN)
    assert "step 2" in "".join(refusal.value.__notes__)


def test_a_command_needs_somebody() -> None:
    """Commands never say who asks; the scenario has to."""
    command = controls.SIGN.build(START)
    with pytest.raises(TypeError, match="by=actor"):
        given(Complaint, *path_to("dispatched")).when(command)
    with pytest.raises(TypeError, match="nobody"):
        given(Complaint).when(TICK, by=controls.OPERATOR)


def test_a_pair_of_command_and_actor_is_a_step() -> None:
    """Who has no control for it gives the command itself, and who gives it."""
    sign = controls.SIGN.build(START), controls.OPERATOR
    assert given(Complaint, *path_to("dispatched"), sign).case.state == "signed"


def test_a_scenario_goes_on() -> None:
    """What came of one step is what is given for the next."""
    (
        given(Complaint, controls.REGISTER)
        .when(controls.ACCEPT)
        .then("Accepted")
        .when(controls.DISPATCH)
        .then("Dispatched", "CopiedToDistrict")
        .when(timedelta(hours=3))
        .then(state="dispatched")
        .when(TICK)
        .then("ClockExpired", state="dispatched")
    )


def test_policies_change_in_the_middle() -> None:
    """A policy among the steps is published there and then; events name its version."""
    outcome = given(Complaint, *path_to("dispatched"), LateEntry(hours_max=2)).when(
        controls.SIGN.later(hours=1).entered_late(timedelta(minutes=30))
    )
    (event,) = outcome.then("Signed", late_entries=1).events
    assert event.rules["late_entry"] == 2


def test_a_control_is_never_changed() -> None:
    """Every method gives another one."""
    before = dict(vars(controls.REGISTER)), dict(controls.REGISTER.fields)
    changed = controls.REGISTER.but(title="Other").without("phone").by_actor(controls.GRID)
    changed.later(days=1).on(OTHER_CASE).entered_late(timedelta(hours=1))
    assert (dict(vars(controls.REGISTER)), dict(controls.REGISTER.fields)) == before
    assert changed.fields["title"] == "Other"
    assert "phone" not in changed.fields


@pytest.mark.parametrize("state", sorted(PATHS))
def test_there_is_a_way_to_every_state(state: str) -> None:
    """`path_to` leads where it says."""
    assert given(Complaint, *path_to(state)).case.state == state


def test_no_state_is_forgotten() -> None:
    """Every state of the table has its way, but for imported cases, which have their own id."""
    assert set(PATHS) == set(Complaint.workflow.states) - {"imported"}


def test_the_clock_goes_as_told() -> None:
    """Forwards by `advance`, anywhere by `set`, and always with a zone."""
    clock = VirtualClock()
    assert clock() == START
    assert clock.advance(days=1, hours=2, minutes=3) == START + timedelta(
        days=1, hours=2, minutes=3
    )
    with pytest.raises(ValueError, match="forwards"):
        clock.advance(minutes=-1)
    assert clock.set(START) == clock() == START
    with pytest.raises(ValueError, match="zone"):
        clock.set(datetime(2026, 3, 2, 9))  # noqa: DTZ001 - that is what is refused


def test_coverage_takes_notes_only_inside_its_block() -> None:
    """Rows taken and guards seen, in this block and in no other."""
    with Coverage() as outer:
        given(Petition, FILE)
        with Coverage() as inner:
            given(Petition, FILE).when(SETTLE).then("Settled")
            given(Petition).when(FILE.but(words="one two " * 9)).then_refused(
                GuardRefusedError, guard="words_are_few"
            )
    given(Complaint, controls.REGISTER)
    assert [step.command for step in inner.rows] == ["file", "settle"]
    assert outer.rows == inner.rows
    assert inner.guards_left(Petition.workflow) == ("another_person", "clock_is_due")
    assert [step.command for step in inner.rows_left(Petition.workflow)] == ["mark_overdue"]


def test_a_control_follows_from_an_event_or_from_none() -> None:
    """What only a reaction brings about has its cause, and it is recorded."""
    (taken,) = given(Complaint, *path_to("accepted")).world.live(controls.ATTACH_DUPLICATE)
    assert taken.event.cause == controls.CAUSE
    causeless = controls.ATTACH_DUPLICATE.because_of(None)
    assert (causeless.cause, controls.ATTACH_DUPLICATE.cause) == (None, controls.CAUSE)
    given(Complaint, *path_to("accepted")).when(causeless).then_refused(
        GuardRefusedError, guard="follows_from_an_event"
    )
    (registered,) = given(Complaint).world.live(controls.REGISTER)
    assert registered.event.cause is None


def test_the_kit_recalculates_what_an_engine_recalculates() -> None:
    """A case that was answered waits for its calendar in the kit and in the engine alike."""
    at = datetime(2026, 12, 28, 1, tzinfo=UTC)
    certain = china("Asia/Shanghai").model_copy(update={"certain_until": date(2027, 12, 20)})
    answered = [step for step in path_to("replied") if isinstance(step, Control)]
    kit = given(Complaint, *answered, policies=(shanghai(),), at=at)
    clock = VirtualClock(at)
    with Engine.open("memory:", clock=clock) as engine:
        administrator = actor("administrator")
        engine.submit(publish(shanghai()), by=administrator)
        for step in answered:
            engine.submit(step.build(clock.advance(step.after)), by=step.by)
        engine.submit(publish(certain), by=administrator)
        assert engine.tick().recalculated == len(kit.when(certain).then().world.live(TICK)) > 0
        assert engine.case(CASE).clocks == kit.case.clocks
