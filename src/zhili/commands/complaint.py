"""The commands of a complaint case 接诉即办, in the order of its table."""

from datetime import datetime
from functools import lru_cache
from typing import Annotated, Literal, Self
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from zhili.commands.command import Command, Opening
from zhili.policies.limit import Limit
from zhili.values import Attachment, Code, Instant, Line, Text, UnitId, new_case_id

__all__ = [  # noqa: RUF022 - the order of the table
    "Kind", "Outcome", "Register", "BringIn", "BringInClosing", "AnswerImmediately",
    "TransferEmergency", "Decline", "Accept", "MergeInto", "AttachDuplicate", "Unmerge",
    "DetachDuplicate", "FollowMain", "OpenConsultation", "ConcludeConsultation", "Dispatch",
    "DispatchToDistrict", "CopyToDistrict", "SubDispatch", "Sign", "ObjectToDispatch",
    "UpholdDispatch", "RedirectDispatch", "DesignateLead", "RecordContact", "AssignHandler",
    "AddAttachment", "InviteCoHandler", "SubmitCoHandling", "ExcuseCoHandler", "RequestExtension",
    "GrantExtension", "RefuseExtension", "BlowWhistle", "TakeWhistleReport", "Escalate",
    "GiveDirective", "RequestLedgering",
    "FirstCheckLedgering", "ApproveLedgering", "RefuseLedgering", "ReviewLedger",
    "ActivateFromLedger", "SubmitReply", "SignOffReply", "ReturnReply", "AcceptReply",
    "OpenCallback", "RecordCallback", "Evaluate", "OrderRework", "ResumeHandling", "Close",
    "Reopen", "Archive", "Withdraw", "RequestTermination", "ApproveTermination",
    "RefuseTermination",
    "RequestExclusion", "FirstCheckExclusion", "GrantExclusion", "RefuseExclusion", "Supervise",
    "SetConfidentiality", "AppendFacts", "CorrectRecord",
    "imported_id",
]  # fmt: skip

Kind = Literal["enquiry", "help", "complaint", "report", "suggestion"]
"""咨询、求助、投诉、举报、建议 (BJ-REG 1–4)."""

Grade = Literal["I", "II", "III", "IV", "SUPERVISED", "COMPLEX"]
"""Response grade 分级分类响应 (§2.6)."""

Outcome = Literal["solved", "explained", "partly", "not_solved"]
"""解决、解释、部分解决、未解决."""

Satisfaction = Literal["satisfied", "basically_satisfied", "dissatisfied"]
"""满意、基本满意、不满意 (BJ-REG 23)."""

Level = Annotated[int, Field(ge=0, le=3)]
"""Confidentiality 0–3 (§8); level 4, a state secret, never enters the system."""


class _Complaint(Command, case_type="complaint"):
    """A command for a complaint."""


class _Opening(Opening, case_type="complaint"):
    """A command that opens a complaint."""


class Register(_Opening):
    """
    Register an appeal 登记 (C1): who asks, how to reach them, what it is about.

    `title` and `place` are the agent's words and carry no personal data; `content` and what
    concerns the caller are kept as personal. `subject` is the host's id of the person. `origin`,
    with its case type and how it led to this, is told by a reaction only.
    """

    kind: Kind
    channel: Code
    title: Line
    content: Annotated[Text, Field(repr=False)]
    subject: Line | None = None
    name: Annotated[Line | None, Field(repr=False)] = None
    phone: Annotated[Line | None, Field(repr=False)] = None
    address: Annotated[Line | None, Field(repr=False)] = None
    anonymous: bool = False
    no_reply_wanted: bool = False
    category: Code | None = None
    type: Line | None = None
    division: Code | None = None
    place: Line | None = None
    urgency: Literal["normal", "urgent", "critical"] = "normal"
    about: UnitId | None = None
    public_safety: bool = False
    confidentiality: Level = 0
    attachments: tuple[Attachment, ...] = ()
    origin: UUID | None = None
    origin_type: Code | None = None
    relation: Code | None = None


