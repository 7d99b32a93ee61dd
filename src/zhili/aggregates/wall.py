"""
The item of the problem wall 问题墙: what can happen to it, and the few verbs that choose.

Which event may follow which stands in `workflows/wall.py`; what each needs stands in
`aggregates/wall_guards.py`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final
from uuid import UUID

from zhili.aggregates.case import Case, CaseEvent, Draft, Moment
from zhili.aggregates.wall_guards import WallGuards
from zhili.aggregates.wall_history import Chapter, Declaration, Progress, Promise
from zhili.commands import wall as asked
from zhili.commands.command import commands_in
from zhili.policies.limit import Limit
from zhili.values import Attachment, Code, Instant, Line, Personal, Text, UnitId
from zhili.workflows.role import COMMUNITY, WALL_KEEPER
from zhili.workflows.wall import PERSONS, RESIDENTS, VOTING, WALL

if TYPE_CHECKING:
    from zhili.policies.rules import Rules
    from zhili.workflows import Clock

__all__ = ["WallItem"]

WORKED_ON: Final = frozenset({"planned", "in_progress"})
"""States in which a promise binds."""

PROMISE_BROKEN: Final = "promise_broken"
"""The flag of an item that ever broke a promise, in whichever round."""

WAITS_FOR: Final = {"collected": "post", "screened": "post", "posted": "claim"}
"""The clock that runs in a state before anything is promised."""


class PublicEvent(CaseEvent):
    """An event with words that everybody reads: the fields that *published* names."""

    published: ClassVar[tuple[str, ...]] = ()

    @property
    def public_words(self) -> tuple[str, ...]:
        """What everybody reads."""
        told = (getattr(self, name) for name in self.published)
        return tuple(text for text in told if text is not None)


class WallItem(WallGuards, Case):
    """
    One problem from its collecting until it is off the wall 问题.

    `accepted_at` is when it was first posted, `dispatched_at` when somebody first had it,
    `settled_at` when its result was declared, `answered_at` when its echo was posted. `due_at` is
    the promised day while somebody works on it, and before that when it has to be posted or taken
    on. `on_time` is whether it was resolved by the promised day; an item that was explained or
    transferred in time has none. Of an item that was not posted `type` is the reason.
    """

    workflow = WALL
    commands: ClassVar = commands_in(asked)

    keeper: str | None = None
    contact: tuple[Personal | None, ...] = ()
    words: tuple[Personal, ...] = ()
    anonymous: bool = False
    findings: tuple[tuple[str, str], ...] = ()
    supporters: tuple[tuple[UUID, str], ...] = ()
    hidden: tuple[Personal, ...] = ()
    heard: str | None = None

    public_text: str | None = None
    urgent: bool = False
    owner: str | None = None
    owned_by_unit: bool = False
    owners: frozenset[str] = frozenset()
    measures: str | None = None
    promises: tuple[Promise, ...] = ()
    promised_by: datetime | None = None
    next_report_on: date | None = None
    reports: tuple[Progress, ...] = ()
    reports_missed: int = 0
    kept: bool | None = None
    kept_first: bool | None = None
    declaration: Declaration | None = None
    result: str | None = None
    echo: str | None = None
    chapters: tuple[Chapter, ...] = ()
    target: UUID | None = None
    target_type: str | None = None

    class Collected(CaseEvent):
        """A problem was collected 已收集."""

        copies = ("category", "village", "channel", "keeper", "subject", "anonymous")
        number: Line
        text: Personal
        category: Code
        village: UnitId
        channel: Code
        keeper: UnitId
        subject: Line
        name: Personal | None = None
        phone: Personal | None = None
        address: Personal | None = None
        anonymous: bool = False

        def apply(self, aggregate: Any) -> None:
            """Take over what was collected; the keeper of the wall answers for it."""
            aggregate.unit = self.keeper
            aggregate.words = (self.text,)
            aggregate.contact = (self.name, self.phone, self.address)
            aggregate.hidden = tuple(one for one in aggregate.contact if one)

    class Screened(CaseEvent):
        """Privacy, libel, legality and duplicates were looked at 已研判."""

        privacy: asked.Finding
        libel: asked.Finding
        legality: asked.Finding
        duplicate: asked.Finding

        def apply(self, aggregate: Any) -> None:
            """Keep what was found."""
            checks = ("privacy", "libel", "legality", "duplicate")
            aggregate.findings = tuple((check, getattr(self, check)) for check in checks)

    class PostingRefused(CaseEvent):
        """It was not posted; the poster was told why 不上墙."""

        reason: Code
        explanation: Text
        poster_told: bool

        def apply(self, aggregate: Any) -> None:
            """Keep the reason, by which it is counted."""
            aggregate.type = self.reason

    class Merged(CaseEvent):
        """It became part of an item that is on the wall 已合并."""

        main: UUID
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Point to the main item, which has the accountable unit."""
            aggregate.merged_into, aggregate.unit = self.main, None

    class SupporterAdded(CaseEvent):
        """Somebody else wants the same: an item was merged into this one."""

        item: UUID
        supporter: Line
        hidden: tuple[Personal, ...] = ()
        item_category: Code | None = None
        item_village: UnitId | None = None

        def apply(self, aggregate: Any) -> None:
            """Add whoever posted it, and hide them too."""
            aggregate.supporters = (*aggregate.supporters, (self.item, self.supporter))
            aggregate.hidden = (*aggregate.hidden, *self.hidden)

    class EchoHeard(CaseEvent):
        """The main item had its echo, and this one's poster was told."""

        main: UUID
        outcome: asked.Conclusion | None = None
        text: Text | None = None

        def apply(self, aggregate: Any) -> None:
            """Share it."""
            aggregate.outcome, aggregate.heard = self.outcome, self.text
            aggregate.answered_at = self.occurred_at

    class Posted(PublicEvent):
        """It is on the wall, in public words 已上墙."""

        published = ("title", "public_text")
        title: Line
        public_text: Text
        urgent: bool = False

        def apply(self, aggregate: Any) -> None:
            """Show it."""
            aggregate.title, aggregate.public_text = self.title, self.public_text
            aggregate.urgent, aggregate.accepted_at = self.urgent, self.occurred_at

    class Claimed(CaseEvent):
        """Somebody took it on 已认领; behind a person the keeper of the wall stands."""

        unit: UnitId | None = None
        person: Line | None = None

        def apply(self, aggregate: Any) -> None:
            """Hold them to it."""
            _own(aggregate, self.unit, self.person, self.occurred_at)

    class Assigned(CaseEvent):
        """It was given to somebody 已交办."""

        unit: UnitId
        person: Line | None = None

        def apply(self, aggregate: Any) -> None:
            """Hold them to it."""
            _own(aggregate, self.unit, self.person, self.occurred_at)

    class PlanSet(PublicEvent):
        """Measures, a promised day and the day of the next report were published."""

        published = ("measures",)
        measures: Text
        promised_on: date
        due_at: Instant
        next_report_on: date
        report_due_at: Instant

        def apply(self, aggregate: Any) -> None:
            """Take them at their word."""
            aggregate.owners |= {self.by.id}
            aggregate.measures = self.measures
            aggregate.next_report_on = self.next_report_on
            promise = Promise(aggregate.round, self.promised_on, self.due_at, self.occurred_at)
            aggregate.promises = (*aggregate.promises, promise)
            aggregate.promised_by = self.due_at

    class WorkStarted(CaseEvent):
        """The work began 办理中."""

        def apply(self, aggregate: Any) -> None:
            """Remember who does it."""
            aggregate.owners |= {self.by.id}

    class ProgressPosted(PublicEvent):
        """How far it is was published."""

        published = ("note",)
        note: Text
        next_report_on: date
        report_due_at: Instant

        def apply(self, aggregate: Any) -> None:
            """Show it."""
            aggregate.owners |= {self.by.id}
            report = Progress(aggregate.round, self.occurred_at, self.note)
            aggregate.reports = (*aggregate.reports, report)
            aggregate.next_report_on = self.next_report_on

    class PromiseChanged(PublicEvent):
        """Another day was promised; the old one stays for everybody to see."""

        published = ("reason",)
        promised_on: date
        due_at: Instant
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Count it, and forget nothing."""
            aggregate.extensions += 1
            promise = Promise(
                aggregate.round, self.promised_on, self.due_at, self.occurred_at, self.reason
            )
            aggregate.promises = (*aggregate.promises, promise)
            aggregate.promised_by = self.due_at

    class Resolved(PublicEvent):
        """Its owner declared it resolved, with evidence 已解决."""

        published = ("result",)
        result: Text
        evidence: Text | None = None
        attachments: tuple[Attachment, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Settle it, and see whether the promises were kept."""
            aggregate.owners |= {self.by.id}
            aggregate.outcome, aggregate.settled_at = "solved", self.occurred_at
            aggregate.result, aggregate.declaration = self.result, None
            aggregate.attachments = (*aggregate.attachments, *self.attachments)
            dues = [one.due_at for one in aggregate.promises if one.round == aggregate.round]
            aggregate.kept = all(self.occurred_at <= due_at for due_at in dues[-1:])
            aggregate.kept_first = all(self.occurred_at <= due_at for due_at in dues[:1])
            if not aggregate.kept:
                _break_promise(aggregate)

    class UnresolvableDeclared(PublicEvent):
        """Its owner declared that it cannot be resolved for now."""

        published = ("reason", "basis", "instead")
        reason: Text
        basis: Text
        instead: Text
        review_on: date

        def apply(self, aggregate: Any) -> None:
            """Wait for the town office."""
            aggregate.owners |= {self.by.id}
            aggregate.declaration = Declaration(
                self.by.id, self.reason, self.basis, self.instead, self.review_on
            )

    class Explained(CaseEvent):
        """The town office confirmed that it cannot be resolved for now 暂不能解决."""

        review_at: Instant

        def apply(self, aggregate: Any) -> None:
            """Settle it; a promise that is over already stays broken, any other is lifted."""
            aggregate.outcome, aggregate.settled_at = "explained", self.occurred_at
            _lift(aggregate, self.occurred_at)

    class UnresolvableRejected(CaseEvent):
        """The town office sent the declaration back."""

        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Go on."""
            aggregate.declaration = None

    class EchoPosted(PublicEvent):
        """The echo says what was done or why not 已回音; the keeper answers for it again."""

        published = ("text",)
        text: Text

        def apply(self, aggregate: Any) -> None:
            """Show it."""
            aggregate.echo, aggregate.answered_at = self.text, self.occurred_at
            _hand_back(aggregate)

    class EchoEvaluated(CaseEvent):
        """Somebody voted on the echo 评议."""

        part = "vote"
        round: int
        vote: asked.Vote

        @property
        def part_id(self) -> str:
            """Whose vote, and in which round on the wall."""
            return f"{self.round}/{self.by.id}"

        def part_facts(self, case: Case) -> dict[str, Any]:  # noqa: ARG002 - the same of every case
            """Give it to no unit: a vote is a person's."""
            return {"unit": None}

    class EvaluationClosed(CaseEvent):
        """The window for votes is over 已评议."""

    class TakenOff(CaseEvent):
        """It was taken off the wall 下墙销号."""

        def apply(self, aggregate: Any) -> None:
            """Close it."""
            aggregate.closed_at = self.occurred_at

    class Reposted(PublicEvent):
        """It is on the wall again, with its history 再上墙."""

        published = ("reason",)
        ground: asked.Ground
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Begin another round; what came of this one stays for everybody to see."""
            chapter = Chapter(
                aggregate.round, aggregate.outcome, aggregate.result, aggregate.echo,
                aggregate.answered_at, self.ground, self.reason, aggregate.measures,
                aggregate.kept, aggregate.declaration,
            )  # fmt: skip
            aggregate.chapters = (*aggregate.chapters, chapter)
            aggregate.repeats += 1
            for field in (
                "outcome", "settled_at", "answered_at", "closed_at", "measures", "promised_by",
                "next_report_on", "kept", "kept_first", "declaration", "result", "echo", "target",
                "target_type", "owner",
            ):  # fmt: skip
                setattr(aggregate, field, None)

    class Transferred(PublicEvent):
        """It became a case of another kind, and stays visible as such 已转办."""

        published = ("reason",)
        target_type: asked.Target
        target: UUID
        reason: Text
        whistle_kind: Code | None = None
        units: tuple[UnitId, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Point to the other case; the keeper waits for what comes of it."""
            aggregate.target, aggregate.target_type = self.target, self.target_type
            aggregate.declaration = None
            _lift(aggregate, self.occurred_at)
            _hand_back(aggregate)

    class TransferConcluded(PublicEvent):
        """What it became ended, and how is the echo."""

        published = ("text",)
        target: UUID
        outcome: asked.Conclusion
        text: Text

        def apply(self, aggregate: Any) -> None:
            """Settle it and show the echo."""
            aggregate.outcome, aggregate.echo = self.outcome, self.text
            aggregate.settled_at = aggregate.answered_at = self.occurred_at

    class Archived(CaseEvent):
        """It was filed away 已归档."""

    class ClockExpired(Case.ClockExpired):
        """A clock fell due with its work undone."""

        def apply(self, aggregate: Any) -> None:
            """Count the reports that never came."""
            aggregate.reports_missed += self.clock == "progress"

    # — the few verbs that choose or compute —

    @property
    def round(self) -> int:
        """Which time it is on the wall, the first being 1."""
        return self.repeats + 1

    @property
    def due_at(self) -> datetime | None:
        """The end of the promised day in force; before one is given, when the next step is due."""
        if self.state in WORKED_ON:
            return self.promised_by
        waiting = self.clock(WAITS_FOR.get(self.state or "", ""))
        return waiting.due_at if waiting and waiting.status == "running" else None

    @property
    def on_time(self) -> bool | None:
        """Whether it was resolved by the promised day in force."""
        return self.kept

    @property
    def supporter_ids(self) -> frozenset[str]:
        """Who else wants it: the posters of what was merged into it."""
        return frozenset(person for _, person in self.supporters) - {self.subject or ""}

    def votes(self, nth: int | None = None) -> dict[str, int]:
        """Give how many voted how, in the present round or in the *nth*."""
        counts: dict[str, int] = dict.fromkeys(VOTING.states, 0)
        prefix = f"{nth or self.round}/"
        for part in self.parts:
            if part.kind == "vote" and part.id.startswith(prefix):
                counts[part.state] += 1
        return counts

    def collect(self, command: asked.Collect, moment: Moment) -> Iterable[Draft]:
        """Collect, with everything about the poster kept as personal."""
        fields = command.own_fields()
        by = moment.by
        own = by.id if by.role in RESIDENTS and not command.anonymous else f"case:{self.id}"
        subject = command.subject or own
        for name in ("text", "name", "phone", "address"):
            value = fields[name]
            fields[name] = Personal(subject=subject, value=value) if value else None
        theirs = by.unit if by.role in {WALL_KEEPER, COMMUNITY} else None
        fields["keeper"] = command.keeper or theirs or command.village
        yield "Collected", {**fields, "subject": subject}

    def claim(self, _command: asked.Claim, moment: Moment) -> Iterable[Draft]:
        """Claim for the department, or in person."""
        by = moment.by
        yield "Claimed", {"person": by.id} if by.role in PERSONS else {"unit": by.unit}

    def set_plan(self, command: asked.SetPlan, moment: Moment) -> Iterable[Draft]:
        """Publish the plan; a promised day is over when that local day is."""
        yield (
            "PlanSet",
            {
                "measures": command.measures,
                "promised_on": command.promised_on,
                "due_at": moment.rules.end_of(command.promised_on),
                "next_report_on": command.next_report_on,
                "report_due_at": moment.rules.end_of(command.next_report_on),
            },
        )

    def post_progress(self, command: asked.PostProgress, moment: Moment) -> Iterable[Draft]:
        """Publish progress, and until when the next report is due."""
        due_at = moment.rules.end_of(command.next_report_on)
        fields = {"note": command.note, "next_report_on": command.next_report_on}
        yield "ProgressPosted", {**fields, "report_due_at": due_at}

    def change_promise(self, command: asked.ChangePromise, moment: Moment) -> Iterable[Draft]:
        """Promise another day."""
        due_at = moment.rules.end_of(command.promised_on)
        fields = {"promised_on": command.promised_on, "reason": command.reason}
        yield "PromiseChanged", {**fields, "due_at": due_at}

    def confirm_unresolvable(
        self, _command: asked.ConfirmUnresolvable, moment: Moment
    ) -> Iterable[Draft]:
        """Confirm what was declared; the review is due when its day has come."""
        # Without a declaration the table refuses it, so any day will do.
        today = moment.rules.day_of(moment.occurred_at)
        day = self.declaration.review_on if self.declaration else today
        yield "Explained", {"review_at": moment.rules.begin_of(day)}

    def evaluate_echo(self, command: asked.EvaluateEcho, _moment: Moment) -> Iterable[Draft]:
        """Vote in the present round."""
        yield "EchoEvaluated", {"round": self.round, "vote": command.vote}

    # — clocks —

    def limit_of(self, clock: "Clock", event: CaseEvent, rules: "Rules") -> Limit | None:
        """Give the limit of a clock; some run only where there is something to wait for."""
        if clock.name == "review" and event.event_name == "TransferConcluded":
            return rules.wall.review if vars(event)["outcome"] == "explained" else None
        if clock.name == "take_down" and not self.may_come_off(rules):
            return None
        return rules.wall.limit(clock.name)

    def due_given(self, clock: "Clock", event: CaseEvent) -> datetime | None:
        """Give the days that a plan, a report or an explanation names."""
        match clock.name:
            case "promise":
                return vars(event).get("due_at")
            case "progress":
                return vars(event).get("report_due_at")
            case "review":
                return vars(event).get("review_at")
            case _:
                return None


def _own(aggregate: Any, unit: str | None, person: str | None, at: datetime) -> None:
    """Give the item to its owner; behind a person without a unit the keeper stands."""
    aggregate.unit = aggregate.owner = unit or aggregate.keeper
    aggregate.person, aggregate.owned_by_unit = person, unit is not None
    if person is not None:
        aggregate.owners |= {person}
    aggregate.dispatched_at = aggregate.dispatched_at or at


def _hand_back(aggregate: Any) -> None:
    """Hold the keeper of the wall accountable again."""
    aggregate.unit, aggregate.person, aggregate.owned_by_unit = aggregate.keeper, None, False


def _lift(aggregate: Any, at: datetime) -> None:
    """Lift the promise, unless it is broken already."""
    if aggregate.promised_by is None:
        return
    if at <= aggregate.promised_by:
        aggregate.promised_by = None
    else:
        aggregate.kept = aggregate.kept_first = False
        _break_promise(aggregate)


def _break_promise(aggregate: Any) -> None:
    """Flag that a promise was broken: no later round on the wall takes that back."""
    if PROMISE_BROKEN not in aggregate.flags:
        aggregate.flags = (*aggregate.flags, PROMISE_BROKEN)
