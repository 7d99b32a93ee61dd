"""A case's past by hand: cuts that make sense, cuts that make none, and what goes on meanwhile."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.engine.sample import Life, at_once, engine_on, facts
from tests.engine.test_machine import ORGANISATION
from tests.engine.travel import (
    case_id_of,
    log_of,
)
from zhili import publish
from zhili.errors import CaseNotFoundError, InputError
from zhili.policies import POLICIES
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.projections.backlog import Backlog
from zhili.projections.clock_of import ClockOf
from zhili.projections.question import Question
from zhili.projections.rate import ClosingRate
from zhili.projections.timeline import Timeline
from zhili.projections.worklist import Worklist
from zhili.store.sqlite import SQLiteStore
from zhili.testing import CASE, START, actor, controls, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zhili.projections.register import Table

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = len(POLICIES)
"""So many events publish the default policies; before them nothing can be asked."""
OFFICE = actor("administrator")
END = RULES + 5
"""Where the log of a dispatched case to which something was added ends."""


@pytest.fixture
def life(store_url: str) -> Iterator[Life]:
    """Live on each kind of store: a case is dispatched, and signed for late."""
    lived = Life(store_url)
    yield lived
    lived.close()


def dispatched(life: Life) -> None:
    """Bring the case to its dispatch."""
    for step in path_to("dispatched"):
        life.live(step)


def test_a_late_entry_had_happened_and_was_not_known(life: Life) -> None:
    """What is entered in the evening for the morning counts at noon as of today, not as of then."""
    dispatched(life)
    life.live(7 * HOUR)
    morning = life.clock() - 5 * HOUR
    life.engine.submit(controls.SIGN.build(life.clock()), by=controls.SIGN.by, at=morning)
    noon, head = morning + HOUR, life.engine.head().position
    state = lambda **cut: life.engine.case(CASE, **cut).state  # noqa: E731 - said thrice
    assert (state(as_of=noon), state(known_at=noon), state()) == ("signed", "dispatched", "signed")
    (listed,) = life.engine.ask(Worklist(), as_of=noon).items
    assert listed.state == "signed"
    (listed,) = life.engine.ask(Worklist(), known_at=noon).items
    assert listed.state == "dispatched"
    for before in (head - 1, noon):
        answer = life.engine.ask(Backlog(by="state"), known_at=before)
        assert [group.key for group in answer.groups] == ["dispatched"]
    assert state(as_of=noon, known_at=noon) == "dispatched"
    assert state(as_of=noon, known_at=head) == "signed"
    assert state(as_of=morning - HOUR, known_at=head) == "dispatched"


def test_what_a_case_was_is_what_is_counted(life: Life) -> None:
    """A corrected field is counted as it stood: a question of the past sees no later correction."""
    dispatched(life)
    before, position = life.clock(), life.engine.head().position
    life.clock.advance(hours=1)
    life.live(controls.CORRECT_RECORD.but(field="category", old="environment/refuse", new="noise"))
    for cut in ({"as_of": before}, {"known_at": position}, {"known_at": before}):
        asked = life.engine.ask(ClosingRate(by="category"), **cut)
        assert [group.key for group in asked.groups] == ["environment/refuse"]
    named = life.engine.ask(ClosingRate(by="category", as_of=before))
    assert named == life.engine.ask(ClosingRate(by="category"), as_of=before)
    assert [group.key for group in life.engine.ask(ClosingRate(by="category")).groups] == ["noise"]


def test_a_case_is_given_as_it_was_after_any_of_its_events(life: Life) -> None:
    """By version, by what had happened and by what was known: the same case, fold by fold."""
    dispatched(life)
    events = life.engine.history(CASE)
    assert life.engine.case(CASE, version=len(events)).version == len(events)
    for version, event in enumerate(events, 1):
        place = life.engine.store.place(CASE, version)
        assert place is not None
        for cut in (
            {"version": version}, {"as_of": event.occurred_at}, {"known_at": event.timestamp},
            {"known_at": place[0]},
        ):  # fmt: skip
            found = life.engine.case(CASE, **cut)
            assert found.state == events[found.version - 1].state
            assert (
                found.version == version or events[found.version - 1].timestamp == event.timestamp
            )
            assert life.engine.history(CASE, **cut) == events[: found.version]


def test_where_no_case_was_the_error_says_so(life: Life) -> None:
    """Before its opening, or its recording, there is no such case; the message says why."""
    rules, before = life.engine.head().position, life.clock()
    life.clock.advance(DAY)
    dispatched(life)
    ask = life.engine
    with pytest.raises(
        CaseNotFoundError, match="by 2026-03-02 01:00:00 UTC: it begins at 2026-03-03"
    ):
        ask.case(CASE, as_of=before)
    with pytest.raises(CaseNotFoundError, match=f"known at position {rules}: it was recorded"):
        ask.history(CASE, known_at=rules)
    with pytest.raises(CaseNotFoundError, match="known at position"):
        ask.ask(Timeline(CASE), known_at=before)
    with pytest.raises(CaseNotFoundError, match="there is no case"):
        ask.case(case_id_of(5), as_of=before)
    assert ask.ask(Worklist(), as_of=before).items == ()
    assert ask.ask(Worklist(), known_at=rules).items == ()


@pytest.mark.parametrize(
    ("cut", "message"),
    [
        ({"as_of": datetime(2026, 3, 2)}, "as_of=2026-03-02 00:00:00 has no zone"),  # noqa: DTZ001 - the fault
        ({"known_at": datetime(2026, 3, 2)}, "known_at=2026-03-02 00:00:00 has no zone"),  # noqa: DTZ001 - the fault
        ({"as_of": datetime.max.replace(tzinfo=timezone(-HOUR))}, "outside the years"),
        ({"as_of": 7}, "as_of is an instant"),
        ({"known_at": -1}, f"the log ends at position {END}; name one from 0 to that"),
        ({"known_at": END + 1}, f"the log ends at position {END}"),
        ({"known_at": True}, "known_at is a log position"),
        ({"known_at": "7"}, "known_at is a log position"),
    ],
)
def test_a_cut_that_makes_no_sense_is_refused(cut: dict[str, Any], message: str) -> None:
    """Times have a zone, positions are in the log; cases and questions say it alike."""
    life = Life("memory:")
    dispatched(life)
    life.live(facts())
    assert life.engine.head().position == END
    for ask in (life.engine.case, life.engine.history):
        with pytest.raises(InputError, match=message):
            ask(CASE, **cut)
    with pytest.raises(InputError, match=message):
        life.engine.ask(Worklist(), **cut)
    life.close()


def test_a_version_that_never_was_is_refused(life: Life) -> None:
    """Versions go from 1 to the last; a version and a cut at once say two things."""
    dispatched(life)
    last = life.engine.case(CASE).version
    for version in (0, -1, last + 1, True):
        with pytest.raises(InputError, match=f"has the versions 1 to {last}, not {version}"):
            life.engine.case(CASE, version=version)
    with pytest.raises(InputError, match="at once say two things"):
        life.engine.case(CASE, version=1, as_of=life.clock())
    with pytest.raises(CaseNotFoundError):
        life.engine.case(case_id_of(5), version=1)


def test_before_any_rules_nothing_is_answered(life: Life) -> None:
    """At a position without calendar and organisation a question is refused, and says why."""
    dispatched(life)
    for cut in (0, 1, START - DAY):
        with pytest.raises(InputError, match="no policy was in force yet"):
            life.engine.ask(Worklist(), known_at=cut)


def test_an_instant_of_its_own_means_the_same(life: Life) -> None:
    """`as_of` of a question is that of `ask`; of two the earlier holds; later ones mean now."""
    dispatched(life)
    early = life.clock()
    life.live(controls.SIGN.later(5 * HOUR))
    late = life.clock()
    question = Backlog(by="state")
    then = life.engine.ask(question, as_of=early)
    assert [group.key for group in then.groups] == ["dispatched"]
    assert life.engine.ask(Backlog(by="state", as_of=early)) == then
    assert life.engine.ask(Backlog(by="state", as_of=early), as_of=late) == then
    assert life.engine.ask(Backlog(by="state", as_of=late), as_of=early) == then
    assert life.engine.ask(Backlog(by="state", as_of=late + DAY)) == life.engine.ask(question)
    assert life.engine.ask(ClockOf(CASE, "handle"), as_of=early) == life.engine.ask(
        ClockOf(CASE, "handle", at=early)
    )


def test_the_policies_are_those_that_were_known(life: Life) -> None:
    """What was published later counts as of an earlier instant, but was not known there."""
    dispatched(life)
    before, position = life.clock(), life.engine.head().position
    life.clock.advance(hours=1)
    life.engine.submit(publish(ORGANISATION), by=OFFICE)
    question = Worklist(within="110105")
    refused = InputError
    assert life.engine.ask(question, known_at=position).items != ()
    assert life.engine.ask(question, as_of=before, known_at=position).items != ()
    unknown = Worklist(within="999999")
    with pytest.raises(refused, match="not in the organisation"):
        life.engine.ask(unknown, as_of=before)
    assert life.engine.ask(unknown, known_at=before).items == ()


def test_an_instant_of_recording_is_a_position(life: Life) -> None:
    """It is that of the last event recorded by then, also where a writer's clock was behind."""
    dispatched(life)
    life.live(*(facts(n) for n in range(9)))
    ahead = life.clock()
    life.clock.set(ahead - timedelta(seconds=3))
    another = controls.REGISTER.on(case_id_of(2))
    life.engine.submit(another.build(life.clock()), by=another.by)
    behind, head = life.clock(), life.engine.head().position

    def position(instant: datetime) -> int:
        return life.engine.ask(Worklist(), known_at=instant).position  # type: ignore[no-any-return]  # an answer's

    log = log_of(life.engine)
    assert log[-1].event.timestamp == behind < ahead == log[-2].event.timestamp
    moments = sorted({event.timestamp for _, event in log[RULES:]})
    right = {
        moment: max(place for place, event in log if event.timestamp <= moment)
        for moment in moments
    }
    life.clock.set(ahead + HOUR)
    assert {moment: position(moment) for moment in moments} == right
    assert position(behind) == position(ahead) == head
    life.live(*(facts(n) for n in range(40)))
    assert {moment: position(moment) for moment in moments} == right


