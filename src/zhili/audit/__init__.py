"""Why it is believed: the log replayed, and every claim checked again."""

from zhili.audit.replay import audit
from zhili.audit.report import FINDINGS, REMARKS, Finding, Report

__all__ = ["FINDINGS", "REMARKS", "Finding", "Report", "audit"]
