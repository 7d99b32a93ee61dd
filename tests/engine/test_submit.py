"""Carrying a command out: whole or not at all, on every store."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from pydantic import ValidationError

from tests.engine.sample import execute, facts
from zhili import Actor, Engine, complaint, publish
from zhili.commands.command import Command
from zhili.commands.policy import Publish, policy_id
from zhili.errors import (
    CaseNotFoundError,
    GuardRefusedError,
    InputError,
    PolicyRefusedError,
    RoleRefusedError,
    StateRefusedError,
    TimeRefusedError,
    ZhiliError,
)
from zhili.policies.organisation import Organisation
from zhili.policies.presets import shanghai
from zhili.policies.unit import Unit
from zhili.store.sqlite_tables import SQLiteTables
from zhili.testing import CASE, OTHER_CASE, START, actor, controls, path_to

if TYPE_CHECKING:
    from tests.engine.sample import Life
    from zhili.testing import Control

HOUR = timedelta(hours=1)
ADMINISTRATOR = actor("administrator")


class Foreign(Command, case_type="petition"):
    """A command of a case type that the engine does not have."""


class Stray(Command, case_type="complaint"):
    """A command that calls itself a complaint's and is none."""


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (controls.SIGN, StateRefusedError),
        (controls.DISPATCH.by_actor(controls.INTAKE), RoleRefusedError),
        (controls.DISPATCH_TO_DISTRICT, GuardRefusedError),  # the unit is a street
        (facts().on(OTHER_CASE), CaseNotFoundError),
    ],
)
def test_refuse_then_save(life: Life, step: Control, error: type[ZhiliError]) -> None:
    """A refusal records nothing, and leaves nothing behind that a later step could write."""
    life.live(*path_to("accepted"))
    before = life.contents()
    if step is controls.DISPATCH_TO_DISTRICT:
        step = step.but(unit=controls.STREET)
    for _ in range(2):
        with pytest.raises(error):
            life.submit(step)
        assert life.contents() == before
        assert life.case().version == 2
    receipt = life.live(controls.DISPATCH)
    assert (receipt.version, receipt.state) == (4, "dispatched")
    assert receipt.position == before.head.position + 2
    life.assert_sound()


@pytest.mark.parametrize("table", ["stored_events", "keys", "cases", "spells", "log_head"])
def test_roll_back_then_save(life: Life, table: str) -> None:
    """A commit that the database breaks off half way leaves nothing; the next one is whole."""
    life.live(*path_to("dispatched"))
    before = life.contents()
    _break(life, table)
    with pytest.raises(ZhiliError):
        life.submit(controls.SIGN)
    assert life.contents() == before
    assert life.case().state == "dispatched"
    _mend(life, table)
    receipt = life.live(controls.SIGN)
    assert (receipt.version, receipt.state, receipt.repeated) == (5, "signed", False)
    life.live(controls.RECORD_CONTACT, controls.SUBMIT_REPLY)
    life.assert_sound()


def _break(life: Life, table: str) -> None:
    if isinstance(life.engine.store, SQLiteTables):
        for event in ("INSERT", "UPDATE"):
            execute(
                life.engine.store,
                f"CREATE TRIGGER broken_{event} BEFORE {event} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
            )
        return
    execute(
        life.engine.store,
        "CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$",
        f"CREATE TRIGGER broken BEFORE INSERT OR UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION break_off()",
    )


def _mend(life: Life, table: str) -> None:
    if isinstance(life.engine.store, SQLiteTables):
        execute(life.engine.store, "DROP TRIGGER broken_INSERT", "DROP TRIGGER broken_UPDATE")
    else:
        execute(life.engine.store, f"DROP TRIGGER broken ON {table}")


def test_many_are_carried_out_together_or_none(life: Life) -> None:
    """One transaction: the refusal of the last undoes the first."""
    now = life.clock()
    opening, other = controls.REGISTER.build(now), controls.REGISTER.on(OTHER_CASE).build(now)
    before = life.contents()
    with pytest.raises(StateRefusedError):
        life.engine.submit_many(
            [opening, other, controls.SIGN.build(now)],
            by=controls.INTAKE,
        )
    assert life.contents() == before
    with pytest.raises(CaseNotFoundError):
        life.case()
    assert life.engine.store.versions([CASE, OTHER_CASE]) == {}
    receipts = life.engine.submit_many([opening, other], by=controls.INTAKE)
    assert [receipt.case_id for receipt in receipts] == [CASE, OTHER_CASE]
    assert {receipt.position for receipt in receipts} == {before.head.position + 2}
    life.assert_sound()


