"""
The hazard 社区隐患: what can happen to it, and the few verbs that choose.

Which event may follow which stands in `workflows/hazard.py`; what each needs stands in
`aggregates/hazard_guards.py`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from zhili.aggregates.case import Case, CaseEvent, Draft, Moment, Part
from zhili.aggregates.clocks import ClockState, part_clock
from zhili.aggregates.hazard_guards import HazardGuards, end_of_report
from zhili.commands import hazard as asked
from zhili.commands.command import commands_in
from zhili.values import Attachment, Code, Instant, Line, Personal, Text, UnitId
from zhili.workflows.hazard import HAZARD

if TYPE_CHECKING:
    from zhili.policies.limit import Limit
    from zhili.policies.rules import Rules
    from zhili.workflows import Clock

__all__ = ["Hazard"]


class Hazard(HazardGuards, Case):
    """One hazard, from the community that finds it to the site check."""

    workflow = HAZARD
    commands: ClassVar = commands_in(asked)
    judging = frozenset({"rectify"})

    street: str | None = None
    district: str | None = None
    level: int | None = None
    whistle: UUID | None = None
    lead: str | None = None
    assisting: tuple[str, ...] = ()
    checked_by: str | None = None

    class Found(CaseEvent):
        """A hazard was found 社区发现."""

        copies = ("kind", "title", "place", "subject")
        number: Line
        kind: Code
        community: UnitId
        title: Line
        place: Line
        photos: tuple[Attachment, ...]
        subject: Line
        reporter: Personal | None = None
        contact: Personal | None = None
        report_by: Instant

        def apply(self, aggregate: Any) -> None:
            """Take over what was found; the community answers for it."""
            aggregate.attachments = self.photos
            aggregate.unit = aggregate.village = aggregate.division = self.community
            aggregate.accepted_at = self.occurred_at

    class Fixed(CaseEvent):
        """The community or the street solved it by itself."""

        measures: Text
        photos: tuple[Attachment, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Close it."""
            aggregate.attachments = (*aggregate.attachments, *self.photos)
            aggregate.settled_at = aggregate.closed_at = self.occurred_at
            aggregate.outcome = "solved"

    class Reported(CaseEvent):
        """The community reported it to the street, which answers for it from now on."""

        unit: UnitId
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Give it to the street."""
            aggregate.unit = aggregate.street = self.unit

    class DistrictCalled(CaseEvent):
        """The street put it into its ledger, gave it a level, and called the district."""

        unit: UnitId
        level: int
        ledger_entry: Text
        whistle: UUID | None = None
        whistle_kind: Code | None = None
        units: tuple[UnitId, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Give it to the district."""
            aggregate.unit = aggregate.district = self.unit
            aggregate.level, aggregate.grade = self.level, str(self.level)
            aggregate.whistle = self.whistle

    class DepartmentsDispatched(CaseEvent):
        """A lead and departments that assist were named."""

        lead: UnitId
        assisting: tuple[UnitId, ...] = ()
        task: Text

        def apply(self, aggregate: Any) -> None:
            """Give it to the lead."""
            aggregate.unit = aggregate.lead = self.lead
            aggregate.assisting = self.assisting
            aggregate.dispatched_at = aggregate.dispatched_at or self.occurred_at

    class DepartmentCalled(CaseEvent):
        """A department was sent its part."""

        part = "dispatched"
        unit: UnitId

        def part_facts(self, case: Any) -> dict[str, Any]:
            """Say as what."""
            role = "lead" if self.unit == case.lead else "assisting"
            return {"role": role, "done_at": None, "on_time": None}

    class Rectified(CaseEvent):
        """A department reported its part as rectified."""

        part = "dispatched"
        unit: UnitId
        result: Text
        photos: tuple[Attachment, ...] = ()

        def part_facts(self, case: Any) -> dict[str, Any]:
            """Say when, and whether that was in time."""
            clock = case.rectify_clock(self.unit)
            on_time = clock is None or clock.in_time is not False
            return {"done_at": self.occurred_at, "on_time": on_time}

        def apply(self, aggregate: Any) -> None:
            """Note that there is a result."""
            aggregate.attachments = (*aggregate.attachments, *self.photos)
            aggregate.settled_at = self.occurred_at

    class SiteChecked(CaseEvent):
        """The community went and found it rectified."""

        note: Text
        photos: tuple[Attachment, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Remember who looked."""
            aggregate.attachments = (*aggregate.attachments, *self.photos)
            aggregate.checked_by = self.by.id

    class Verified(CaseEvent):
        """The street verified it as the second person."""

        note: Text

        def apply(self, aggregate: Any) -> None:
            """Close it."""
            aggregate.closed_at, aggregate.outcome = self.occurred_at, "solved"

    class RectificationRejected(CaseEvent):
        """On site a department's part was found not rectified; it has to do it again."""

        part = "dispatched"
        unit: UnitId
        reason: Text

        def part_facts(self, case: Any) -> dict[str, Any]:  # noqa: ARG002 - it was not done, whatever the case says
            """Take back that it was done."""
            return {"done_at": None, "on_time": None}

        def apply(self, aggregate: Any) -> None:
            """Take the result and the first check back."""
            aggregate.settled_at = aggregate.checked_by = None

    class DepartmentReleased(CaseEvent):
        """A department was released because the city decides now."""

        part = "dispatched"
        unit: UnitId

    class CityCalled(CaseEvent):
        """The city was called; its district answers for it until the city has dispatched."""

        districts: tuple[UnitId, ...]
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Give it back to the district that called."""
            aggregate.unit = aggregate.district = self.by.unit
            aggregate.lead, aggregate.assisting = None, ()
            aggregate.settled_at = aggregate.checked_by = None

    class HandedBack(CaseEvent):
        """The city left it to the district."""

        opinion: Text

    class WhistleReported(CaseEvent):
        """The whistle that was blown for it brought a result; it is verified like any other."""

        part = "dispatched"
        whistle: UUID
        unit: UnitId
        result: Text

        def part_facts(self, case: Any) -> dict[str, Any]:  # noqa: ARG002 - the whistle's lead is the hazard's
            """Say that the whistle's lead has done it; its limits were the whistle's."""
            return {"role": "lead", "done_at": self.occurred_at, "on_time": None}

        def apply(self, aggregate: Any) -> None:
            """Give it to the whistle's lead until it is verified."""
            aggregate.unit = aggregate.lead = self.unit
            aggregate.whistle, aggregate.settled_at = None, self.occurred_at
            aggregate.dispatched_at = aggregate.dispatched_at or self.occurred_at

    class WhistleEnded(CaseEvent):
        """The whistle came to nothing; the district dispatches."""

        whistle: UUID
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Wait for it no longer."""
            aggregate.whistle = None

    class Dismissed(CaseEvent):
        """It was no hazard, or is known already."""

        ground: Line
        duplicate_of: UUID | None = None
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Name the case in which it is known."""
            aggregate.merged_into = self.duplicate_of

    class Archived(CaseEvent):
        """It was filed away."""

        clock: Line

    # — the verbs that choose —

    def find(self, command: asked.Find, moment: Moment) -> Iterable[Draft]:
        """Keep who told of it as personal, and say until when it is reported."""
        fields = command.own_fields()
        subject = command.subject or f"case:{self.id}"
        for name in ("reporter", "contact"):
            fields[name] = Personal(subject=subject, value=fields[name]) if fields[name] else None
        report_by = end_of_report(moment.occurred_at, moment.rules)
        yield "Found", {**fields, "subject": subject, "report_by": report_by}

    def call_district(self, command: asked.CallDistrict, _moment: Moment) -> Iterable[Draft]:
        """Name the whistle only if there is one."""
        fields = command.model_dump(exclude={"case_id", "by_whistle", "whistle"})
        yield (
            "DistrictCalled",
            {**fields, "whistle": command.whistle if command.by_whistle else None},
        )

    def dispatch_departments(
        self, command: asked.DispatchDepartments, _moment: Moment
    ) -> Iterable[Draft]:
        """Name lead and assisting departments, then send each its part."""
        yield "DepartmentsDispatched", command.own_fields()
        for unit in (command.lead, *command.assisting):
            yield "DepartmentCalled", {"unit": unit}

    def escalate_to_city(self, command: asked.EscalateToCity, _moment: Moment) -> Iterable[Draft]:
        """Release the departments that are at work, and call the city."""
        for part in self.parts:
            if part.state == "dispatched":
                yield "DepartmentReleased", {"unit": part.id}
        yield "CityCalled", command.own_fields()

    # — deadlines —

    def due_given(self, clock: "Clock", event: CaseEvent) -> datetime | None:
        """Give the end of the day by which the community reports."""
        return vars(event).get("report_by") if clock.name == "report" else None

    def limit_of(self, clock: "Clock", event: CaseEvent, rules: "Rules") -> "Limit | None":
        """Give the limit of the hazard's own document."""
        if clock.name == "verify" and self.at_work(besides=event.part_id):
            return None
        if event.event_name == "DistrictCalled" and vars(event)["whistle"]:
            return None
        return rules.hazard.limit(clock.name, self.level)

    def rectify_clock(self, unit: str) -> ClockState | None:
        """Give the clock of a department's part."""
        return self.clock(part_clock("rectify", unit))

    @property
    def due_at(self) -> datetime | None:
        """When the lead's part is due."""
        clock = self.rectify_clock(self.lead) if self.lead else None
        return clock.due_at if clock else None

    @property
    def on_time(self) -> bool | None:
        """Whether the lead reported its part as rectified in time."""
        part = self.part_of("dispatched", self.lead) if self.lead else None
        return self.part_on_time(part) if part else None

    def part_due_at(self, part: Part) -> datetime | None:
        """Give when a department's part is due, or was."""
        clock = self.rectify_clock(part.id)
        return clock.due_at if clock else None

    def at_work(self, besides: str = "") -> bool:
        """Tell whether a department, *besides* one, has not reported its part yet."""
        return any(part.state == "dispatched" and part.id != besides for part in self.parts)