class BringIn(_Opening):
    """Bring in a case whose life happened elsewhere: what its source knows, nothing invented."""

    source: Line
    source_id: Line
    zone: Line
    opened_at: Instant
    nth: Annotated[int, Field(ge=1)] = 1
    status: Line | None = None
    due_at: Instant | None = None
    unit: Line | None = None
    category: Line | None = None
    type: Line | None = None
    division: Line | None = None
    channel: Line | None = None
    flags: tuple[Code, ...] = ()
    unreadable: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_a_local_day(self) -> Self:
        try:
            self.opened_at.astimezone(ZoneInfo(self.zone))
        except OverflowError as error:
            message = f"in {self.zone} {self.opened_at} lies outside the years 1 to 9999"
            raise ValueError(message) from error
        except (KeyError, ValueError, OSError) as error:
            message = f"there is no time zone {self.zone!r}; e.g. Asia/Shanghai, UTC"
            raise ValueError(message) from error
        return self

    @property
    def told_at(self) -> datetime:
        """When the source says it was opened."""
        return self.opened_at


class BringInClosing(_Complaint):
    """Bring in the closing of an imported case."""

    closed_at: Instant
    status: Line | None = None
    flags: tuple[Code, ...] = ()

    @property
    def told_at(self) -> datetime:
        """When the source says it was closed."""
        return self.closed_at


class AnswerImmediately(_Complaint):
    """Answer an enquiry on the call 即时答复 (C2)."""

    answer: Text


class TransferEmergency(_Complaint):
    """Connect to an emergency line at once and keep a stub (C3, gate G1)."""

    target: Literal["110", "119", "120", "122"]
    note: Text | None = None


class Decline(_Complaint):
    """Decline and tell the reason and the right channel 不予受理 (C4)."""

    gate: Literal["G2", "G3", "G4", "G5", "G6"]
    explanation: Text
    channel_told: Line | None = None
    earlier: UUID | None = None


class Accept(_Complaint):
    """Accept the case, after looking at every gate 受理 (C5)."""

    gates: tuple[Literal["G1", "G2", "G3", "G4", "G5", "G6"], ...] = ()
    grade: Grade | None = None
    category: Code | None = None
    public_safety: bool | None = None


class MergeInto(_Complaint):
    """Merge this duplicate into its main case 并单 (C6)."""

    main: UUID
    reason: Text


class AttachDuplicate(_Complaint):
    """Attach a duplicate to its main case (reaction to a merge)."""

    duplicate: UUID
    category: Code | None = None
    division: Code | None = None
    duplicate_confidentiality: Level = 0
    about: tuple[UnitId, ...] = ()


class Unmerge(_Complaint):
    """Undo a merge (C7)."""

    reason: Text


class DetachDuplicate(_Complaint):
    """Detach a duplicate from its main case (reaction to an undone merge)."""

    duplicate: UUID


class FollowMain(_Complaint):
    """Give a merged case the outcome of its main case; none while that is taken up again."""

    main: UUID
    outcome: Outcome | None = None
    public_text: Text | None = None


class OpenConsultation(_Complaint):
    """Consult units on who is competent 会商 (C8)."""

    candidates: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=50)]
    question: Text


class ConcludeConsultation(_Complaint):
    """Conclude the consultation and name a lead (C9)."""

    lead: UnitId
    reason: Text


class Dispatch(_Complaint):
    """Dispatch directly to the competent unit 直派 (C10)."""

    unit: UnitId
    grade: Grade | None = None


class DispatchToDistrict(_Complaint):
    """Dispatch to the district because the unit is unclear (C11)."""

    unit: UnitId
    grade: Grade | None = None


class CopyToDistrict(_Complaint):
    """Copy a direct dispatch to the district government 抄送 (reaction)."""

    district: UnitId


class SubDispatch(_Complaint):
    """Send on within the district, with the same deadline (C12)."""

    unit: UnitId


class Sign(_Complaint):
    """Sign for the case 签收 (C13)."""


class ObjectToDispatch(_Complaint):
    """Object to the dispatch 退单: on what basis, and who should have it (C14)."""

    basis: Text
    suggest: UnitId
    on_site_action: Text | None = None


class UpholdDispatch(_Complaint):
    """Reject the objection; the unit is designated from now on (C15)."""

    reason: Text


