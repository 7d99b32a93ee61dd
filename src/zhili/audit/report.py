"""What an audit reports: findings, remarks apart from them, and one digest."""

from __future__ import annotations

from typing import Any

from zhili.values import Value

__all__ = ["Finding", "Report"]


class Finding(Value):
    """
    One thing that is not as it should be, or (as a remark) worth knowing.

    `position` is its place in the log, `version` its place in the case.
    """

    code: str
    case_id: str | None = None
    version: int | None = None
    position: int | None = None
    detail: str


class Report(Value):
    """
    The result of an audit.

    `digest` is a function of the log and the cases folded from it: whoever replays the same log
    gets the same digest.
    """

    events: int
    cases: int
    position: int
    head: str
    findings: tuple[Finding, ...]
    remarks: tuple[Finding, ...]
    findings_left_out: int = 0
    remarks_left_out: int = 0
    digest: str

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def document(self) -> dict[str, Any]:
        """Give the report as plain data."""
        return self.model_dump(mode="json")
