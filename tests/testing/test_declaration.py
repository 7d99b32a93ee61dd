"""Table, commands and events are compared when a case type is declared; editions live on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tests.testing.petition import (
    BY_CLERK,
    CLERK,
    CLOCKS,
    DROPPED,
    FILE,
    FIRST,
    KEPT,
    SETTLE,
    STATES,
    WAIVE,
    File,
    Guards,
    Petition,
    PetitionBefore,
    Settle,
    Waive,
)
from zhili import CASE_TYPES, Case, Engine
from zhili.aggregates import CaseEvent
from zhili.aggregates.number import check_number, number_of
from zhili.commands.command import Command, Opening
from zhili.errors import DeclarationError, InputError
from zhili.testing import CASE, OTHER_CASE, VirtualClock
from zhili.values import Line, Text
from zhili.workflows import Clock, Step, Workflow

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (File, Settle, Waive)


class Filed(CaseEvent):
    """A petition was filed."""

    number: Line
    words: Text


class Settled(CaseEvent):
    """It was decided."""

    verdict: Line


class Waived(CaseEvent):
    """It was let pass."""

    reason: Text


def declare(**body: Any) -> type[Case]:
    """Declare a petition that fits together, but for what *body* says."""
    fits = {
        "workflow": FIRST,
        "commands": COMMANDS,
        "Filed": type("Filed", (Filed,), {"__module__": __name__}),
        "Settled": type("Settled", (Settled,), {"__module__": __name__}),
        "Waived": type("Waived", (Waived,), {"__module__": __name__}),
        "__module__": __name__,
    }
    chosen = {name: value for name, value in {**fits, **body}.items() if value is not None}
    return type("Declared", (Guards, Case), chosen)


def table(*steps: Step, clocks: tuple[Clock, ...] = CLOCKS) -> Workflow:
    """Give the petition's table with other rows or clocks."""
    return Workflow(name="petition", steps=steps or (*KEPT, DROPPED), states=STATES, clocks=clocks)


def refused(message: str, **body: Any) -> None:
    """Demand that the declaration is refused, and says what is missing."""
    with pytest.raises(DeclarationError, match=message):
        declare(**body)


def test_what_fits_together_is_declared() -> None:
    """The case type below is fine as it is, so each refusal is for its own reason."""
    assert set(declare().events) == {"Filed", "Settled", "Waived", "ClockExpired"}


def test_an_event_of_the_table_has_a_class() -> None:
    """Every row records an event that exists."""
    refused("no such event class", Waived=None)


def test_a_command_of_the_table_has_a_class() -> None:
    """Every verb has its command."""
    refused("the command waive", commands=(File, Settle))


def test_what_clocks_demand_has_its_command() -> None:
    """A row `mark_overdue` needs no class; a type that brings one of its own keeps it."""
    made = declare().verbs["mark_overdue"]
    assert (made.case_type, set(made.model_fields)) == ("petition", {"case_id", "clock"})
    assert made is not Petition.verbs["mark_overdue"]
    assert "recalculate_deadline" not in declare().verbs

    class MarkOverdue(Command, case_type="petition"):
        """Mark that nobody decided in time."""

        clock: Line

    assert declare(commands=(*COMMANDS, MarkOverdue)).verbs["mark_overdue"] is MarkOverdue


def test_a_case_gets_its_number(tmp_path: Path) -> None:
    """Where the verb gives none, the number says the local day; no other field is filled in."""

    class File(Opening, case_type="petition"):
        """File a petition without a number."""

        words: Text

    kind, clock = declare(commands=(File, Settle, Waive)), VirtualClock()
    with Engine.open(f"sqlite:///{tmp_path}/a.db", case_types=(kind,), clock=clock) as engine:
        case = engine.submit(File(words="Mend the lamp."), by=BY_CLERK).case_id
        number = engine.case(case).number
        assert number == check_number(number) == number_of(case, clock.now.date())
    kept = type("Waived", (Waived,), {"__module__": __name__, "__annotations__": {"number": Line}})
    refused(r"differ in the fields \['number'\]", Waived=kept)


def test_what_an_event_copies_is_there() -> None:
    """Event and case both have the field that the one copies to the other."""
    for field in ("reason", "title"):
        body = {"__module__": __name__, "copies": (field,)}
        refused(f"Waived copies {field}", Waived=type("Waived", (Waived,), body))


def test_a_command_stands_in_the_table() -> None:
    """A command that no row knows is a mistake."""

    class Shelve(Command, case_type="petition"):
        """Put it away."""

    refused("Shelve stands in no row", commands=(*COMMANDS, Shelve))


def test_an_event_stands_in_the_table() -> None:
    """An event that no row records is a mistake."""
    stray = type("Shelved", (CaseEvent,), {"__module__": __name__})
    refused("Shelved stands in no row", Shelved=stray)


def test_a_command_is_for_its_case_type() -> None:
    """A command of another case type does not slip in."""

    class Waive(Command, case_type="parking"):
        """Let it pass."""

        reason: Text

    refused("for 'parking'", commands=(File, Settle, Waive))


