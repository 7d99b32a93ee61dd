"""
The complaint case 接诉即办: what can happen to it, and the few verbs that choose.

Which event may follow which stands in `workflows/complaint.py`; what each needs stands in
`aggregates/complaint_guards.py`.
"""

import math
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from zhili.aggregates.case import Case, CaseEvent, Draft, Moment, Part
from zhili.aggregates.complaint_guards import ComplaintGuards
from zhili.aggregates.number import number_of
from zhili.commands import complaint as asked
from zhili.commands.command import commands_in
from zhili.policies.limit import Limit
from zhili.values import Attachment, Code, Instant, Line, Personal, Text, UnitId
from zhili.workflows.complaint import COMPLAINT
from zhili.workflows.role import COMPLAINANT

if TYPE_CHECKING:
    from zhili.policies.rules import Rules
    from zhili.workflows import Clock

__all__ = ["Complaint"]


class Pending(NamedTuple):
    """A request that waits for others: who asked, and who checked it first."""

    unit: str | None
    asked_by: str
    checked_by: str | None = None


class Reply(NamedTuple):
    """The reply as it stands: drafted, signed off, accepted."""

    outcome: str
    written_by: str
    public_text: str
    signed_off: bool = False
    accepted: bool = False


class Try(NamedTuple):
    """One try to call back."""

    day: date
    reached: bool
    solved: bool | None
    satisfaction: str | None