class RedirectDispatch(_Complaint):
    """Uphold the objection and send the case to another unit 改派 (C16)."""

    unit: UnitId
    reason: Text


class DesignateLead(_Complaint):
    """Designate the lead, finally 指定 (C17)."""

    unit: UnitId
    reason: Text


class RecordContact(_Complaint):
    """Record that the complainant was contacted, or tried in vain (C18)."""

    result: Literal["reached", "not_reached", "anonymous"]
    way: Literal["phone", "visit", "sms", "message", "site"]
    evidence: Text
    on_site_action: Text | None = None


class AssignHandler(_Complaint):
    """Name the person in charge within the unit."""

    person: Line


class AddAttachment(_Complaint):
    """Add a file's metadata to the record."""

    attachment: Attachment


class InviteCoHandler(_Complaint):
    """Ask another unit to do its part by a date of its own 加派 (C19)."""

    unit: UnitId
    task: Text
    part_due_at: Instant


class SubmitCoHandling(_Complaint):
    """Give the lead one's part (C20)."""

    unit: UnitId
    result: Text


class ExcuseCoHandler(_Complaint):
    """Release a co-handler from its part."""

    unit: UnitId
    reason: Text


class RequestExtension(_Complaint):
    """Ask for more time before it runs out 申请延期 (C22)."""

    reason: Text
    complainant_told: bool


class GrantExtension(_Complaint):
    """Grant more time; by default as much as the first period (C23)."""

    limit: Limit | None = None


class RefuseExtension(_Complaint):
    """Refuse more time (C23)."""

    reason: Text


class BlowWhistle(_Complaint):
    """
    Call departments to report in, where the street cannot solve it alone 吹哨 (C21, BJ-REG 16).

    `kind` is one of the whistle policy's, `units` are those summoned, `matter` what they shall
    settle and `tried` what the street has done itself; none of it carries personal data. The
    whistle that is drafted has the id `whistle`, and is approved like any other.
    """

    kind: Code
    units: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=50)]
    matter: Line
    tried: Text
    whistle: UUID = Field(default_factory=new_case_id)


class TakeWhistleReport(_Complaint):
    """
    Take what the whistle came to; a reaction to the whistle, nobody asks for it.

    Blown again, its `successor` is the one to wait for.
    """

    whistle: UUID
    became: Literal["settled", "taken_up_again", "cancelled", "returned", "blown_again"]
    result: Text | None = None
    successor: UUID | None = None


class Escalate(_Complaint):
    """Report a hard case upwards 提级 (C24)."""

    to_level: Literal["district", "industry", "city"]
    reason: Text
    tried: Text


class GiveDirective(_Complaint):
    """Give an opinion with measures, and a new lead if need be (C25)."""

    opinion: Text
    measures: Text
    unit: UnitId | None = None


class RequestLedgering(_Complaint):
    """Ask for the long-term ledger 申请挂账 (C26)."""

    ground: Code
    interim_measures: Text
    complainant_told: bool
    expected_at: Instant | None = None
    review_at: Instant | None = None


class FirstCheckLedgering(_Complaint):
    """Check a request for the ledger as the first of two persons (C27)."""

    note: Text


class ApproveLedgering(_Complaint):
    """Approve it as the second person (C27)."""

    note: Text


class RefuseLedgering(_Complaint):
    """Refuse the ledger (C27)."""

    reason: Text


class ReviewLedger(_Complaint):
    """Look at a ledgered case again (C28)."""

    note: Text
    review_at: Instant | None = None


class ActivateFromLedger(_Complaint):
    """Take a case off the ledger 销账 (C29)."""

    reason: Text = "the expected date has come"


class SubmitReply(_Complaint):
    """
    Draft the reply 答复 (C30): a public text, and an internal note apart from it.

    The public text is what the complainant and, if it is published, everybody reads.
    """

    outcome: Outcome
    public_text: Text
    internal_note: Text
    complainant_informed: bool
    centre_informed: bool


class SignOffReply(_Complaint):
    """Sign off the reply as the unit's leader (C30)."""


class ReturnReply(_Complaint):
    """Return a defective reply (C31)."""

    defect: Code
    reason: Text


