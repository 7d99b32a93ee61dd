"""What is found in a folder: the first findings in words, all of them counted."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from zhili.audit import FOLDER_FINDINGS, FOLDER_REMARKS, Finding, Report

__all__ = ["FolderNotes"]

KEPT_MAX: Final = 1000


class FolderNotes:
    """The findings of one folder."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: list[Finding] = []
        self.count = 0
        self.counts: Counter[str] = Counter()
        self.remarks: list[Finding] = []

    def add(self, code: str, detail: str, **place: Any) -> None:
        """Take in a finding, in words unless there are too many."""
        assert code in FOLDER_FINDINGS
        self.count += 1
        self.counts[code] += 1
        if len(self.kept) < KEPT_MAX:
            self.kept.append(Finding(code=code, detail=detail[:500], **place))

    def remark(self, code: str, detail: str) -> None:
        """Take in what is worth knowing, and nothing wrong; there are few."""
        assert code in FOLDER_REMARKS
        self.counts[code] += 1
        self.remarks.append(Finding(code=code, detail=detail[:500]))

    def added_to(self, report: Report) -> Report:
        """Give the report of the folder's log with what was found in the folder before it."""
        left_out = report.findings_left_out + self.count - len(self.kept)
        return report.model_copy(
            update={
                "findings": (*self.kept, *report.findings),
                "remarks": (*self.remarks, *report.remarks),
                "findings_left_out": left_out,
                "counts": dict(sorted((self.counts + Counter(report.counts)).items())),
            }
        )
