"""The commands of an item of the problem wall 问题墙, in the order of its table."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from zhili.commands.command import Command, Opening
from zhili.values import Attachment, Code, Line, Personal, Text, UnitId, new_case_id

__all__ = [  # noqa: RUF022 - the order of the table
    "Conclusion", "Finding", "Ground", "Target", "Vote", "Collect", "Screen",
    "RefusePosting", "Merge", "AddSupporter", "HearEcho", "Post", "Claim", "Assign", "SetPlan",
    "StartWork", "PostProgress", "ChangePromise", "DeclareResolved", "DeclareUnresolvable",
    "ConfirmUnresolvable", "RejectUnresolvable", "PostEcho", "EvaluateEcho", "CloseEvaluation",
    "TakeOff", "Repost", "Transfer", "ConcludeTransfer", "Archive",
]  # fmt: skip

Finding = Literal["clear", "concern"]
"""What a check found: nothing, or something that speaks against posting it as it is."""

Vote = Literal["satisfied", "basically_satisfied", "dissatisfied"]
"""满意、基本满意、不满意 (P15)."""

Ground = Literal["dissatisfied", "review", "recurrence"]
"""Why an item is posted again (P18)."""

Target = Literal["complaint", "whistle", "mediation", "deliberation"]
"""What an item can become (P19)."""

Conclusion = Literal["solved", "explained"]
"""What came of it: 解决、解释."""

Day = Annotated[date, Field(ge=date(1970, 1, 1), le=date(9999, 12, 1))]
"""A local day."""


class _Wall(Command, case_type="wall"):
    """A command for an item of the wall."""


class _Opening(Opening, case_type="wall"):
    """A command that opens an item of the wall."""


class Collect(_Opening):
    """
    Collect a problem 收集 (P1): whose it is, how to reach them, and what they said.

    All of that is kept as personal and never shown: what the wall says is written when it is
    posted. `subject` is the host's id of the poster. `keeper` is the unit that keeps the wall, by
    default that of a keeper or community worker who enters it, else the village itself.
    """

    text: Annotated[Text, Field(repr=False)]
    category: Code
    village: UnitId
    channel: Code
    keeper: UnitId | None = None
    subject: Line | None = None
    name: Annotated[Line | None, Field(repr=False)] = None
    phone: Annotated[Line | None, Field(repr=False)] = None
    address: Annotated[Line | None, Field(repr=False)] = None
    anonymous: bool = False


class Screen(_Wall):
    """Record what the four checks found: privacy, libel, legality, duplicate 研判 (P2)."""

    privacy: Finding
    libel: Finding
    legality: Finding
    duplicate: Finding


class RefusePosting(_Wall):
    """Refuse to post it, and tell the poster why 不上墙 (P3)."""

    reason: Code
    explanation: Annotated[Text, Field(repr=False)]
    poster_told: bool


class Merge(_Wall):
    """Merge it into an item that is on the wall; its poster becomes a supporter (P4)."""

    main: UUID
    reason: Annotated[Text, Field(repr=False)]


class AddSupporter(_Wall):
    """
    Add the poster of a merged item as a supporter (reaction to a merge).

    `hidden` is what the wall must not say of them.
    """

    item: UUID
    supporter: Line
    hidden: Annotated[tuple[Personal, ...], Field(max_length=3)] = ()
    item_category: Code | None = None
    item_village: UnitId | None = None


class HearEcho(_Wall):
    """Tell the poster of a merged item the echo of the main one (reaction to an echo)."""

    main: UUID
    outcome: Conclusion | None = None
    text: Text | None = None


class Post(_Wall):
    """Post it in public words, with nobody in them 上墙 (P5)."""

    title: Line
    public_text: Text
    urgent: bool = False


class Claim(_Wall):
    """Claim it: a department for itself, a member or volunteer in person 认领 (P6)."""


class Assign(_Wall):
    """Assign it to a unit and, within it, to a person 交办 (P7)."""

    unit: UnitId
    person: Line | None = None


class SetPlan(_Wall):
    """Publish the measures, the promised day, and the day of the next report (P8)."""

    measures: Text
    promised_on: Day
    next_report_on: Day


class StartWork(_Wall):
    """Start the work (P9)."""


class PostProgress(_Wall):
    """Publish how far it is, and the day of the next report (P10)."""

    note: Text
    next_report_on: Day


class ChangePromise(_Wall):
    """Promise another day, and say why; the old one stays visible (P11)."""

    promised_on: Day
    reason: Text


class DeclareResolved(_Wall):
    """Declare it resolved: a public result, and evidence that is not published (P12)."""

    result: Text
    evidence: Annotated[Text | None, Field(repr=False)] = None
    attachments: Annotated[tuple[Attachment, ...], Field(max_length=50)] = ()


class DeclareUnresolvable(_Wall):
    """
    Declare as its owner that it cannot be resolved for now (P13).

    Says why, on what basis, what is done instead, and on which day it is looked at again.
    """

    reason: Text
    basis: Text
    instead: Text
    review_on: Day


class ConfirmUnresolvable(_Wall):
    """Confirm it as the town office, the second person (P13)."""


class RejectUnresolvable(_Wall):
    """Send it back to its owner as the town office (P13)."""

    reason: Annotated[Text, Field(repr=False)]


class PostEcho(_Wall):
    """Post the echo: what was done, or why not 回音 (P14)."""

    text: Text


class EvaluateEcho(_Wall):
    """Vote on the echo, once 评议 (P15)."""

    vote: Vote


class CloseEvaluation(_Wall):
    """Close the evaluation because its window is over (P16)."""


class TakeOff(_Wall):
    """Take it off the wall 下墙销号 (P17)."""


class Repost(_Wall):
    """Post it again, with its history 再上墙 (P18)."""

    ground: Ground
    reason: Text


class Transfer(_Wall):
    """
    Hand it over to a case of another kind, which is opened for it 转办 (P19).

    A whistle is drafted with its kind and the units to summon.
    """

    target_type: Target
    reason: Text
    whistle_kind: Code | None = None
    units: Annotated[tuple[UnitId, ...], Field(max_length=50)] = ()
    target: UUID = Field(default_factory=new_case_id)


class ConcludeTransfer(_Wall):
    """
    Bring back the result of the case that it became, which is its echo (P20).

    Follows from the end of a complaint or a whistle, in set words. Of anything else, which no case
    here tells, the keeper of the wall says what came of it, in public words.
    """

    target: UUID
    outcome: Conclusion
    text: Text


class Archive(_Wall):
    """File it away (P21)."""
