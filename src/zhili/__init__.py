"""zhili 治理: an event-sourced case-management engine for grassroots governance."""

from zhili.aggregates import CASE_TYPES, Case, Complaint, WallItem
from zhili.commands import complaint, wall
from zhili.commands.policy import publish
from zhili.engine import Engine, Receipt, TickReport
from zhili.errors import ZhiliError
from zhili.reactions import REACTIONS
from zhili.values import Actor, Attachment, Month, Period, Role
from zhili.workflows import role

__all__ = [
    "CASE_TYPES",
    "REACTIONS",
    "Actor",
    "Attachment",
    "Case",
    "Complaint",
    "Engine",
    "Month",
    "Period",
    "Receipt",
    "Role",
    "TickReport",
    "WallItem",
    "ZhiliError",
    "complaint",
    "publish",
    "role",
    "wall",
]
