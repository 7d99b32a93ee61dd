"""zhili 治理: an event-sourced case-management engine for grassroots governance."""

from zhili.aggregates import (
    CASE_TYPES,
    BranchCall,
    Case,
    Complaint,
    Hazard,
    WallItem,
    Whistle,
)
from zhili.commands import branch_call, complaint, hazard, wall, whistle
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
    "BranchCall",
    "Case",
    "Complaint",
    "Engine",
    "Hazard",
    "Month",
    "Period",
    "Receipt",
    "Role",
    "TickReport",
    "WallItem",
    "Whistle",
    "ZhiliError",
    "branch_call",
    "complaint",
    "hazard",
    "publish",
    "role",
    "wall",
    "whistle",
]