def test_a_command_for_another_case_type_is_refused(life: Life) -> None:
    """The message says which case types there are, or what the case is."""
    life.live(controls.REGISTER)
    before = life.contents()
    for command, says in (
        (Foreign(case_id=CASE), "no case type here has the command Foreign"),
        (Stray(case_id=CASE), "no case type here has the command Stray"),
        (
            Publish(case_id=CASE, policy="calendar", document={}),
            "is for a policy, but case .* is a complaint",
        ),
        (complaint.Sign(case_id=policy_id("calendar")), "is for a complaint, but case .* policy"),
    ):
        with pytest.raises(InputError, match=says):
            life.engine.submit(command, by=ADMINISTRATOR)
    assert life.contents() == before


def test_an_unknown_case_is_named(life: Life) -> None:
    """Not found, whatever one wants of it."""
    nobody = UUID(int=7)
    for ask in (
        lambda: life.engine.submit(complaint.Sign(case_id=nobody), by=controls.OPERATOR),
        lambda: life.engine.case(nobody),
        lambda: life.engine.history(nobody),
    ):
        with pytest.raises(CaseNotFoundError, match=str(nobody)):
            ask()


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        (controls.REGISTER.without("title"), "title"),
        (controls.REGISTER.but(titel="x"), "titel"),
        (controls.REGISTER.but(title=" "), "title"),
        (controls.REGISTER.but(title="长" * 201), "title"),
        (controls.REGISTER.but(content="x" * 4001), "content"),
        (controls.REGISTER.but(kind="wish"), "kind"),
        (controls.REGISTER.but(confidentiality=4), "confidentiality"),
        (controls.REGISTER.but(title="a\ud800b"), "title"),
        (controls.REGISTER.but(title="a\0b"), "title"),
        (controls.REGISTER.but(content="a\0b"), "content"),
        (controls.DISPATCH.but(unit="a b"), "unit"),
        (controls.DISPATCH.but(unit="a\0b"), "unit"),
        (controls.REQUEST_LEDGERING.but(review_at=datetime(2026, 4, 1)), "review_at"),  # noqa: DTZ001 - no zone is the point
    ],
)
def test_a_field_that_cannot_be_is_named(step: Control, fields: str) -> None:
    """Missing, unknown, blank, too long, not of the list, no text, or a time without a zone."""
    with pytest.raises(ValidationError) as refused:
        step.build(START)
    assert [error["loc"] for error in refused.value.errors()] == [(fields,)]


@pytest.mark.parametrize("key", ["", "k" * 201, "a\0b", "a\ud800b"])
def test_a_key_that_cannot_be_is_refused(life: Life, key: str) -> None:
    """A key is 1 to 200 characters of text, on every store."""
    life.live(controls.REGISTER)
    before = life.contents()
    with pytest.raises((InputError, ValidationError)):
        life.submit(facts(), key=key)
    assert life.contents() == before
    life.submit(facts(), key="k" * 200)
    life.assert_sound()


def test_a_time_without_a_zone_is_refused(life: Life) -> None:
    """It is never guessed."""
    life.live(controls.REGISTER)
    before = life.contents()
    with pytest.raises(InputError, match="has no zone"):
        life.submit(facts(), at=datetime(2026, 3, 2, 9))  # noqa: DTZ001 - that is the point
    assert life.contents() == before


@pytest.mark.parametrize(
    ("by", "hours", "says"),
    [
        (controls.INTAKE, -1, "in the future"),
        (controls.INTAKE, 25, "24 hours at most"),
        (controls.INTAKE, 49, "before the case's last event"),
        (controls.COMPLAINANT, 1, "may not enter late"),
    ],
)
def test_a_time_that_cannot_be_is_refused(life: Life, by: Actor, hours: int, says: str) -> None:
    """Neither ahead, nor too far back, nor before what is known, nor by just anybody (§13-9)."""
    life.live(controls.REGISTER, 48 * HOUR)
    before = life.contents()
    with pytest.raises(TimeRefusedError, match=says):
        life.submit(facts().by_actor(by), at=life.clock() - hours * HOUR)
    assert life.contents() == before


def test_late_entry_within_its_limit(life: Life) -> None:
    """It is recorded as what it is: when it happened, when it was entered, and counted."""
    life.live(controls.REGISTER, 48 * HOUR, facts().entered_late(24 * HOUR))
    event = life.engine.history(CASE)[-1]
    assert event.timestamp - event.occurred_at == 24 * HOUR
    assert event.rules["late_entry"] == 1
    assert life.case().late_entries == 1
    report = life.engine.audit()
    assert [remark.code for remark in report.remarks] == ["late-entry"]
    life.assert_sound()


def test_due_clocks_fire_first(life: Life) -> None:
    """What a clock demanded before the command came is in the log before it, at its instant."""
    life.live(*path_to("dispatched"))
    due_at = life.case().clock("sign").due_at  # type: ignore[union-attr]  # it runs
    receipt = life.live(3 * HOUR, controls.SIGN)
    assert receipt.events == ("ClockExpired", "Signed")
    expired, signed = life.engine.history(CASE)[-2:]
    assert (expired.occurred_at, expired.by.role) == (due_at, "system")
    assert signed.timestamp - expired.occurred_at > HOUR
    assert life.engine.tick().fired == 0
    life.assert_sound()


