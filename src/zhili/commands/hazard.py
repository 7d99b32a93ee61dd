"""The commands of a hazard 社区隐患, in the order of its table."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from zhili.commands.command import Command, Opening
from zhili.values import Attachment, Code, Line, Text, UnitId, new_case_id

__all__ = [  # noqa: RUF022 - the order of the table
    "Find", "FixLocally", "ReportToStreet", "FixAtStreet", "CallDistrict",
    "DispatchDepartments", "ReportRectified", "CheckOnSite", "VerifyRectified", "RejectRectified",
    "EscalateToCity", "HandBack", "ReportByWhistle", "EndWhistle", "Dismiss", "Archive",
]  # fmt: skip

Photos = Annotated[tuple[Attachment, ...], Field(max_length=20)]


class _Hazard(Command, case_type="hazard"):
    """A command for a hazard."""


class Find(Opening, case_type="hazard"):
    """
    Find a hazard 发现: what kind, where, with a photo.

    `title` and `place` are seen by everybody and carry no personal data. Who told of it, if they
    want to be remembered, is kept as personal; `subject` is the host's id of that person.
    """

    kind: Code
    community: UnitId
    title: Line
    place: Line
    photos: Photos
    subject: Line | None = None
    reporter: Annotated[Line | None, Field(repr=False)] = None
    contact: Annotated[Line | None, Field(repr=False)] = None


class FixLocally(_Hazard):
    """Fix what stands on the community's own list 社区解决."""

    measures: Text
    photos: Photos = ()


class ReportToStreet(_Hazard):
    """Report what the community cannot fix, on the same day 上报街镇."""

    unit: UnitId
    reason: Text


class FixAtStreet(_Hazard):
    """Fix what the street can 街镇解决."""

    measures: Text
    photos: Photos = ()


class CallDistrict(_Hazard):
    """
    Enter it in the street's ledger and call the district 街镇呼叫; 1 is the gravest level.

    With `by_whistle` the departments are called by a whistle of this kind, which summons `units`
    and gets the id `whistle`.
    """

    unit: UnitId
    level: Annotated[int, Field(ge=1, le=9)]
    ledger_entry: Text
    by_whistle: bool = False
    whistle_kind: Code | None = None
    units: Annotated[tuple[UnitId, ...], Field(max_length=50)] = ()
    whistle: UUID = Field(default_factory=new_case_id)


class DispatchDepartments(_Hazard):
    """Dispatch the lead and those that assist, each by its duty 派单."""

    lead: UnitId
    assisting: Annotated[tuple[UnitId, ...], Field(max_length=50)] = ()
    task: Text


class ReportRectified(_Hazard):
    """Report that one's own part is rectified 报告整改完成."""

    unit: UnitId
    result: Text
    photos: Photos = ()


class CheckOnSite(_Hazard):
    """Go and look, as the community, and find it rectified 现场核查."""

    note: Text
    photos: Photos = ()


class VerifyRectified(_Hazard):
    """Verify as the street, after the community's check 核实销号."""

    note: Text


class RejectRectified(_Hazard):
    """Find on site that a department's part is not rectified 核查不通过."""

    unit: UnitId
    reason: Text


class EscalateToCity(_Hazard):
    """Call the city because other districts are concerned 呼叫市级."""

    districts: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=50)]
    reason: Text


class HandBack(_Hazard):
    """Hand it back to the district, with the city's opinion 交回区级."""

    opinion: Text


class ReportByWhistle(_Hazard):
    """Take the result of the whistle that was blown for it (reaction)."""

    whistle: UUID
    unit: UnitId
    result: Text


class EndWhistle(_Hazard):
    """Go on without a whistle that came to nothing (reaction)."""

    whistle: UUID
    reason: Text


class Dismiss(_Hazard):
    """Dismiss what is no hazard, or is known already as `duplicate_of` 不予立项."""

    ground: Literal["not_a_hazard", "duplicate"]
    duplicate_of: UUID | None = None
    reason: Text


class Archive(_Hazard):
    """File it away 归档."""

    clock: Line
