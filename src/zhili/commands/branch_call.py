"""The commands of a branch's call 小区党支部吹哨, in the order of its table."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from zhili.commands.command import Command, Opening
from zhili.values import Code, Instant, Line, Text, UnitId

__all__ = [  # noqa: RUF022 - the order of the table
    "AssignPost", "Call", "Respond", "Serve", "Rate", "OfferExcuse", "AcceptExcuse",
    "RefuseExcuse", "ReportNonPerformance", "HoldMeeting", "ReportToStreet", "ReportToDistrict",
    "FeedBack", "Close", "Release", "Archive",
]  # fmt: skip

Codes = Annotated[tuple[Code, ...], Field(max_length=50)]


class _BranchCall(Command, case_type="branch_call"):
    """A command for a branch's call."""


class AssignPost(Opening, case_type="branch_call"):
    """
    Assign a post of 5+X to a member 设岗定责.

    `member` is the host's id of the member. They live in the estate, or have checked in there
    (双报到) from their home organisation.
    """

    member: Line
    name: Annotated[Line, Field(repr=False)]
    estate: UnitId
    lives_in: UnitId | None = None
    checked_in_at: UnitId | None = None
    home_organisation: UnitId | None = None
    post: Code
    abilities: Codes = ()


class Call(_BranchCall):
    """Call the member 支部吹哨: for what, for which post, needing which abilities, until when."""

    title: Line
    post: Code
    needs: Codes = ()
    serve_by: Instant


class Respond(_BranchCall):
    """Respond to the call 党员报到."""


class Serve(_BranchCall):
    """Say what service was done 服务记录."""

    service: Text


class Rate(_BranchCall):
    """Rate the service 评价."""

    points: Annotated[int, Field(ge=1, le=100)]
    note: Text | None = None


class OfferExcuse(_BranchCall):
    """Say why one cannot serve 说明情况; the words are kept as personal."""

    ground: Code
    words: Annotated[Text | None, Field(repr=False)] = None


class AcceptExcuse(_BranchCall):
    """Accept the excuse; nothing is reported upwards 准予免责."""


class RefuseExcuse(_BranchCall):
    """Refuse the excuse 不予免责."""

    reason: Text


class ReportNonPerformance(_BranchCall):
    """Report that the member has not served 报告未履职."""

    note: Text


class HoldMeeting(_BranchCall):
    """Record what the branch meeting has decided 支部会议."""

    held_on: date
    participants: Annotated[int, Field(ge=1, le=10_000)]
    decision: Literal["report_upwards", "no_report"]
    minutes: Text


class ReportToStreet(_BranchCall):
    """Report it to the street's party committee 上报街道党工委."""

    unit: UnitId


class ReportToDistrict(_BranchCall):
    """Report it to the district's organisation department 上报区委组织部."""

    unit: UnitId


class FeedBack(_BranchCall):
    """Tell the member's home organisation 反馈所在单位."""

    unit: UnitId


class Close(_BranchCall):
    """Close it, saying what was done about it 办结."""

    result: Text


class Release(_BranchCall):
    """Release the member from the post: moved away, or it is no longer needed 离岗."""

    reason: Text


class Archive(_BranchCall):
    """File it away 归档."""

    clock: Line