def test_a_state_is_declared() -> None:
    """A row names only states that the table declares."""
    with pytest.raises(DeclarationError, match="shelved"):
        table(*KEPT, Step("waive", "filed", "Waived", "shelved", CLERK))
    with pytest.raises(DeclarationError, match="shelved"):
        table(*KEPT, Step("waive", "shelved", "Waived", "done", CLERK))


def test_a_guard_is_a_method() -> None:
    """What a row needs can be asked."""
    steps = (*KEPT, Step("waive", "filed", "Waived", "done", CLERK, "moon_is_full"))
    refused("moon_is_full", workflow=table(*steps))


def test_command_and_event_have_the_same_fields() -> None:
    """A verb without a method records the command's fields, so they are the event's."""

    class Reworded(CaseEvent):
        """It was let pass."""

        note: Text

    refused("differ in the fields", Waived=type("Waived", (Reworded,), {"__module__": __name__}))


def test_a_verb_does_not_hide_what_every_case_has() -> None:
    """A command called `copy` or `decide` would be taken for the case's own method."""

    class Copy(Command, case_type="petition"):
        """Copy it."""

        verdict: Line

    steps = (*KEPT, DROPPED, Step("copy", "filed", "Settled", "done", CLERK))
    refused("the verb copy is taken", workflow=table(*steps), commands=(*COMMANDS, Copy))


def test_several_events_need_a_method() -> None:
    """Where a verb may record this or that, somebody has to choose."""
    steps = (*KEPT, DROPPED, Step("waive", "filed", "Settled", "done", CLERK))
    refused("needs a method that chooses", workflow=table(*steps))


def test_an_old_version_has_a_way_to_the_new() -> None:
    """A gap in the upcasters fails the build."""
    body = {"class_version": 3, "upcast_v1_v2": staticmethod(dict), "__module__": __name__}
    refused("no upcast_v2_v3", Waived=type("Waived", (Waived,), body))


def test_a_clock_names_what_is_there() -> None:
    """Events and states that a clock names stand in the table; so does what it fires."""
    unknown = (Clock("confirm", frozenset({"Shelved"})),)
    refused("Shelved", workflow=table(clocks=unknown))
    refused("gone", workflow=table(clocks=(Clock("confirm", stops=frozenset({"gone"})),)))
    refused(
        "fires shelve",
        workflow=table(clocks=(Clock("confirm", frozenset({"Filed"}), fires="shelve"),)),
    )


def test_a_clock_does_not_fire_for_ever() -> None:
    """What a clock fires has to stop, move or pause it, or say that it expired."""
    deaf = (Clock("confirm", frozenset({"Filed"}), fires="settle"),)
    refused("would fire for ever", workflow=table(clocks=deaf))


def test_a_log_of_the_first_edition_is_read_by_the_second(tmp_path: Path) -> None:
    """Old events are upcast and judged by their own table; the dropped row is gone for new ones."""
    url, clock = f"sqlite:///{tmp_path}/petitions.db", VirtualClock()
    with Engine.open(url, case_types=(*CASE_TYPES, PetitionBefore), clock=clock) as engine:
        for control in (FILE, WAIVE, FILE.but(number="P-2").on(OTHER_CASE)):
            engine.submit(control.build(clock.advance(minutes=1)), by=control.by)
        assert engine.audit().findings == ()
    with Engine.open(url, case_types=(*CASE_TYPES, Petition), clock=clock) as engine:
        filed, waived = engine.history(CASE)
        assert filed.words == "Please mend the lamp."
        assert (filed.edition, waived.event_name, waived.edition) == (1, "Waived", 1)
        assert engine.case(CASE).state == "done"
        engine.submit(SETTLE.on(OTHER_CASE).build(clock.advance(minutes=1)), by=SETTLE.by)
        assert engine.history(OTHER_CASE)[-1].edition == 2
        with pytest.raises(InputError):
            engine.submit(WAIVE.on(OTHER_CASE).build(clock.now), by=WAIVE.by)
        assert engine.audit().findings == ()


class PetitionOfTheFirstEditionOnly(Guards, Case):
    """The second edition's table without the first beside it."""

    workflow = Petition.workflow
    commands: ClassVar = Petition.commands
    Filed = type("Filed", (Petition.Filed,), {"__module__": __name__})
    Settled = type("Settled", (Settled,), {"__module__": __name__})


def test_forgetting_an_edition_is_noticed(tmp_path: Path) -> None:
    """Whoever drops the first edition's table can no longer read its log, and is told so."""
    url, clock = f"sqlite:///{tmp_path}/petitions.db", VirtualClock()
    with Engine.open(url, case_types=(*CASE_TYPES, PetitionBefore), clock=clock) as engine:
        for control in (FILE, WAIVE):
            engine.submit(control.build(clock.advance(minutes=1)), by=control.by)
    kinds = (*CASE_TYPES, PetitionOfTheFirstEditionOnly)
    with Engine.open(url, case_types=kinds, clock=clock) as engine:
        assert engine.audit().findings != ()
