"""What is found in a folder: the first findings in words, all of them counted."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from zhili.audit import Finding, Report

__all__ = ["FINDINGS", "FolderNotes"]

KEPT_MAX: Final = 1000

FINDINGS: Final = {
    "unreadable-manifest": "The folder has no manifest that can be read.",
    "wrong-manifest": "The manifest says what the folder does not hold.",
    "missing-file": "A file that the manifest names is not in the folder.",
    "changed-file": "A file is not the one whose digest the manifest names.",
    "foreign-file": "The folder holds what the manifest does not name, or no plain file.",
    "unreadable-file": "A file of the folder cannot be read.",
    "unreadable-line": "A line of the folder is not written as an export writes it.",
    "doubled-row": "A row stands twice in the folder, or where another stands already.",
    "copies-differ": "What the folder holds twice, or derives from its log, is not the same.",
}
"""What the audit of an exported folder may find besides that of its log, by code."""


class FolderNotes:
    """The findings of one folder."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: list[Finding] = []
        self.count = 0
        self.counts: Counter[str] = Counter()

    def add(self, code: str, detail: str, **place: Any) -> None:
        """Take in a finding, in words unless there are too many."""
        assert code in FINDINGS
        self.count += 1
        self.counts[code] += 1
        if len(self.kept) < KEPT_MAX:
            self.kept.append(Finding(code=code, detail=detail[:500], **place))

    def added_to(self, report: Report) -> Report:
        """Give the report of the folder's log with what was found in the folder before it."""
        left_out = report.findings_left_out + self.count - len(self.kept)
        return report.model_copy(
            update={
                "findings": (*self.kept, *report.findings),
                "findings_left_out": left_out,
                "counts": dict(sorted((self.counts + Counter(report.counts)).items())),
            }
        )