# — whatever else goes on —


def test_what_is_kept_of_the_past_follows_what_comes(life: Life) -> None:
    """Later events leave it alone; a late entry, and another policy, do not."""
    dispatched(life)
    noon = life.clock.advance(hours=1)
    later = facts().later(HOUR)
    life.live(later)
    by_street = Backlog(by="street", as_of=noon)

    def streets() -> dict[str | None, int]:
        answer = life.engine.ask(by_street)
        assert (answer.position, answer.as_of) == (life.engine.head().position, noon)
        return {group.key: group.total for group in answer.groups}

    one = streets()
    assert sum(one.values()) == 1
    life.live(later)
    assert streets() == one
    for step in (controls.REGISTER, controls.ACCEPT):
        told = step.on(case_id_of(2))
        life.engine.submit(told.build(life.clock()), by=told.by, at=noon)
    assert sum(streets().values()) == 2
    life.engine.submit(publish(Organisation(units=(Unit(id="12345", name="centre"),))), by=OFFICE)
    assert streets() == {None: 2}


class Intruder(Question):
    """A question in whose middle somebody writes."""

    write: Any
    asked: list[int] = []

    def answer(self, record: Any) -> list[Any]:
        """Write at the first time, then look."""
        if not self.asked:
            self.asked.append(1)
            self.write()
        return record.rows("SELECT state FROM cases", {})  # type: ignore[no-any-return]  # any rows


