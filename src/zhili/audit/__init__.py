"""Why it is believed: the log replayed, and every claim checked again."""

from zhili.audit.replay import Subject, audit
from zhili.audit.report import (
    ACCESS_FINDINGS,
    FINDINGS,
    FOLDER_FINDINGS,
    FOLDER_REMARKS,
    REMARKS,
    Finding,
    Report,
)
from zhili.audit.team import jobs_possible

__all__ = [
    "ACCESS_FINDINGS", "FINDINGS", "FOLDER_FINDINGS", "FOLDER_REMARKS", "REMARKS", "Finding",
    "Report", "Subject", "audit", "jobs_possible",
]  # fmt: skip
