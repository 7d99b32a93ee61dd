"""What happened: the case types, their events and guards."""

from zhili.aggregates.branch_call import BranchCall
from zhili.aggregates.case import Case, CaseEvent
from zhili.aggregates.complaint import Complaint
from zhili.aggregates.hazard import Hazard
from zhili.aggregates.policy import PolicyStream
from zhili.aggregates.wall import WallItem
from zhili.aggregates.whistle import Whistle

__all__ = [
    "CASE_TYPES",
    "BranchCall",
    "Case",
    "CaseEvent",
    "Complaint",
    "Hazard",
    "PolicyStream",
    "WallItem",
    "Whistle",
]

CASE_TYPES: tuple[type[Case], ...] = (Complaint, Whistle, WallItem, Hazard, BranchCall)
"""The case types of the library. A host adds its own: `(*CASE_TYPES, Petition)`."""