def test_due_clocks_come_with_the_command_or_not_at_all(life: Life) -> None:
    """A refused command leaves the clocks that were due to the next one, or to the tick."""
    life.live(*path_to("dispatched"), 3 * HOUR)
    before = life.contents()
    with pytest.raises(GuardRefusedError):
        life.submit(controls.SIGN.by_actor(actor("unit_operator", controls.NEIGHBOUR)))
    assert life.contents() == before
    assert life.engine.tick().fired == 1
    life.assert_sound()


def test_a_unit_must_exist_on_that_day(life: Life) -> None:
    """A unit that has ended names its successor; one to come, its first day."""
    units = (
        Unit(id="12345", name="受理中心"),
        Unit(id="old", name="旧街道", valid_to=date(2026, 3, 1), successor="new"),
        Unit(id="new", name="新街道", valid_from=date(2026, 3, 1)),
        Unit(id="later", name="未来街道", valid_from=date(2026, 3, 4)),
    )
    life.engine.submit(publish(Organisation(units=units)), by=ADMINISTRATOR)
    life.live(*path_to("accepted"))
    before = life.contents()
    for unit, says in (
        ("old", "ended on 2026-03-01; its successor is 'new'"),
        ("later", "it begins on 2026-03-04"),
        ("never", "is not in the organisation"),
    ):
        with pytest.raises(PolicyRefusedError, match=says):
            life.submit(controls.DISPATCH.but(unit=unit))
    assert life.contents() == before
    life.live(timedelta(days=2), controls.DISPATCH.but(unit="later"))
    life.assert_sound()


def test_policies_that_cannot_be_published(life: Life) -> None:
    """An unknown one, one that is not itself, one that says nothing new, or by just anybody."""
    document = shanghai().model_dump(mode="json")
    before = life.contents()

    def attempt(by: Actor, policy: str, stream: str, document: dict[str, object]) -> None:
        command = Publish(case_id=policy_id(stream), policy=policy, document=document)
        life.engine.submit(command, by=by)

    with pytest.raises(PolicyRefusedError, match="there is no policy 'horoscope'; there are: "):
        attempt(ADMINISTRATOR, "horoscope", "horoscope", {})
    with pytest.raises(PolicyRefusedError, match="there is no policy"):
        attempt(ADMINISTRATOR, "time_limits", "calendar", document)
    with pytest.raises(PolicyRefusedError, match="'time_limits': rows: "):
        attempt(ADMINISTRATOR, "time_limits", "time_limits", {"city": "x", "rows": 7})
    with pytest.raises(RoleRefusedError):
        attempt(controls.INTAKE, "time_limits", "time_limits", document)
    assert life.contents() == before
    attempt(ADMINISTRATOR, "time_limits", "time_limits", document)
    with pytest.raises(GuardRefusedError, match="document is new"):
        attempt(ADMINISTRATOR, "time_limits", "time_limits", document)
    life.live(*path_to("dispatched"))
    assert life.engine.history(CASE)[2].rules["time_limits"] == 2
    life.assert_sound()


def test_after_closing_nothing_is_possible(store_url: str) -> None:
    """A context manager closes; closing twice is closing once; what comes later is refused."""
    with Engine.open(store_url) as engine:
        receipt = engine.submit(controls.REGISTER.build(engine.now()), by=controls.INTAKE)
        assert receipt.version == 1
    engine.close()
    for attempt in (
        lambda: engine.submit(facts().build(engine.now()), by=controls.INTAKE),
        engine.audit,
        engine.head,
        engine.tick,
        lambda: engine.case(CASE),
        lambda: engine.history(CASE),
    ):
        with pytest.raises(ZhiliError, match="closed"):
            attempt()


def test_what_is_no_command_is_refused_in_words(life: Life) -> None:
    """A dictionary is no command, a name no actor, a text no question."""
    before = life.engine.head()
    for wrong in ({"kind": "complaint"}, None, "Register"):
        with pytest.raises(InputError, match="is no command"):
            life.engine.submit(wrong, by=controls.INTAKE)
    with pytest.raises(InputError, match="is no actor"):
        life.engine.submit(controls.REGISTER.build(life.clock.now), by="agent-7")
    with pytest.raises(InputError, match="is no question"):
        life.engine.ask("how many?")
    assert life.engine.head() == before


def test_the_same_opening_given_twice_is_refused_as_it_stands(life: Life) -> None:
    """Its id was made once: the second time there is such a case, together with others or alone."""
    twice = controls.REGISTER.without("case_id").command(**controls.REGISTER.fields)
    engine = life.engine
    with pytest.raises(StateRefusedError):
        engine.submit_many((twice, twice), by=controls.INTAKE)
    engine.submit(twice, by=controls.INTAKE)
    with pytest.raises(StateRefusedError):
        engine.submit(twice, by=controls.INTAKE)
    assert [event.event_name for event in engine.history(twice.case_id)] == ["Registered"]
