"""What the tests of time travel share: random histories, stores cut off, every question."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

from tests.engine.proposals import UNITS, openings, proposal
from tests.engine.sample import ZONE, Life
from zhili import Engine, Month, publish
from zhili.access.lists import SeenPage
from zhili.aggregates import CASE_TYPES
from zhili.commands.complaint import imported_id
from zhili.errors import ZhiliError
from zhili.interchange.open311.lookup import Requests
from zhili.projections.backlog import Backlog
from zhili.projections.clock_of import ClockOf
from zhili.projections.hazard_figures import HazardFigures
from zhili.projections.links import Links
from zhili.projections.overview import Overview
from zhili.projections.rate import ClosingRate, OnTimeRate, ResolutionRate
from zhili.projections.register import TABLES, rows_of
from zhili.projections.summonses import Summonses
from zhili.projections.survival_curve import SurvivalCurve
from zhili.projections.time_distribution import TimeDistribution
from zhili.projections.time_to_close import TimeToClose
from zhili.projections.timeline import Timeline
from zhili.projections.wall import Wall
from zhili.projections.wall_figures import WallFigures
from zhili.projections.whistle_figures import WhistleFigures
from zhili.projections.whistle_rate import WhistleRate, WhistleRatings
from zhili.projections.worklist import Earlier, Worklist
from zhili.reactions import REACTIONS
from zhili.store import open_store
from zhili.store.store import Batch
from zhili.testing import START, Control, actor, controls, path_to

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from zhili.aggregates import CaseEvent
    from zhili.policies import Policy
    from zhili.projections.question import Question

__all__ = [
    "Logged", "attempt", "case_id_of", "happened_by", "live", "log_of", "outcome", "questions",
    "some", "store_of",
]  # fmt: skip

HOUR = timedelta(hours=1)
BEGINNINGS = ("dispatched", "handling", "ledgered", "closed", "archived", "withdrawn")


class Logged(NamedTuple):
    """An event, and where it stands in the log."""

    position: int
    event: CaseEvent


def log_of(engine: Engine) -> list[Logged]:
    """Give the whole log."""
    read = engine.mapper.to_domain_event
    return [Logged(row.position, read(row.stored)) for row in engine.store.log()]


def live(life: Life, data: st.DataObject, policies: Sequence[Policy]) -> list[UUID]:
    """Live through a random history: work, late entries, imports, new policies, ticks."""
    cases = [_begun(life, n, data) for n in (1, 2)]
    for _ in range(data.draw(st.integers(2, 5))):
        what = data.draw(st.sampled_from(("work", "late", "late", "import", "policy", "time")))
        if what == "import":
            _bring_in(life, data, cases)
        elif what == "policy":
            attempt(life, publish(data.draw(st.sampled_from(policies))), actor("administrator"))
        elif what == "time":
            life.clock.advance(hours=data.draw(st.sampled_from([5, 30, 24 * 8])))
            life.engine.tick()
        else:
            _work(life, data, cases, late=what == "late")
    return cases


def _begun(life: Life, n: int, data: st.DataObject) -> UUID:
    case_id = case_id_of(n)
    if data.draw(st.booleans()):
        control = data.draw(openings(case_id))
        attempt(life, control.build(life.clock()), control.by)
    else:
        for step in path_to(data.draw(st.sampled_from(BEGINNINGS))):
            life.live(step.on(case_id) if isinstance(step, Control) else step)
    return case_id


def _work(life: Life, data: st.DataObject, cases: list[UUID], *, late: bool) -> None:
    for _ in range(4):
        try:
            case: Any = life.engine.case(data.draw(st.sampled_from(cases)))
        except ZhiliError:  # its opening was refused
            return
        if case.source is not None:
            control = controls.APPEND_FACTS.on(case.id)
        else:
            control = data.draw(proposal(case, cases))
        now = life.clock.advance(control.after)
        at = max(now - data.draw(st.integers(1, 20)) * HOUR, case.last_at) if late else None
        attempt(life, control.build(now), control.by, at)


def _bring_in(life: Life, data: st.DataObject, cases: list[UUID]) -> None:
    """Bring a case in or its closing, which may lie before its opening or ahead of now."""
    n = data.draw(st.integers(1, 2))
    case_id, days = imported_id("elsewhere", str(n)), timedelta(days=data.draw(st.integers(-40, 9)))
    if case_id in cases:
        control = controls.BRING_IN_CLOSING.on(case_id).but(closed_at=START + days)
    else:
        control = controls.BRING_IN.on(case_id).but(
            source_id=str(n), unit=UNITS[n], opened_at=START + days
        )
        cases.append(case_id)
    attempt(life, control.build(life.clock()), control.by)


def attempt(life: Life, command: Any, by: Any, at: datetime | None = None) -> None:
    """Submit a command that may be refused."""
    try:
        life.engine.submit(command, by=by, at=at)
    except ZhiliError:
        return


def case_id_of(n: int) -> UUID:
    """Give the id of the *n*th case."""
    return UUID(int=(7 << 76) | (2 << 62) | n)


@contextmanager
def store_of(
    events: Sequence[CaseEvent], engine: Engine, now: datetime, url: str = "memory:"
) -> Iterator[Engine]:
    """Give an engine whose store holds only *events*, committed anew, at *now*."""
    batch = Batch()
    cases: dict[UUID, Any] = {}
    places: dict[UUID, int] = {}
    for place, event in enumerate(events, 1):
        cases[event.originator_id] = event.mutate(cases.get(event.originator_id))
        places[event.originator_id] = place
        batch.events.append(engine.mapper.to_stored_event(event))
        batch.publishes += event.topic == "policy.published"
    for case_id, case in cases.items():
        if case.registered:
            rows = rows_of(case, engine.zone, places[case_id])
            for table, some in zip(TABLES, rows, strict=True):
                batch.rows.setdefault(table.name, []).extend(some)
    store = open_store(url)
    store.commit(batch)
    made = Engine(store, zone=ZONE, case_types=CASE_TYPES, reactions=REACTIONS, clock=lambda: now)
    with closing(made):
        made.prepare()
        yield made


def happened_by(log: Sequence[Logged], instant: datetime) -> list[CaseEvent]:
    """Give what had happened by *instant*, counted case by case; policies hold as they are."""
    streams: dict[UUID, list[CaseEvent]] = {}
    for _, event in log:
        streams.setdefault(event.originator_id, []).append(event)
    kept = {
        id(event)
        for events in streams.values()
        for event in takewhile(
            lambda one: (
                one.topic.startswith("policy.") or min(one.occurred_at, one.timestamp) <= instant
            ),
            events,
        )
    }
    return [event for _, event in log if id(event) in kept]


def questions(engine: Engine, cases: Sequence[UUID]) -> list[Question]:
    """Give every question there is, in several forms; some are about *cases*."""
    numbers = engine.store.rows("SELECT number FROM cases ORDER BY case_id LIMIT 2", {})
    asked: list[Question] = [
        Worklist(),
        Worklist(open_only=False, order="opened", size=2),
        Worklist(open_only=False, order="number"),
        Worklist(overdue=True),
        Worklist(within="110105", open_only=False),
        Earlier(subject="citizen-1"),
        Backlog(by="unit"),
        Backlog(by="street", bands=(1, 2)),
        Backlog(by="state", within="110105"),
        ClosingRate(by="category", population="all"),
        ResolutionRate(by="district"),
        ResolutionRate(by="unit", during=Month(2026, 3), on="closed", compare=True),
        OnTimeRate(by="grade", within="110105"),
        TimeToClose(by="unit", hours="working"),
        TimeToClose.model_validate({"from": "dispatched"}),
        Overview(by="month"),
        Overview(by="channel", as_of="max"),
        WhistleFigures(by="street"),
        WhistleRate(),
        WhistleRatings(published_only=False),
        Summonses(open_only=False),
        Wall(),
        Wall(side="echoes", size=2),
        WallFigures(by="category"),
        HazardFigures(by="kind"),
    ]
    by = actor("dispatcher")
    asked += [SeenPage(question=Worklist(size=5), by=by), SurvivalCurve(), TimeDistribution()]
    asked.append(Requests(size=5))
    asked += [Worklist(number=number, overdue=False) for (number,) in numbers]
    for case_id in cases:
        asked += [Timeline(case_id), ClockOf(case_id, "handle"), Earlier(case_id=case_id)]
        asked.append(Links(case_id))
    return asked


def some(data: st.DataObject, engine: Engine, cases: Sequence[UUID]) -> list[Question]:
    """Draw some of them: statistics take their time, and every example asks others."""
    return data.draw(
        st.lists(st.sampled_from(questions(engine, cases)), min_size=8, max_size=8, unique_by=repr)
    )


def outcome(engine: Engine, question: Question, **cut: Any) -> Any:
    """Give the answer, or the error and what it says."""
    try:
        return engine.ask(question, **cut)
    except ZhiliError as error:
        return error.code if error.code == "case-not-found" else error.as_dict()
