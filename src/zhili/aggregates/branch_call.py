"""
The branch's call 小区党支部吹哨: what can happen to it, and the few verbs that choose.

Which event may follow which stands in `workflows/branch_call.py`; what each needs stands in
`aggregates/branch_call_guards.py`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from zhili.aggregates.branch_call_guards import BranchCallGuards
from zhili.aggregates.case import Case, CaseEvent, Draft, Moment
from zhili.commands import branch_call as asked
from zhili.commands.command import commands_in
from zhili.values import Code, Instant, Line, Personal, Text, UnitId
from zhili.workflows.branch_call import BRANCH_CALL

if TYPE_CHECKING:
    from zhili.policies.limit import Limit
    from zhili.policies.rules import Rules
    from zhili.workflows import Clock

__all__ = ["BranchCall"]


class BranchCall(BranchCallGuards, Case):
    """One member's post, and one call of the branch."""

    workflow = BRANCH_CALL
    commands: ClassVar = commands_in(asked)

    member: Personal | None = None
    branch: str | None = None
    home_organisation: str | None = None
    abilities: tuple[str, ...] = ()
    excuse: str | None = None
    decision: str | None = None
    points: int | None = None
    failed_on: datetime | None = None

    class PostAssigned(CaseEvent):
        """A member was given a post."""

        copies = ("subject", "member", "home_organisation", "abilities")
        number: Line
        subject: Line
        member: Personal
        estate: UnitId
        lives_in: UnitId | None = None
        checked_in_at: UnitId | None = None
        home_organisation: UnitId | None = None
        post: Code
        abilities: tuple[Code, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Take over who has which post; the branch answers for it."""
            aggregate.category, aggregate.village = self.post, self.estate
            aggregate.branch = aggregate.unit = self.by.unit

    class Called(CaseEvent):
        """The branch called the member."""

        title: Line
        post: Code
        needs: tuple[Code, ...] = ()
        serve_by: Instant

        def apply(self, aggregate: Any) -> None:
            """Take over what for."""
            aggregate.title = self.title
            aggregate.accepted_at = aggregate.dispatched_at = self.occurred_at

    class Responded(CaseEvent):
        """The member responded."""

        def apply(self, aggregate: Any) -> None:
            """Note when."""
            aggregate.contacted_at = self.occurred_at

    class Served(CaseEvent):
        """The member served."""

        service: Text

        def apply(self, aggregate: Any) -> None:
            """Note when."""
            aggregate.settled_at = self.occurred_at

    class Rated(CaseEvent):
        """The branch rated the service."""

        points: int
        note: Text | None = None

        def apply(self, aggregate: Any) -> None:
            """Close it."""
            aggregate.points = self.points
            aggregate.closed_at, aggregate.outcome = self.occurred_at, "solved"

    class ExcuseOffered(CaseEvent):
        """The member said why they cannot serve."""

        ground: Code
        words: Personal | None = None

        def apply(self, aggregate: Any) -> None:
            """Let it wait for the branch."""
            aggregate.excuse = self.ground

    class ExcuseAccepted(CaseEvent):
        """The branch accepted the excuse."""

    class ExcuseRefused(CaseEvent):
        """The branch refused the excuse."""

        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Let it wait no longer."""
            aggregate.excuse = None

    class NonPerformanceReported(CaseEvent):
        """The member has not served."""

        note: Text

        def apply(self, aggregate: Any) -> None:
            """Note since when that is said."""
            aggregate.failed_on = self.occurred_at

    class MeetingHeld(CaseEvent):
        """The branch met and decided whether to report it."""

        copies = ("decision",)
        held_on: date
        participants: int
        decision: Line
        minutes: Text

    class StreetReported(CaseEvent):
        """The branch reported it to the street."""

        copies = ("unit",)
        unit: UnitId

    class DistrictReported(CaseEvent):
        """The street reported it to the district."""

        copies = ("unit",)
        unit: UnitId

    class FedBack(CaseEvent):
        """The district told the home organisation."""

        copies = ("unit",)
        unit: UnitId

    class Closed(CaseEvent):
        """It was closed without a service."""

        result: Text

        def apply(self, aggregate: Any) -> None:
            """Close it."""
            aggregate.closed_at, aggregate.outcome = self.occurred_at, "not_solved"

    class Released(CaseEvent):
        """The member was released from the post."""

        reason: Text

    class Archived(CaseEvent):
        """It was filed away."""

        clock: Line

    # — the verbs that choose —

    def assign_post(self, command: asked.AssignPost, _moment: Moment) -> Iterable[Draft]:
        """Keep the name as personal."""
        fields = command.model_dump(exclude={"case_id", "member", "name"})
        member = Personal(subject=command.member, value=command.name)
        yield "PostAssigned", {**fields, "subject": command.member, "member": member}

    def offer_excuse(self, command: asked.OfferExcuse, _moment: Moment) -> Iterable[Draft]:
        """Keep the words as personal."""
        words = command.words and Personal(subject=self.subject or "", value=command.words)
        yield "ExcuseOffered", {"ground": command.ground, "words": words}

    # — deadlines —

    def due_given(self, clock: "Clock", event: CaseEvent) -> datetime | None:
        """Give the instant until which the member is to serve."""
        return vars(event).get("serve_by") if clock.name == "handle" else None

    def limit_of(self, clock: "Clock", event: CaseEvent, rules: "Rules") -> "Limit | None":  # noqa: ARG002 - its limits are the same whatever happens
        """Give the limit of the branch's own document."""
        return rules.branch_call.limit(clock.name)