def test_what_is_written_meanwhile_does_not_get_in(life: Life) -> None:
    """A question of the past that the present register answers is not misled by a new event."""
    dispatched(life)
    position = life.engine.head().position
    sign = controls.SIGN.later(HOUR)
    assert life.engine.ask(Intruder(write=lambda: life.live(sign)), known_at=position) == [
        ("dispatched",)
    ]
    assert life.case().state == "signed"


class Busy(SQLiteStore):
    """A store to which somebody writes while its register is read."""

    meanwhile: Any = None

    def register_by_case(self, table: Table, after: str = "", until: str = "") -> Iterator[Any]:
        """Read the table, and let something happen before the next one is read."""
        yield from super().register_by_case(table, after, until)
        if self.meanwhile is not None:
            write, self.meanwhile = self.meanwhile, None
            write()


def test_what_is_written_while_the_register_is_copied_does_not_get_in(tmp_path: Path) -> None:
    """The copy is of one moment, though the tables are read one after the other."""
    store = Busy("sqlite", str(tmp_path / "cases.db"), create=True)
    with closing(engine_on(store)) as engine:
        step = controls.REGISTER
        case_id = engine.submit(step.build(engine.now()), by=step.by).case_id
        before = engine.head().position
        facts_on = facts(case_id=case_id)

        def write() -> None:
            accept = controls.ACCEPT.on(case_id)
            engine.submit(accept.build(engine.now()), by=accept.by)
            another = step.on(case_id_of(2))
            engine.submit(another.build(engine.now()), by=another.by)

        engine.submit(facts_on.build(engine.now()), by=facts_on.by)
        store.meanwhile = write
        question = Backlog(by="state", as_of=None)
        (listed,) = engine.ask(Worklist(), known_at=before).items
        assert (listed.case_id, listed.state, listed.version) == (case_id, "registered", 1)
        assert engine.ask(question, known_at=before).total.total == 0
        assert store.meanwhile is None
        assert engine.ask(question).total.total == 1


def test_many_may_ask_of_many_pasts_at_once(life: Life) -> None:
    """Threads share what was folded, and more cuts than are kept are answered as well."""
    dispatched(life)
    positions = range(RULES + 1, life.engine.head().position)

    def ask(n: int) -> Any:
        known = positions[n % len(positions)]
        return known, life.engine.ask(Backlog(by="state"), known_at=known)

    for known, answer in at_once(6, ask):
        assert answer == life.engine.ask(Backlog(by="state"), known_at=known)
        assert answer.position == known
