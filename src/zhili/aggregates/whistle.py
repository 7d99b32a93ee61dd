"""
The whistle-call 吹哨报到: what can happen to it, and the few verbs that choose.

Which event may follow which stands in `workflows/whistle.py`; what each needs stands in
`aggregates/whistle_guards.py`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from uuid import UUID

from zhili.aggregates.case import Case, CaseEvent, Draft, Moment, Part
from zhili.aggregates.clocks import part_clock
from zhili.aggregates.whistle_guards import WhistleGuards, rater_of
from zhili.commands import whistle as asked
from zhili.commands.command import commands_in
from zhili.values import Code, Line, Personal, Text, UnitId
from zhili.workflows.whistle import WHISTLE

if TYPE_CHECKING:
    from zhili.policies.limit import Limit
    from zhili.policies.rules import Rules
    from zhili.workflows import Clock

__all__ = ["Rating", "Whistle"]


class Rating(NamedTuple):
    """What one side gave the other, once and for good."""

    key: str
    unit: str
    by: str
    points: tuple[tuple[str, int], ...]
    at: datetime
    published: bool
    changed_at: datetime


class Confidential(CaseEvent):
    """A rating: its points are for the district alone until they are published (§4.4)."""

    def withheld(self, later: Sequence[CaseEvent]) -> frozenset[str]:
        """Show the points once they are published."""
        published = vars(self)["published"] or any(
            event.event_name == "RatingsPublished" for event in later
        )
        return frozenset() if published else frozenset({"points"})


class Whistle(WhistleGuards, Case):
    """One whistle through its whole life: blown by a street, answered by departments."""

    workflow = WHISTLE
    commands: ClassVar = commands_in(asked)
    judging = frozenset({"handle", "report_in"})

    street: str = ""
    matter: str = ""
    wanted: tuple[str, ...] = ()
    blown_at_once: bool = False
    confirmed: bool = False
    lead: str | None = None
    upheld: frozenset[str] = frozenset()
    may_leave: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    ended_by_directive: bool = False
    ratings: tuple[Rating, ...] = ()
    replied: frozenset[str] = frozenset()
    reblown_as: UUID | None = None
    report_to: UUID | None = None
    report_type: str | None = None

    class Drafted(CaseEvent):
        """A whistle was drafted 拟哨."""

        copies = (
            "kind", "street", "title", "matter", "place", "division", "category", "origin",
            "origin_type", "relation", "repeats", "report_to", "report_type",
        )  # fmt: skip
        number: Line
        kind: Code
        street: UnitId
        title: Line
        matter: Text
        tried: Text
        place: Line
        units: tuple[UnitId, ...]
        division: Code | None = None
        category: Code | None = None
        origin: UUID | None = None
        origin_type: Code | None = None
        relation: Code | None = None
        repeats: int = 0
        report_to: UUID | None = None
        report_type: Code | None = None

        def apply(self, aggregate: Any) -> None:
            """Take over what was drafted; the street answers for it."""
            aggregate.wanted, aggregate.unit = self.units, self.street

    class Submitted(CaseEvent):
        """The draft was submitted for approval 送审."""

        ground: Code

    class Blown(CaseEvent):
        """The whistle was blown 吹响: everything counts from now on."""

        at_once: bool = False

        def apply(self, aggregate: Any) -> None:
            """Begin to count."""
            aggregate.accepted_at = self.occurred_at
            aggregate.blown_at_once = self.at_once

    class EmergencyConfirmed(CaseEvent):
        """What was blown in an emergency was confirmed in writing."""

        confirmation: Text

        def apply(self, aggregate: Any) -> None:
            """Wait for it no longer."""
            aggregate.confirmed = True

    class SentBack(CaseEvent):
        """The whistle was returned at review 退回."""

        ground: Code
        reason: Text

    class Cancelled(CaseEvent):
        """The street took the whistle back 撤哨."""

        reason: Text

    class LeadAssigned(CaseEvent):
        """A lead was assigned 明确主办; it answers for the matter."""

        lead: UnitId

        def apply(self, aggregate: Any) -> None:
            """Hold the lead accountable."""
            aggregate.lead = aggregate.unit = self.lead
            aggregate.dispatched_at = aggregate.dispatched_at or self.occurred_at

    class UnitSummoned(CaseEvent):
        """A unit was summoned, with limits of its own."""

        part = "summons"
        unit: UnitId
        task: Text | None = None

        def part_facts(self, case: Case) -> dict[str, Any]:  # noqa: ARG002 - the base's signature
            """Begin anew, should it have been released before."""
            return {
                "since": self.occurred_at, "arrived_at": None, "done_at": None, "on_time": None,
                "missed": False,
            }  # fmt: skip

        def apply(self, aggregate: Any) -> None:
            """Hold nothing against it that was before."""
            _forget(aggregate, self.unit)

    class Signed(CaseEvent):
        """A unit signed for its summons 签收."""

        part = "summons"
        unit: UnitId

    class StreetContacted(CaseEvent):
        """A unit contacted the street 联系街道."""

        part = "summons"
        unit: UnitId
        note: Text

    class UnitReportedIn(CaseEvent):
        """A unit reported in 已报到; an objection that it had made is taken back."""

        part = "summons"
        unit: UnitId
        person: Personal
        rank: Line
        place: Line

        def part_facts(self, case: Case) -> dict[str, Any]:
            """Say when it came, and whether that was in time."""
            limit = case.clock(part_clock("report_in", self.unit))
            before = case.part_of("summons", self.unit)
            missed = before is not None and before.missed
            early = limit is None or limit.in_time is not False
            return {"arrived_at": self.occurred_at, "on_time": early and not missed}

        def apply(self, aggregate: Any) -> None:
            """Remember when the first came."""
            aggregate.contacted_at = aggregate.contacted_at or self.occurred_at

    class JointHandlingStarted(CaseEvent):
        """The lead started the joint handling 联合处置, before everybody was in."""

    class SummonsObjected(CaseEvent):
        """A unit objected to its summons 提出异议."""

        part = "summons"
        unit: UnitId
        basis: Text
        suggest: UnitId

        def apply(self, aggregate: Any) -> None:
            """Count it."""
            aggregate.returns += 1

    class SummonsUpheld(CaseEvent):
        """The summons stands; the unit cannot object again."""

        part = "summons"
        unit: UnitId
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Remember it."""
            aggregate.upheld |= {self.unit}

    class UnitReleased(CaseEvent):
        """The objection was right: the unit is released 免除."""

        part = "summons"
        unit: UnitId
        reason: Text

        def part_facts(self, case: Case) -> dict[str, Any]:  # noqa: ARG002 - the base's signature
            """Say that it was not missed: it need not have come."""
            return {"on_time": None, "missed": False}

        def apply(self, aggregate: Any) -> None:
            """Have the street answer until another unit leads."""
            _give_up_lead(aggregate, self.unit, None)
            _settle(aggregate, self)

    class UnitReplaced(CaseEvent):
        """The objection was right: another unit is summoned in its place 改派."""

        part = "summons"
        unit: UnitId
        reason: Text
        substitute: UnitId

        def part_facts(self, case: Case) -> dict[str, Any]:  # noqa: ARG002 - the base's signature
            """Say that it was not missed: it need not have come."""
            return {"on_time": None, "missed": False}

        def apply(self, aggregate: Any) -> None:
            """Let the other lead, if this one did."""
            _give_up_lead(aggregate, self.unit, self.substitute)

    class UnitNoShow(CaseEvent):
        """A unit did not report in by its limit 未报到; its district has a copy (BJ-STREET 44)."""

        part = "summons"
        unit: UnitId
        district: UnitId | None = None

        def part_facts(self, case: Case) -> dict[str, Any]:  # noqa: ARG002 - the base's signature
            """Say that it was missed, even if it comes after all."""
            return {"missed": True, "on_time": False}

        def apply(self, aggregate: Any) -> None:
            """Flag the whistle."""
            if "no_show" not in aggregate.flags:
                aggregate.flags = (*aggregate.flags, "no_show")
            _settle(aggregate, self)

    class MeasureRecorded(CaseEvent):
        """What is to be done, by whom, by when."""

        measure: Text
        owner: UnitId
        until: date

    class LeaveConsented(CaseEvent):
        """The street lets a unit leave before its task is delivered."""

        part = "summons"
        unit: UnitId
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Remember it."""
            aggregate.may_leave |= {self.unit}

    class UnitLeft(CaseEvent):
        """A unit left the scene 撤离."""

        part = "summons"
        unit: UnitId

        def apply(self, aggregate: Any) -> None:
            """Remember it."""
            aggregate.gone |= {self.unit}

    class Escalated(CaseEvent):
        """The street reported upwards 提级."""

        ground: Code
        reason: Text

    class DirectiveGiven(CaseEvent):
        """The district decided: to go on, or to end it here."""

        decision: Text
        lead: UnitId | None = None
        settles: bool = False

        def apply(self, aggregate: Any) -> None:
            """Hold the new lead accountable, or the street."""
            if self.lead is not None:
                aggregate.lead = aggregate.unit = self.lead
            aggregate.ended_by_directive = self.settles
            _settle(aggregate, self)

    class UnitDelivered(CaseEvent):
        """A unit's task is done."""

        part = "summons"
        unit: UnitId
        result: Text
        evidence: Text

        def part_facts(self, case: Case) -> dict[str, Any]:  # noqa: ARG002 - the base's signature
            """Say when."""
            return {"done_at": self.occurred_at}

        def apply(self, aggregate: Any) -> None:
            """Give it back to the street when it was the last."""
            _settle(aggregate, self)

    class UnitRecalled(CaseEvent):
        """A unit has to go on: its result was rejected."""

        part = "summons"
        unit: UnitId

        def part_facts(self, case: Case) -> dict[str, Any]:  # noqa: ARG002 - the base's signature
            """Say that it is not done."""
            return {"done_at": None}

        def apply(self, aggregate: Any) -> None:
            """Have it back on the scene."""
            aggregate.gone -= {self.unit}
            aggregate.may_leave -= {self.unit}

    class ResultRejected(CaseEvent):
        """The street rejected the result; the joint handling goes on."""

        reason: Text
        units: tuple[UnitId, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Hold the lead accountable again."""
            aggregate.reworks += 1
            aggregate.unit = aggregate.lead or aggregate.street
            aggregate.settled_at, aggregate.ended_by_directive = None, False

    class UnitRated(Confidential):
        """The street rated a unit, once and for good 评价."""

        part = "summons"
        unit: UnitId
        points: asked.Points
        published: bool = False

        def apply(self, aggregate: Any) -> None:
            """Keep the rating."""
            _keep_rating(aggregate, self.unit, self.unit, self)

    class BlowerRated(Confidential):
        """A unit, or the whistle office, rated the blower 双考核."""

        unit: UnitId
        rater: Line
        points: asked.Points
        published: bool = False

        def apply(self, aggregate: Any) -> None:
            """Keep the rating."""
            _keep_rating(aggregate, f"{self.unit}/{self.rater}", self.unit, self)

    class RatingsPublished(CaseEvent):
        """The district published the ratings."""

        def apply(self, aggregate: Any) -> None:
            """Publish those there are."""
            aggregate.ratings = tuple(
                rating
                if rating.published
                else rating._replace(published=True, changed_at=self.occurred_at)
                for rating in aggregate.ratings
            )

    class RatingAnswered(CaseEvent):
        """Whoever was rated gave their one reply."""

        unit: UnitId
        reply: Text

        def apply(self, aggregate: Any) -> None:
            """Remember it."""
            aggregate.replied |= {self.unit}

    class Closed(CaseEvent):
        """The whistle was closed 销哨."""

        origin_informed: bool
        outcome: asked.Outcome

        def apply(self, aggregate: Any) -> None:
            """Fix the outcome."""
            aggregate.outcome, aggregate.closed_at = self.outcome, self.occurred_at

    class Reblown(CaseEvent):
        """The matter came back, and a new whistle follows this one."""

        reason: Text
        whistle: UUID

        def apply(self, aggregate: Any) -> None:
            """Point to the new one."""
            aggregate.reblown_as = self.whistle

    # — the few verbs that choose or compute —

    def blow(self, _command: asked.Blow, _moment: Moment) -> Iterable[Draft]:
        """Blow, and summon every unit."""
        yield "Blown", {"at_once": False}
        yield from self._summons()

    def blow_emergency(self, _command: asked.BlowEmergency, _moment: Moment) -> Iterable[Draft]:
        """Blow at once, and summon every unit."""
        yield "Blown", {"at_once": True}
        yield from self._summons()

    def _summons(self) -> Iterable[Draft]:
        for unit in self.wanted:
            yield "UnitSummoned", {"unit": unit}

    def report_in(self, command: asked.ReportIn, moment: Moment) -> Iterable[Draft]:
        """Report in; the name of whoever came is personal."""
        person = Personal(subject=moment.by.id, value=command.person)
        yield "UnitReportedIn", {**command.own_fields(), "person": person}

    def rule_on_objection(self, command: asked.RuleOnObjection, _moment: Moment) -> Iterable[Draft]:
        """Rule; a substitute is summoned in the same breath."""
        fields: dict[str, Any] = {"unit": command.unit, "reason": command.reason}
        match command.ruling:
            case "upheld":
                yield "SummonsUpheld", fields
            case "released":
                yield "UnitReleased", fields
            case _:
                substitute = command.substitute or command.unit  # the table refuses the same one
                yield "UnitReplaced", {**fields, "substitute": substitute}
                yield "UnitSummoned", {"unit": substitute}

    def mark_no_show(self, command: asked.MarkNoShow, moment: Moment) -> Iterable[Draft]:
        """Mark it, with a copy to the district of the street."""
        yield (
            "UnitNoShow",
            {"unit": command.unit, "district": self.district_on(moment.occurred_at, moment.rules)},
        )

    def reject_result(self, command: asked.RejectResult, _moment: Moment) -> Iterable[Draft]:
        """Recall the units named, or all that delivered; then the result is rejected."""
        delivered = [part.id for part in self.parts if part.state == "delivered"]
        units = command.units or tuple(delivered)
        for unit in units:
            yield "UnitRecalled", {"unit": unit}
        yield "ResultRejected", {"reason": command.reason, "units": units}

    def rate_unit(self, command: asked.RateUnit, moment: Moment) -> Iterable[Draft]:
        """Rate; for everybody to see at once only where the policy says so."""
        public = moment.rules.whistle.ratings_public
        fields = {"unit": command.unit, "points": command.points}
        yield "UnitRated", {**fields, "published": public}

    def rate_blower(self, command: asked.RateBlower, moment: Moment) -> Iterable[Draft]:
        """Rate the street, as the unit of whoever does, or as the whistle office."""
        public = moment.rules.whistle.ratings_public
        fields = {"unit": self.street, "rater": rater_of(moment.by), "points": command.points}
        yield "BlowerRated", {**fields, "published": public}

    def close(self, command: asked.Close, _moment: Moment) -> Iterable[Draft]:
        """Close with the outcome given; else solved if the units have done their tasks."""
        outcome = command.outcome or ("solved" if self.was_delivered else "not_solved")
        yield "Closed", {"origin_informed": command.origin_informed, "outcome": outcome}

    @property
    def taking_part(self) -> tuple[str, ...]:
        """The units that were summoned, and neither released nor replaced."""
        return tuple(part.id for part in self.parts if self.takes_part(part.id))

    # — what the register is told —

    def entities(self) -> Iterable[Part]:
        """Give the street, every summoned unit as it stands, and every point that was given."""
        if self.accepted_at is not None:
            at = self.accepted_at
            yield Part("blower", self.street, "blown", None, at, at, unit=self.street)
        for part in super().entities():
            yield part._replace(role="lead" if part.id == self.lead else "assisting")
        for rating in self.ratings:
            state = "published" if rating.published else "unpublished"
            for dimension, points in rating.points:
                yield Part(
                    "rating", f"{rating.key}/{dimension}", state, None, rating.at,
                    rating.changed_at, unit=rating.unit, role=dimension, points=points,
                )  # fmt: skip

    def part_due_at(self, part: Part) -> datetime | None:
        """Give when a unit's next step is due; who has come is due with the matter."""
        if part.state == "arrived":
            return self.due_at if self.settled_at is None else None
        return super().part_due_at(part)

    # — clocks —

    def limit_of(self, clock: "Clock", event: CaseEvent, rules: "Rules") -> "Limit | None":
        """Give the limit of a clock: the kind's, under the clock's own name."""
        if clock.name == "confirmation" and not vars(event).get("at_once"):
            return None
        limit: Limit | None = getattr(rules.whistle.kind(self.kind), clock.name)
        return limit

    def due_given(self, clock: "Clock", event: CaseEvent) -> datetime | None:
        """Give a rejected result the deadline that it had: nothing is won by a poor one."""
        if clock.name == "handle" and event.event_name == "ResultRejected":
            return self.due_at
        return None


def _forget(aggregate: Any, unit: str) -> None:
    aggregate.upheld -= {unit}
    aggregate.gone -= {unit}
    aggregate.may_leave -= {unit}


def _give_up_lead(aggregate: Any, unit: str, substitute: str | None) -> None:
    if aggregate.lead == unit:
        aggregate.lead = substitute
        if aggregate.unit == unit:
            aggregate.unit = substitute or aggregate.street


def _settle(aggregate: Any, event: CaseEvent) -> None:
    """Give the matter back to the street, which rates and closes, if *event* settles it."""
    if event.state == "settled" and aggregate.state != "settled":
        aggregate.settled_at = event.occurred_at
        aggregate.unit = aggregate.street


def _keep_rating(aggregate: Any, key: str, unit: str, event: Any) -> None:
    rating = Rating(
        key=key,
        unit=unit,
        by=event.by.id,
        points=tuple(sorted(event.points.items())),
        at=event.occurred_at,
        published=event.published,
        changed_at=event.occurred_at,
    )
    aggregate.ratings = (*aggregate.ratings, rating)
