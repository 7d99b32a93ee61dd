"""Random lives of whistles: people try what comes to mind, time passes, the clocks tick."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tests.whistle import cast as w
from zhili import Engine
from zhili.errors import RefusalError
from zhili.policies.whistle import WhistleRules
from zhili.testing import Control, VirtualClock, actor
from zhili.workflows import role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.aggregates import CaseEvent, Whistle

STREETS = (w.STREET, w.OTHER_STREET)
DEPARTMENTS = (w.POLICE, w.WATER, w.PARKS, w.FIRE)
KINDS = tuple(kind.code for kind in WhistleRules().kinds)
PAUSES = (timedelta(minutes=1), timedelta(minutes=20), timedelta(hours=7), timedelta(days=1))


class Life:
    """One whistle, and what somebody might do to it next."""

    def __init__(self, dice: random.Random, case_id: UUID) -> None:
        """Choose a street, a kind and some departments."""
        self.dice, self.case_id = dice, case_id
        self.street = dice.choice(STREETS)
        self.kind = dice.choice(KINDS)
        self.units = tuple(dice.sample(DEPARTMENTS, dice.randint(1, 3)))

    def beginning(self) -> tuple[Control, ...]:
        """Give what brings the whistle to sound."""
        draft = w.DRAFT.but(
            street=self.street, division=self.street, kind=self.kind, units=self.units
        ).by_actor(self._of_the_street(role.UNIT_OPERATOR))
        secretary = self._of_the_street(role.STREET_SECRETARY)
        if self.kind == "EMERGENCY":
            steps = (draft, w.BLOW_EMERGENCY.by_actor(secretary))
        else:
            steps = (draft, self._by_the_street(w.SUBMIT), w.BLOW.by_actor(secretary))
        return tuple(step.on(self.case_id) for step in steps)

    def something(self) -> Control:
        """Give something that somebody might do, sensible or not."""
        dice = self.dice
        unit = dice.choice((*self.units * 4, *DEPARTMENTS))
        other = dice.choice(DEPARTMENTS)
        by = actor(role.UNIT_OPERATOR, dice.choice((*[unit] * 9, other)))
        ruling = dice.choice(("upheld", "released", "replaced"))
        points = {name: dice.randint(1, 5) for name in w.POINTS}
        blower = {"needed": dice.randint(1, 5), "clear": dice.randint(1, 5)}
        report = w.REPORT_IN.by_actor(by).but(unit=unit)
        done = w.DONE.by_actor(by).but(unit=unit)
        rate = self._by_the_street(w.RATE).but(unit=unit, points=points)
        settles = dice.random() < 0.3
        chances = (
            (4, w.ASSIGN_LEAD.but(lead=unit)),
            (8, report),
            (8, done),
            (12, rate),
            (1, w.SIGN.by_actor(by).but(unit=unit)),
            (1, w.CONTACT.by_actor(by).but(unit=unit)),
            (2, w.START.by_actor(by)),
            (3, w.OBJECT.by_actor(by).but(unit=unit, suggest=other)),
            (6, w.RULING.but(unit=unit, ruling=ruling, substitute=other)),
            (1, self._by_the_street(w.ADD_UNIT).but(unit=unit)),
            (1, self._by_the_street(w.CONSENT).but(unit=unit)),
            (1, w.LEAVE.by_actor(by).but(unit=unit)),
            (1, self._by_the_street(w.ESCALATE)),
            (6, w.DIRECTIVE.but(lead=dice.choice((None, unit)), settles=settles)),
            (1, self._by_the_street(w.REJECT)),
            (1, self._by_the_street(w.CANCEL)),
            (2, w.CONFIRM_EMERGENCY.by_actor(self._of_the_street(role.STREET_SECRETARY))),
            (5, w.RATE_BLOWER.by_actor(by).but(points=blower)),
            (1, w.PUBLISH),
            (3, self._by_the_street(w.CLOSE)),
        )
        (chosen,) = dice.choices([step for _, step in chances], [weight for weight, _ in chances])
        return chosen.on(self.case_id)

    def _by_the_street(self, step: Control) -> Control:
        return step.by_actor(self._of_the_street(role.UNIT_LEADER))

    def _of_the_street(self, name: str) -> object:
        return actor(name, self.street)


def live(
    engine: Engine, clock: VirtualClock, seed: int, *, whistles: int = 1, tries: int = 60
) -> list[UUID]:
    """Let *whistles* be blown and lived through; give their ids."""
    dice = random.Random(seed)  # noqa: S311 - lives, not secrets
    lives = [Life(dice, UUID(int=dice.getrandbits(128), version=4)) for _ in range(whistles)]
    for life in lives:
        for step in life.beginning():
            _try(engine, clock, step)
        clock.advance(timedelta(minutes=dice.randint(1, 600)))
    for _ in range(tries * whistles):
        life = dice.choice(lives)
        case = engine.case(life.case_id)
        possible = case.workflow.allowed(case.state)
        likely = (step for _ in range(8) if (step := life.something()).command.verb in possible)
        _try(engine, clock, next(likely, w.PUBLISH.on(life.case_id)))
        if dice.random() < 0.1:
            clock.advance(dice.choice(PAUSES) / whistles)
            engine.tick()
    return [life.case_id for life in lives]


def _try(engine: Engine, clock: VirtualClock, step: Control) -> None:
    clock.advance(timedelta(seconds=20))
    with suppress(RefusalError):
        engine.submit(step.build(clock.now), by=step.by)


def unfolding(engine: Engine, case_id: UUID) -> Iterator[tuple[Whistle, CaseEvent]]:
    """Give the whistle as it stood after each of its events."""
    case = None
    for event in engine.history(case_id):
        case = event.mutate(case.copy() if case is not None else None)
        yield case, event