class AcceptReply(_Complaint):
    """Accept the reply (C32)."""


class OpenCallback(_Complaint):
    """Open the call-back because the deadline has come (C33)."""


class RecordCallback(_Complaint):
    """
    Record one try to call back 回访 (C34).

    Whoever was reached said whether the unit contacted them, whether it is solved, and how
    satisfied they are; whoever did not answer these was not reached.
    """

    reached: bool
    contacted: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    note: Annotated[Text | None, Field(repr=False)] = None

    @model_validator(mode="after")
    def _answers_if_reached(self) -> Self:
        answers = (self.contacted, self.solved, self.satisfaction)
        if self.reached and None in answers:
            message = "a complainant who was reached says contacted, solved and satisfaction"
            raise ValueError(message)
        if not self.reached and answers != (None, None, None):
            message = "a complainant who was not reached says nothing; leave the answers out"
            raise ValueError(message)
        return self


class Evaluate(_Complaint):
    """
    Evaluate the outcome oneself 评价 (C34, BJ-REG 8, JN-REG 16): what a call-back would ask.

    Whether the unit contacted the complainant, whether it is solved, how satisfied they are.
    """

    contacted: bool
    solved: bool
    satisfaction: Satisfaction
    note: Annotated[Text | None, Field(repr=False)] = None


class OrderRework(_Complaint):
    """Order the case to be handled again 重办 (C35)."""

    reason: Text
    lawful_and_feasible: bool


class ResumeHandling(_Complaint):
    """Take up the work again (C36)."""


class Close(_Complaint):
    """Close the case 办结 (C37). The outcome is the accepted reply's unless one is given."""

    outcome: Outcome | None = None
    note: Text | None = None


class Reopen(_Complaint):
    """Reopen a closed case (C38)."""

    ground: Literal["new_facts", "false_reply"]
    reason: Text


class Archive(_Complaint):
    """File the case away 归档 (C39)."""


class Withdraw(_Complaint):
    """Withdraw the appeal 撤回 (C40); a matter of public safety goes on ex officio."""

    identity_checked: bool
    reason: Annotated[Text | None, Field(repr=False)] = None


class RequestTermination(_Complaint):
    """Ask to terminate: a gate's ground was found, or the complainant does not cooperate (C41)."""

    ground: Literal["G1", "G2", "G3", "G4", "G5", "G6", "no_cooperation"]
    explanation: Text
    complainant_told: bool


class ApproveTermination(_Complaint):
    """Approve the termination (C41)."""

    note: Text


class RefuseTermination(_Complaint):
    """Refuse the termination (C41)."""

    reason: Text


class RequestExclusion(_Complaint):
    """Ask to leave a closed case out of the assessment 申请剔除 (§2.11)."""

    ground: Code
    evidence: Text


class FirstCheckExclusion(_Complaint):
    """Check the request as the first of two persons (§2.11)."""

    note: Text


class GrantExclusion(_Complaint):
    """Leave the case out (§2.11)."""

    reason: Text


class RefuseExclusion(_Complaint):
    """Keep the case in (§2.11)."""

    reason: Text


class Supervise(_Complaint):
    """Put pressure on the unit 督办 (C42)."""

    level: Literal["remind", "supervise", "listed", "summons"]
    ground: Code
    note: Text


class SetConfidentiality(_Complaint):
    """Raise the confidentiality, or lower it with the complainant's consent (C43)."""

    level: Level
    consent: bool = False
    reason: Text


class AppendFacts(_Complaint):
    """Add facts (C44)."""

    facts: Annotated[Text, Field(repr=False)]
    new: bool = True


class CorrectRecord(_Complaint):
    """Correct a field; the old value stays in the log (C45)."""

    field: Line
    old: Line | None
    new: Line | None
    reason: Text


_SOURCES = UUID("0a4a3c36-5b0e-5d9d-8f0e-2f6e1f1f7a52")


@lru_cache(maxsize=10_000)
def imported_id(source: str, source_id: str, nth: int = 1) -> UUID:
    """Give the id of an imported case: the same source, id and place in line, the same case."""
    return uuid5(_SOURCES, f"{source}\x1f{source_id}\x1f{nth}")