class Complaint(ComplaintGuards, Case):
    """One appeal through its whole life 工单."""

    workflow = COMPLAINT
    commands: ClassVar = commands_in(asked)

    urgency: str = "normal"
    accusing: tuple[tuple[UUID, str], ...] = ()
    anonymous: bool = False
    no_reply_wanted: bool = False
    public_safety: bool = False
    caller: tuple[Personal, ...] = ()
    words: tuple[Personal, ...] = ()
    new_facts: bool = False

    merged_when: str | None = None
    duplicates: tuple[UUID, ...] = ()
    main_outcome: str | None = None
    candidates: tuple[str, ...] = ()
    lead_hint: str | None = None

    mode: str | None = None
    district: str | None = None
    copied_to: str | None = None
    first_receiver: str | None = None
    first_limit: Limit | None = None
    designated: bool = False
    objected_when: str | None = None
    acted_on_site: bool = False
    handlers: frozenset[str] = frozenset()

    contact_tries: int = 0
    contact_made: bool = False
    reply: Reply | None = None
    extension: Pending | None = None
    ledgering: Pending | None = None
    expected_at: datetime | None = None
    review_at: datetime | None = None
    termination: Pending | None = None
    exclusion: Pending | None = None
    tries: tuple[Try, ...] = ()
    whistles: tuple[UUID, ...] = ()
    open_whistles: tuple[UUID, ...] = ()
    overdue: bool = False
    supervision: str | None = None

    class Registered(CaseEvent):
        """An appeal was registered 已登记."""

        copies = (
            "kind", "channel", "title", "subject", "anonymous", "no_reply_wanted", "category",
            "type", "division", "place", "urgency", "public_safety", "confidentiality",
            "attachments", "origin", "origin_type", "relation",
        )  # fmt: skip
        number: Line
        kind: asked.Kind
        channel: Code
        title: Line
        content: Personal
        subject: Line
        name: Personal | None = None
        phone: Personal | None = None
        address: Personal | None = None
        anonymous: bool = False
        no_reply_wanted: bool = False
        category: Code | None = None
        type: Line | None = None
        division: Code | None = None
        place: Line | None = None
        urgency: Line = "normal"
        about: UnitId | None = None
        public_safety: bool = False
        confidentiality: int = 0
        attachments: tuple[Attachment, ...] = ()
        origin: UUID | None = None
        origin_type: Code | None = None
        relation: Code | None = None

        def apply(self, aggregate: Any) -> None:
            """Take over what was registered."""
            aggregate.accusing = ((aggregate.id, self.about),) if self.about else ()
            aggregate.words = (self.content,)
            caller = (self.name, self.phone, self.address)
            aggregate.caller = tuple(part for part in caller if part)

    class Imported(CaseEvent):
        """A case whose life happened elsewhere was brought in 已导入."""

        from_source = True
        copies = (
            "source", "source_id", "zone", "unit", "category", "type", "division", "channel",
            "flags",
        )  # fmt: skip
        number: Line
        source: Line
        source_id: Line
        zone: Line
        nth: int = 1
        status: Line | None = None
        due_at: Instant | None = None
        unit: Line | None = None
        category: Line | None = None
        type: Line | None = None
        division: Line | None = None
        channel: Line | None = None
        flags: tuple[Code, ...] = ()
        unreadable: dict[str, str] = Field(default_factory=dict)

        def apply(self, aggregate: Any) -> None:
            """Take over what the source knows."""
            aggregate.source_status = self.status
            aggregate.source_due_at = self.due_at

    class ImportedClosed(CaseEvent):
        """The source says that the case was closed; with what outcome it does not say."""

        from_source = True
        closed_at: Instant
        status: Line | None = None
        flags: tuple[Code, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Close it."""
            aggregate.closed_at = self.closed_at
            aggregate.outcome, aggregate.outcome_unknown = "solved", True
            aggregate.source_status = self.status or aggregate.source_status
            aggregate.flags = (*aggregate.flags, *self.flags)

    class Answered(CaseEvent):
        """An enquiry was answered on the call."""

        answer: Text

    class EmergencyTransferred(CaseEvent):
        """The caller was connected to an emergency line."""

        target: Line
        note: Text | None = None

    class Declined(CaseEvent):
        """The appeal was not accepted; the reason was told."""

        gate: Line
        explanation: Text
        channel_told: Line | None = None
        earlier: UUID | None = None

    class Accepted(CaseEvent):
        """The appeal was accepted; the accepting centre answers for it from now on."""

        unit: UnitId
        gates: tuple[Line, ...] = ()
        grade: Line | None = None
        category: Code | None = None
        public_safety: bool | None = None

        def apply(self, aggregate: Any) -> None:
            """Hold the centre accountable until a unit is."""
            aggregate.unit = self.unit
            aggregate.accepted_at = self.occurred_at
            aggregate.grade = self.grade
            aggregate.category = self.category or aggregate.category
            if self.public_safety is not None:
                aggregate.public_safety = self.public_safety

    class Merged(CaseEvent):
        """The case became a duplicate of another; it follows that one's outcome 并单."""

        main: UUID
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Point to the main case."""
            aggregate.merged_when = aggregate.state
            aggregate.merged_into = self.main
            aggregate.unit = None

    class DuplicateAttached(CaseEvent):
        """A duplicate was attached to this case."""

        duplicate: UUID
        category: Code | None = None
        division: Code | None = None
        duplicate_confidentiality: int = 0
        about: tuple[UnitId, ...] = ()

        def apply(self, aggregate: Any) -> None:
            """Keep the higher confidentiality of both, and whoever either is about."""
            added = ((self.duplicate, unit) for unit in self.about)
            aggregate.accusing = (*aggregate.accusing, *added)
            aggregate.duplicates = (*aggregate.duplicates, self.duplicate)
            higher = max(aggregate.confidentiality, self.duplicate_confidentiality)
            aggregate.confidentiality = higher

    class Unmerged(CaseEvent):
        """The merge was undone."""

        main: UUID
        unit: UnitId | None = None
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Stand on its own again."""
            aggregate.merged_into = None
            aggregate.main_outcome = aggregate.outcome = None
            aggregate.unit = self.unit
            aggregate.tries = ()

    class DuplicateDetached(CaseEvent):
        """A duplicate was detached."""

        duplicate: UUID

        def apply(self, aggregate: Any) -> None:
            """Forget it, and whoever it was about."""
            aggregate.duplicates = tuple(d for d in aggregate.duplicates if d != self.duplicate)
            kept = (one for one in aggregate.accusing if one[0] != self.duplicate)
            aggregate.accusing = tuple(kept)

    class OutcomeFollowed(CaseEvent):
        """The main case was closed, or taken up again; this one shares its outcome."""

        main: UUID
        outcome: Line | None = None
        public_text: Text | None = None

        def apply(self, aggregate: Any) -> None:
            """Share the outcome; the complainant is answered and called back apart."""
            aggregate.main_outcome = aggregate.outcome = self.outcome
            aggregate.tries = ()

    class ConsultationOpened(CaseEvent):
        """Units were asked who is competent."""

        copies = ("candidates",)
        candidates: tuple[UnitId, ...]
        question: Text

    class ConsultationConcluded(CaseEvent):
        """The consultation named a lead."""

        lead: UnitId
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Remember the lead for the dispatch."""
            aggregate.lead_hint = self.lead

    class Dispatched(CaseEvent):
        """The case was sent to a unit, with its time limit (BJ-REG 12–13)."""

        mode: Line
        unit: UnitId
        grade: Line | None = None

        def apply(self, aggregate: Any) -> None:
            """Hold the unit accountable."""
            aggregate.unit, aggregate.mode = self.unit, self.mode
            aggregate.district = self.unit if self.mode == "district" else None
            aggregate.grade = self.grade or aggregate.grade
            aggregate.dispatched_at = self.occurred_at
            marks = [mark for mark in self.marks if mark.name == "handle"]
            aggregate.first_limit = marks[0].limit if marks else None

    class CopiedToDistrict(CaseEvent):
        """The district government got a copy, to urge and coordinate."""

        district: UnitId

        def apply(self, aggregate: Any) -> None:
            """Remember which."""
            aggregate.copied_to = self.district

    class SubDispatched(CaseEvent):
        """The district sent the case on; the deadline stays."""

        unit: UnitId

        def apply(self, aggregate: Any) -> None:
            """Hold the unit accountable."""
            aggregate.unit, aggregate.mode = self.unit, "direct"
            _begin_anew(aggregate)

    class Signed(CaseEvent):
        """The unit signed; the first to do so leads until relieved 首接负责 (BJ-REG 14)."""

        def apply(self, aggregate: Any) -> None:
            """Remember the first receiver."""
            aggregate.first_receiver = aggregate.first_receiver or aggregate.unit
            aggregate.handlers |= {self.by.id}

    class DispatchObjected(CaseEvent):
        """The unit objected to the dispatch 退单."""

        basis: Text
        suggest: UnitId
        on_site_action: Text | None = None

        def apply(self, aggregate: Any) -> None:
            """Remember from where."""
            aggregate.objected_when = aggregate.state
            aggregate.returns += 1
            aggregate.acted_on_site = aggregate.acted_on_site or bool(self.on_site_action)

    class ObjectionRejected(CaseEvent):
        """The dispatch stands; the unit is designated and cannot object again (WF-REG 22)."""

        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Designate the unit."""
            aggregate.designated = True

    class Redispatched(CaseEvent):
        """The objection was right: the case went to another unit 改派."""

        unit: UnitId
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Hold the other unit accountable."""
            aggregate.unit, aggregate.mode = self.unit, "direct"
            aggregate.first_receiver = None
            _begin_anew(aggregate)

    class LeadDesignated(CaseEvent):
        """A lead was designated, finally 指定."""

        unit: UnitId
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Hold the lead accountable."""
            if self.unit != aggregate.unit:
                _begin_anew(aggregate)
            aggregate.unit, aggregate.designated = self.unit, True
            aggregate.first_receiver = self.unit

    class Contacted(CaseEvent):
        """The complainant was contacted, or tried in vain, by the unit or the centre 联系诉求人."""

        result: Line
        way: Line
        evidence: Text
        settled: bool
        on_site_action: Text | None = None

        def apply(self, aggregate: Any) -> None:
            """Count the try."""
            aggregate.contact_tries += 1
            aggregate.contact_made = aggregate.contact_made or self.settled
            if self.settled and aggregate.contacted_at is None:
                aggregate.contacted_at = self.occurred_at
            aggregate.acted_on_site = aggregate.acted_on_site or bool(self.on_site_action)
            aggregate.handlers |= {self.by.id}

    class CoHandlerInvited(CaseEvent):
        """Another unit was asked to do its part 加派."""

        part = "co_handler"
        unit: UnitId
        task: Text
        part_due_at: Instant

    class CoHandlingSubmitted(CaseEvent):
        """A co-handler gave its part."""

        part = "co_handler"
        unit: UnitId
        result: Text

        def apply(self, aggregate: Any) -> None:
            """Remember who worked on the case."""
            aggregate.handlers |= {self.by.id}

    class CoHandlerExcused(CaseEvent):
        """A co-handler was released from its part."""

        part = "co_handler"
        unit: UnitId
        reason: Text

    class ExtensionRequested(CaseEvent):
        """The unit asked for more time."""

        reason: Text
        complainant_told: bool

        def apply(self, aggregate: Any) -> None:
            """Wait for the answer."""
            aggregate.extension = Pending(aggregate.unit, self.by.id)

    class ExtensionGranted(CaseEvent):
        """More time was granted: the new deadline, and what it is counted from."""

        limit: Limit
        counted_from: Instant
        due_at: Instant
        provisional: int | None = None

        def apply(self, aggregate: Any) -> None:
            """Count it."""
            aggregate.extension = None
            aggregate.extensions += 1

    class ExtensionRefused(CaseEvent):
        """More time was refused."""

        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Nothing is pending any more."""
            aggregate.extension = None

    class Escalated(CaseEvent):
        """The case was reported upwards; the lead stays responsible 提级."""

        to_level: Line
        reason: Text
        tried: Text

    class DirectiveGiven(CaseEvent):
        """A higher level gave its opinion and measures, perhaps a new lead."""

        opinion: Text
        measures: Text
        unit: UnitId | None = None

        def apply(self, aggregate: Any) -> None:
            """Hold the new lead accountable, if one is named."""
            if self.unit and self.unit != aggregate.unit:
                aggregate.unit = aggregate.first_receiver = self.unit
                _begin_anew(aggregate)

    class LedgeringRequested(CaseEvent):
        """The unit asked for the long-term ledger."""

        ground: Code
        interim_measures: Text
        complainant_told: bool
        expected_at: Instant | None = None
        review_at: Instant | None = None

        def apply(self, aggregate: Any) -> None:
            """Wait for two people."""
            aggregate.ledgering = Pending(aggregate.unit, self.by.id)
            aggregate.expected_at, aggregate.review_at = self.expected_at, self.review_at

    class LedgeringChecked(CaseEvent):
        """The first of two people checked the request."""

        note: Text

        def apply(self, aggregate: Any) -> None:
            """Remember who."""
            aggregate.ledgering = _checked(aggregate.ledgering, self.by.id)

    class Ledgered(CaseEvent):
        """The case is on the ledger; its handling clock stands still 已挂账."""

        note: Text
        expected_at: Instant | None = None
        review_at: Instant | None = None

        def apply(self, aggregate: Any) -> None:
            """Nothing is pending any more."""
            aggregate.ledgering = None

    class LedgeringRefused(CaseEvent):
        """The ledger was refused."""

        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Nothing is pending any more."""
            aggregate.ledgering = None

    class LedgerReviewed(CaseEvent):
        """A ledgered case was looked at again."""

        note: Text
        review_at: Instant | None = None

    class LedgerActivated(CaseEvent):
        """The case came off the ledger, with a new clock 销账."""

        reason: Text

    class ReplySubmitted(CaseEvent):
        """The reply was drafted, to be signed off."""

        outcome: asked.Outcome
        public_text: Text
        internal_note: Text
        complainant_informed: bool
        centre_informed: bool

        def apply(self, aggregate: Any) -> None:
            """Keep the draft."""
            aggregate.reply = Reply(self.outcome, self.by.id, self.public_text)
            aggregate.handlers |= {self.by.id}

    class ReplySignedOff(CaseEvent):
        """The unit's leader signed the reply off."""

        def apply(self, aggregate: Any) -> None:
            """Make it the unit's own."""
            aggregate.reply = aggregate.reply and aggregate.reply._replace(signed_off=True)
            aggregate.handlers |= {self.by.id}

    class ReplyReturned(CaseEvent):
        """The reply was defective and went back."""

        defect: Code
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """There is no reply any more."""
            aggregate.reply = None

    class ReplyAccepted(CaseEvent):
        """The reply was accepted."""

        def apply(self, aggregate: Any) -> None:
            """Start a new round of calling back."""
            aggregate.reply = aggregate.reply and aggregate.reply._replace(accepted=True)
            if aggregate.state == "replied":
                aggregate.tries = ()

    class CallbackOpened(CaseEvent):
        """The deadline came: the complainant is called back, reply or no reply (BJ-REG 23)."""

        overdue: bool

        def apply(self, aggregate: Any) -> None:
            """Start a round of calling back."""
            aggregate.overdue = aggregate.overdue or self.overdue
            aggregate.tries = ()

    class CallbackRecorded(CaseEvent):
        """One try to call back."""

        local_day: date
        reached: bool
        contacted: bool | None = None
        solved: bool | None = None
        satisfaction: Line | None = None
        note: Personal | None = None

        def apply(self, aggregate: Any) -> None:
            """Count the try."""
            made = Try(self.local_day, self.reached, self.solved, self.satisfaction)
            aggregate.tries = (*aggregate.tries, made)

    class ReworkOrdered(CaseEvent):
        """The case has to be handled again 重办."""

        reason: Text
        lawful_and_feasible: bool

        def apply(self, aggregate: Any) -> None:
            """There is no reply any more."""
            aggregate.reworks += 1
            aggregate.reply = None

    class HandlingResumed(CaseEvent):
        """The unit took up the work again."""

        def apply(self, aggregate: Any) -> None:
            """Remember who."""
            aggregate.handlers |= {self.by.id}

    class WhistleLinked(CaseEvent):
        """A whistle was blown for the matter 吹哨; the case waits for what becomes of it."""

        kind: Code
        units: tuple[UnitId, ...]
        matter: Line
        tried: Text
        whistle: UUID

        def apply(self, aggregate: Any) -> None:
            """Wait for it."""
            aggregate.whistles = (*aggregate.whistles, self.whistle)
            aggregate.open_whistles = (*aggregate.open_whistles, self.whistle)

    class WhistleReported(CaseEvent):
        """A whistle was settled, or given up, or taken up again, or another follows it."""

        whistle: UUID
        became: Line
        result: Text | None = None
        successor: UUID | None = None

        def apply(self, aggregate: Any) -> None:
            """Wait for it no longer, or again, or for the one that follows it."""
            others = tuple(one for one in aggregate.open_whistles if one != self.whistle)
            again = (self.whistle,) if self.became == "taken_up_again" else ()
            new = (self.successor,) if self.successor else ()
            aggregate.whistles = (*aggregate.whistles, *new)
            aggregate.open_whistles = (*others, *again, *new)

    class Closed(CaseEvent):
        """The case was closed 已办结."""

        outcome: asked.Outcome
        note: Text | None = None

        def apply(self, aggregate: Any) -> None:
            """Fix the outcome."""
            aggregate.outcome, aggregate.closed_at = self.outcome, self.occurred_at

    class Reopened(CaseEvent):
        """A closed case was taken up again."""

        ground: Line
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Nothing is fixed any more."""
            aggregate.outcome, aggregate.closed_at, aggregate.reply = None, None, None
            aggregate.excluded, aggregate.exclusion = False, None

    class Archived(CaseEvent):
        """The case was filed away 已归档."""

    class Withdrawn(CaseEvent):
        """The complainant withdrew 已撤回."""

        identity_checked: bool
        reason: Personal | None = None

    class ContinuedExOfficio(CaseEvent):
        """The complainant withdrew, but others are concerned, and the matter goes on."""

        identity_checked: bool
        reason: Personal | None = None

        def apply(self, aggregate: Any) -> None:
            """Nobody waits for a reply any more."""
            aggregate.no_reply_wanted = True

    class TerminationRequested(CaseEvent):
        """The unit asked to terminate the handling."""

        ground: Line
        explanation: Text
        complainant_told: bool

        def apply(self, aggregate: Any) -> None:
            """Wait for the centre."""
            aggregate.termination = Pending(aggregate.unit, self.by.id)

    class Terminated(CaseEvent):
        """The centre approved the termination 已终止办理."""

        note: Text

        def apply(self, aggregate: Any) -> None:
            """Nothing is pending any more."""
            aggregate.termination = None

    class TerminationRefused(CaseEvent):
        """The centre refused the termination."""

        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Nothing is pending any more."""
            aggregate.termination = None

    class ExclusionRequested(CaseEvent):
        """The unit asked to leave the case out of the assessment 申请剔除."""

        ground: Code
        evidence: Text

        def apply(self, aggregate: Any) -> None:
            """Wait for two people."""
            aggregate.exclusion = Pending(aggregate.unit, self.by.id)

    class ExclusionChecked(CaseEvent):
        """The first of two people checked the request."""

        note: Text

        def apply(self, aggregate: Any) -> None:
            """Remember who."""
            aggregate.exclusion = _checked(aggregate.exclusion, self.by.id)

    class ExclusionGranted(CaseEvent):
        """The case is left out of the assessment; its history is untouched 已剔除."""

        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Mark it."""
            aggregate.exclusion, aggregate.excluded = None, True

    class ExclusionRefused(CaseEvent):
        """The case stays in the assessment."""

        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Nothing is pending any more."""
            aggregate.exclusion = None

    class Supervised(CaseEvent):
        """Somebody put pressure on the unit 督办."""

        level: Line
        ground: Code
        note: Text

        def apply(self, aggregate: Any) -> None:
            """Keep the level."""
            aggregate.supervision = self.level

    class ConfidentialityChanged(CaseEvent):
        """The confidentiality changed."""

        level: int
        consent: bool = False
        reason: Text

        def apply(self, aggregate: Any) -> None:
            """Keep the level."""
            aggregate.confidentiality = self.level

    class FactsAppended(CaseEvent):
        """Facts were added; new ones re-arm gate G3."""

        facts: Personal
        new: bool = True

        def apply(self, aggregate: Any) -> None:
            """Keep them."""
            aggregate.words = (*aggregate.words, self.facts)
            aggregate.new_facts = aggregate.new_facts or self.new

    # — the few verbs that choose or compute —

    def register(self, command: asked.Register, moment: Moment) -> Iterable[Draft]:
        """Register, with everything about the caller kept as personal."""
        fields = command.own_fields()
        own = moment.by.id if moment.by.role == COMPLAINANT else f"case:{self.id}"
        subject = command.subject or own
        for name in ("content", "name", "phone", "address"):
            value = fields[name]
            fields[name] = Personal(subject=subject, value=value) if value else None
        yield "Registered", {**fields, "subject": subject}

    def bring_in(self, command: asked.BringIn, _moment: Moment) -> Iterable[Draft]:
        """Bring in what the source knows."""
        fields = dict(vars(command))
        del fields["case_id"], fields["opened_at"]
        day = command.opened_at.astimezone(ZoneInfo(command.zone)).date()
        yield "Imported", {**fields, "number": number_of(self.id, day)}

    def personal(self, words: str) -> Personal:
        """Give the caller's words as theirs."""
        return Personal(subject=self.subject or f"case:{self.id}", value=words)

    def entities(self) -> Iterable[Part]:
        """Give the co-handlers, and the units that the case is about: none of them may list it."""
        yield from super().entities()
        if self.opened_at is not None:
            for unit in self.accused:
                at = self.opened_at
                yield Part("accused", unit, "accused", None, at, at, unit=unit)

    @property
    def accused(self) -> tuple[str, ...]:
        """The units that the case, or one merged into it, is about; none has a hand in it."""
        if not self.accusing:  # as most are, and it is asked of every step
            return ()
        return tuple(dict.fromkeys(unit for _, unit in self.accusing))

    @property
    def said_solved(self) -> bool | None:
        """Whether the complainant, when last reached, said that it is solved."""
        said = [made.solved for made in self.tries if made.reached and made.solved is not None]
        return said[-1] if said else None

    def accept(self, command: asked.Accept, moment: Moment) -> Iterable[Draft]:
        """Accept; the unit of whoever accepts answers until a unit has the case."""
        yield "Accepted", {**command.own_fields(), "unit": moment.by.unit or CENTRE_UNIT}

    def unmerge(self, command: asked.Unmerge, moment: Moment) -> Iterable[Draft]:
        """Go back to where the case stood before the merge (§13, 4)."""
        unit = (moment.by.unit or CENTRE_UNIT) if self.merged_when == "accepted" else None
        main = self.merged_into or self.id  # never merged: the table refuses it
        yield "Unmerged", {"main": main, "unit": unit, "reason": command.reason}

    def dispatch(self, command: asked.Dispatch, moment: Moment) -> Iterable[Draft]:
        """Send directly; the catalogue's grade counts if the agent gave none."""
        yield "Dispatched", self._dispatched("direct", command.unit, command.grade, moment)

    def dispatch_to_district(
        self, command: asked.DispatchToDistrict, moment: Moment
    ) -> Iterable[Draft]:
        """Send to the district."""
        yield "Dispatched", self._dispatched("district", command.unit, command.grade, moment)

    def _dispatched(
        self, mode: str, unit: str, grade: str | None, moment: Moment
    ) -> dict[str, Any]:
        grade = grade or self.grade
        if grade is None and self.category:
            day = moment.rules.day_of(moment.occurred_at)
            route = moment.rules.routing.route(self.category, day)
            grade = route.default_grade if route else None
        return {"mode": mode, "unit": unit, "grade": grade or DEFAULT_GRADE}

    def record_contact(self, command: asked.RecordContact, moment: Moment) -> Iterable[Draft]:
        """Record the contact, and whether it ends the trying."""
        settled = self.settles(command.result, moment.rules)
        yield "Contacted", {**command.own_fields(), "settled": settled}

    def grant_extension(self, command: asked.GrantExtension, moment: Moment) -> Iterable[Draft]:
        """Count the new period from the last day of the old one."""
        limit, base = command.limit or self.first_limit, self.extension_base()
        if limit is None or base is None:
            return
        deadline = moment.rules.calendar.deadline(base, limit)
        yield (
            "ExtensionGranted",
            {
                "limit": limit,
                "counted_from": base,
                "due_at": deadline.due_at,
                "provisional": deadline.provisional_year,
            },
        )

    def extension_base(self) -> datetime | None:
        """Give the instant from which an extension counts: within the old period's last day."""
        if self.due_at is None or self.first_limit is None:
            return None
        return self.due_at if self.first_limit.is_exact else self.due_at - timedelta(microseconds=1)

    def approve_ledgering(
        self, command: asked.ApproveLedgering, _moment: Moment
    ) -> Iterable[Draft]:
        """Put on the ledger, with the dates that were asked for."""
        fields = {"note": command.note, "expected_at": self.expected_at}
        yield "Ledgered", {**fields, "review_at": self.review_at}

    def accept_reply(self, _command: asked.AcceptReply, _moment: Moment) -> Iterable[Draft]:
        """Accept; with nobody to call back the case is closed in the same breath (§13, 4)."""
        yield "ReplyAccepted", {}
        if self.state == "replied" and self.reply is not None:
            yield "Closed", {"outcome": self.reply.outcome}

    def open_callback(self, _command: asked.OpenCallback, _moment: Moment) -> Iterable[Draft]:
        """Open the call-back, overdue if no reply was accepted."""
        yield "CallbackOpened", {"overdue": not (self.reply and self.reply.accepted)}

    def record_callback(self, command: asked.RecordCallback, moment: Moment) -> Iterable[Draft]:
        """Record the try with its local day; the caller's words are personal."""
        fields = command.own_fields()
        if command.note:
            fields["note"] = self.personal(command.note)
        yield "CallbackRecorded", {**fields, "local_day": moment.rules.day_of(moment.occurred_at)}

    def evaluate(self, command: asked.Evaluate, moment: Moment) -> Iterable[Draft]:
        """Record what the complainant says unasked, as a call-back that reached them."""
        words = self.personal(command.note) if command.note else None
        fields = {**command.own_fields(), "reached": True, "note": words}
        yield "CallbackRecorded", {**fields, "local_day": moment.rules.day_of(moment.occurred_at)}

    def close(self, command: asked.Close, _moment: Moment) -> Iterable[Draft]:
        """Close with the outcome given; else with the reply's, unless the caller denies it."""
        replied = self.reply.outcome if self.reply else "not_solved"
        denied = replied == "solved" and self.said_solved is False
        outcome = command.outcome or ("not_solved" if denied else replied)
        yield "Closed", {"outcome": outcome, "note": command.note}

    def withdraw(self, command: asked.Withdraw, _moment: Moment) -> Iterable[Draft]:
        """Withdraw, or go on ex officio where others are concerned."""
        reason = self.personal(command.reason) if command.reason else None
        fields = {"identity_checked": command.identity_checked, "reason": reason}
        yield ("ContinuedExOfficio" if self.others_are_concerned else "Withdrawn"), fields

    @property
    def others_are_concerned(self) -> bool:
        """Whether it goes on without its complainant: public safety, or others have joined it."""
        return self.public_safety or bool(self.duplicates)

    def append_facts(self, command: asked.AppendFacts, _moment: Moment) -> Iterable[Draft]:
        """Keep the caller's words as personal."""
        facts = self.personal(command.facts)
        yield "FactsAppended", {"facts": facts, "new": command.new}

    # — clocks —

    def limit_of(self, clock: "Clock", event: CaseEvent, rules: "Rules") -> Limit | None:
        """Give the limit of a clock; some events start one only under a policy."""
        match clock.name:
            case "handle" | "open_callback":
                if event.event_name == "LedgerActivated":
                    return self.first_limit
                again = event.event_name == "Redispatched"
                if again and not rules.procedure.redispatch_restarts_handling:
                    return None
            case "ledger_end":
                return None
            case "rework":
                return self._rework_limit(rules)
            case _:
                pass
        return super().limit_of(clock, event, rules)

    def _rework_limit(self, rules: "Rules") -> Limit | None:
        if self.first_limit is None:
            return None
        amount = math.ceil(self.first_limit.amount * rules.procedure.rework_share)
        if not self.first_limit.is_exact:
            return self.first_limit.model_copy(update={"amount": amount})
        hours = amount if self.first_limit.unit == "hours" else math.ceil(amount / 60)
        return Limit(amount=max(hours, rules.procedure.rework_hours_min), unit="hours")

    def due_given(self, clock: "Clock", event: CaseEvent) -> datetime | None:
        """Give the dates that a ledger entry names."""
        if clock.name == "ledger_review":
            return vars(event).get("review_at")
        if clock.name == "ledger_end":
            return vars(event).get("expected_at")
        return None


CENTRE_UNIT = "12345"
"""The accepting centre, where the host names no unit for its agents."""

DEFAULT_GRADE = "III"
"""一般: what is neither urgent nor hard (DB11-DRAFT)."""


def _begin_anew(aggregate: Any) -> None:
    """Leave behind what another unit had begun: its contact, its draft and its requests."""
    aggregate.contact_tries, aggregate.contact_made = 0, False
    aggregate.reply = aggregate.person = None
    aggregate.extension = aggregate.ledgering = aggregate.termination = None


def _checked(pending: Pending | None, by: str) -> Pending | None:
    return pending._replace(checked_by=by) if pending else None
