"""What happened: the case types, their events and guards."""

from zhili.aggregates.case import Case, CaseEvent
from zhili.aggregates.complaint import Complaint
from zhili.aggregates.policy import PolicyStream

__all__ = ["CASE_TYPES", "Case", "CaseEvent", "Complaint", "PolicyStream"]

CASE_TYPES: tuple[type[Case], ...] = (Complaint,)
"""The case types of the library. A host adds its own: `(*CASE_TYPES, Petition)`."""
