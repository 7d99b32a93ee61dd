"""The ordinary course of a whistle: units sign, come, do their part, are rated; it is closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from zhili.aggregates import Whistle
from zhili.aggregates.clocks import part_clock
from zhili.commands import whistle
from zhili.demo import people
from zhili.demo.district import STREETS
from zhili.demo.joint_matter import JointMatter, joint_matter_of
from zhili.demo.life import Course, Life, Stage

if TYPE_CHECKING:
    from uuid import UUID

__all__ = ["WhistleLife", "course"]

AWAITED: Final = ("summoned", "signed", "contacted")
RATEABLE: Final = frozenset({"arrived", "delivered", "no_show"})
DIMENSIONS: Final = ("report_in", "handling", "result", "incentive")
BLOWER_DIMENSIONS: Final = ("needed", "clear")


class WhistleLife(Life[Whistle]):
    """A whistle, its street and its units."""

    def __init__(self, stage: Stage, name: str, case_id: UUID | None = None) -> None:
        """Begin it; *case_id* is of a whistle that was drafted for another case."""
        super().__init__(stage, name, case_id)
        self.street = self.chance.choice(list(STREETS))
        self.matter: JointMatter = joint_matter_of(self.chance)
        self.absent: frozenset[str] = frozenset()
        self.rates_the_blower = self.happens(0.4)

    def draft(self, kind: str | None = None, units: tuple[str, ...] = ()) -> None:
        """Let the street draft the whistle."""
        matter = self.matter
        self.do(
            whistle.Draft,
            people.street_officer(self.street),
            kind=kind or matter.kind,
            street=self.street,
            title=matter.title,
            matter=matter.task,
            tried=matter.tried,
            place=f"{STREETS[self.street]}辖区",
            units=units or matter.units,
            division=self.street,
        )

    @property
    def officer(self) -> str:
        """The street that blows."""
        return self.case.street or self.street

    def part(self, unit: str) -> str:
        """Where a unit stands."""
        return self.case.part_state("summons", unit) or ""

    def come(self, *units: str) -> None:
        """Let units report in."""
        for unit in units:
            self.do(
                whistle.ReportIn,
                people.operator(unit),
                unit=unit,
                person=f"{self.somebody()['name'][0]}科长",
                rank="科级",
                place=self.case.place,
            )

    def deliver(self, *units: str) -> None:
        """Let units report their tasks done."""
        for unit in units:
            self.do(
                whistle.ReportDone,
                people.operator(unit),
                unit=unit,
                result="已按分工完成现场处置。",
                evidence="处置前后照片已归集。",
            )


def course(life: WhistleLife, until: str = "") -> Course:
    """Let the whistle go its way until it rests, or until it stands in the state *until*."""
    while (state := life.state) in DESKS and state != until:
        yield _patience(life)
        # The clocks may have moved it while it waited.
        if life.state in DESKS and life.state != until:
            DESKS[life.state](life)


HOURS: Final = {
    "drafted": 0.5,
    "submitted": 1.5,
    "issued": 0.7,
    "mustering": 0.1,
    "joint_handling": 9.0,
    "escalated": 16.0,
    "settled": 1.0,
    "evaluated": 2.0,
}
"""How many hours the street or a unit lets a whistle lie, as a median."""


def _patience(life: WhistleLife) -> timedelta:
    state, case = life.state, life.case
    hours = HOURS[state]
    if case.kind == "EMERGENCY":
        return life.span(min(hours, 1.0) / 6)
    if state == "mustering":
        awaited = _next_awaited(life)
        if awaited is None:
            return _until_missed(life)
        if life.part(awaited) == "summoned":
            return life.span(hours)  # somebody signs at any hour, within one
        return life.by_day(life.span(1.2, 0.4))
    wait = life.span(hours)
    return wait if state == "issued" else life.at_work(wait)


def _until_missed(life: WhistleLife) -> timedelta:
    """Wait until whoever does not come has been missed."""
    waits = (life.past_due(part_clock("report_in", unit)) for unit in life.absent)
    return max((wait for wait in waits if wait is not None), default=life.span(1))


def _next_awaited(life: WhistleLife) -> str | None:
    """Give who has to do something next: all sign before anybody comes."""
    awaited = [
        (AWAITED.index(part.state), part.id)
        for part in life.case.parts
        if part.state in AWAITED and part.id not in life.absent
    ]
    return min(awaited)[1] if awaited else None


def _submit(life: WhistleLife) -> None:
    if life.case.kind == "EMERGENCY":
        life.do(whistle.BlowEmergency, people.duty_officer(life.officer))
        return
    life.do(whistle.Submit, people.street_officer(life.officer), ground="joint_force")


def _blow(life: WhistleLife) -> None:
    life.do(whistle.Blow, people.street_secretary(life.officer))


def _assign(life: WhistleLife) -> None:
    lead = next(part.id for part in sorted(life.case.parts) if part.id not in life.absent)
    life.do(whistle.AssignLead, people.street_officer(life.officer), lead=lead)


def _muster(life: WhistleLife) -> None:
    unit, case = _next_awaited(life), life.case
    if unit is not None:
        _take_next_step(life, unit)
    elif case.lead is not None and life.part(case.lead) == "arrived":
        life.do(whistle.StartJointHandling, people.leader(case.lead))
    elif any(part.missed for part in case.parts):
        life.do(
            whistle.Escalate,
            people.street_secretary(life.officer),
            ground="no_show",
            reason="主办部门未按时报到。",
        )


def _take_next_step(life: WhistleLife, unit: str) -> None:
    """Sign, contact and report in, as far as the kind of whistle asks for it."""
    case, by, state = life.case, people.operator(unit), life.part(unit)
    if state == "summoned" and case.clock(part_clock("sign", unit)) is not None:
        life.do(whistle.Sign, by, unit=unit)
    elif state in {"summoned", "signed"} and case.clock(part_clock("contact", unit)) is not None:
        life.do(whistle.Contact, by, unit=unit, note="已与街道对接现场情况。")
    else:
        life.come(unit)


def _handle(life: WhistleLife) -> None:
    case = life.case
    if case.blown_at_once and not case.confirmed:
        _confirm(life)
        return
    waiting = [part.id for part in case.parts if part.state in AWAITED]
    at_work = [part.id for part in case.parts if part.state == "arrived"]
    late = [unit for unit in waiting if unit not in life.absent]
    if late:
        life.come(late[0])
    elif at_work:
        # The lead comes last: it answers for the whole.
        life.deliver(min(at_work, key=lambda unit: (unit == case.lead, unit)))


def _confirm(life: WhistleLife) -> None:
    life.do(
        whistle.ConfirmEmergency,
        people.street_director(life.officer),
        confirmation="现补办应急哨书面确认手续。",
    )


def _direct(life: WhistleLife) -> None:
    came = sorted(part.id for part in life.case.parts if part.state in {"arrived", "delivered"})
    life.do(
        whistle.GiveDirective,
        people.DISTRICT_LEADER,
        decision="由到场部门继续牵头处置。" if came else "另行召开专题会研究。",
        lead=came[0] if came else None,
        settles=not came,
    )


def _rate(life: WhistleLife) -> None:
    unrated = [part for part in life.case.parts if part.state in RATEABLE]
    if not unrated:
        life.do(whistle.Close, people.street_officer(life.officer), origin_informed=True)
        return
    part = min(unrated)
    best = 2 if part.missed else 5
    points = {name: max(1, best - life.chance.randrange(3)) for name in DIMENSIONS}
    life.do(whistle.RateUnit, people.street_officer(life.officer), unit=part.id, points=points)


def _close(life: WhistleLife) -> None:
    case = life.case
    if case.blown_at_once and not case.confirmed:
        _confirm(life)
    elif life.rates_the_blower and len(case.ratings) == len(case.taking_part):
        lead = min(case.taking_part)
        points = {name: life.chance.randint(3, 5) for name in BLOWER_DIMENSIONS}
        life.do(whistle.RateBlower, people.operator(lead), points=points)
    else:
        life.do(whistle.Close, people.street_officer(life.officer), origin_informed=True)


DESKS: Final[dict[str, Callable[[WhistleLife], None]]] = {
    "drafted": _submit,
    "submitted": _blow,
    "issued": _assign,
    "mustering": _muster,
    "joint_handling": _handle,
    "escalated": _direct,
    "settled": _rate,
    "evaluated": _close,
}
"""Who does what with a whistle that stands there."""
