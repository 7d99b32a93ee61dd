"""What an audit reports: findings, remarks apart from them, and one digest."""

from __future__ import annotations

from typing import Any, Final

from zhili.values import Value

__all__ = [
    "ACCESS_FINDINGS", "FINDINGS", "FOLDER_FINDINGS", "FOLDER_REMARKS", "REMARKS", "Finding",
    "Report",
]  # fmt: skip

FINDINGS: Final = {
    "foreign-position": "A row stands at a position that no transaction writes at.",
    "missing-position": "Rows of the log are missing before this one.",
    "broken-link": "The link does not follow from the link before it and the event.",
    "truncated-log": "The log ends before the position that its head names.",
    "wrong-head": "The head's link is not that of the last event.",
    "beyond-head": "A row lies beyond the position that the head names.",
    "wrong-epoch": "The head counts other policies than were published.",
    "unexpected-head": "The log does not go through the head that was expected.",
    "version-gap": "The versions of the case do not follow one another.",
    "unfoldable-event": "The event cannot be folded into its case, or into the register.",
    "unreadable-event": "The event cannot be read in the schema of its version.",
    "not-canonical": "The stored bytes are not the canonical form of what they say.",
    "oversize-event": "The event is larger than any event may be; its bytes were not read.",
    "endless-case": "The case has more events than any case may have.",
    "foreign-event": "An event of one case type stands in a case of another.",
    "unknown-edition": "The event names an edition of its table that is not known.",
    "unjudgeable-step": "It cannot be judged whether the step was lawful.",
    "wrong-destination": "The step leads to another state than the event says.",
    "wrong-deadline": "The clocks and due instants are not those that the policies give.",
    "foreign-policy": "The event names policies that were not those in force.",
    "clock-not-fired": "What a clock demanded had not been carried out before the event.",
    "forged-cause": "The event has a cause, but somebody other than the system did it.",
    "missing-effect": "What follows from the event is not in the log.",
    "doubled-effect": "What follows from an event is in the log more than once.",
    "uncaused-effect": "The system acted, and nothing in the log made it act.",
    "register-differs": "The register is not what the log gives.",
    "refused": "The rules of its day refuse the step.",
    "refused-state": "From where the case stood, the step does not exist.",
    "refused-role": "The role was not entitled to the step.",
    "refused-guard": "A condition of the step did not hold.",
    "refused-policy": "A policy did not know what the step needs, or forbade it.",
    "refused-time": "The time lies in the future, too far back, or before the event before it.",
}
"""What an audit may find, by code. A refusal keeps the code it had when the step was asked for."""

REMARKS: Final = {
    "effect": "The event follows from one of another case, or of its own; the detail names it.",
    "late-entry": "The event was entered after it happened.",
    "provisional-deadline": "A due instant waits for a calendar that was not published yet.",
    "flag": "The event carries a flag: something in the source was odd.",
    "not-compared": "The case moved faster than it was read, and its register was not compared.",
}
"""What an audit may remark, by code."""

ACCESS_FINDINGS: Final = {
    "access-foreign-position": "An entry of the access log stands where nothing is recorded.",
    "access-missing-position": "Entries of the access log are missing before this one.",
    "access-broken-link": "The link does not follow from the link before it and the entry.",
    "access-unreadable": "The access log, or an entry of it, cannot be read.",
    "access-differs": "What stands beside the entry is not what the entry says.",
    "access-truncated": "The access log ends before the position that its head names.",
    "access-wrong-head": "The access log's head has not the link of the last entry.",
    "access-unexpected-head": "The access log does not go through the head that was expected.",
    "access-beyond-head": "An entry lies beyond the position that the access log's head names.",
}
"""What an audit may find in the log of who has read personal data, by code."""

FOLDER_FINDINGS: Final = {
    "unreadable-manifest": "The folder has no manifest that can be read.",
    "wrong-manifest": "The manifest says what the folder does not hold.",
    "missing-file": "A file that the manifest names is not in the folder.",
    "changed-file": "A file is not the one whose digest the manifest names.",
    "foreign-file": "The folder holds what the manifest does not name, or no plain file.",
    "unreadable-file": "A file of the folder cannot be read.",
    "unreadable-line": "A line of the folder is not written as an export writes it.",
    "wrong-order": "A line of the log does not stand in the order of positions.",
    "doubled-row": "A row stands twice in the folder, or where another stands already.",
    "copies-differ": "What the folder holds twice, or derives from its log, is not the same.",
}
"""What the audit of an exported folder may find besides that of its log, by code."""

FOLDER_REMARKS: Final = {
    "other-version": "Another version of zhili wrote the folder; its texts were not compared.",
}
"""What the audit of an exported folder may remark besides that of its log, by code."""

_MEANINGS: Final = {
    **FINDINGS, **REMARKS, **ACCESS_FINDINGS, **FOLDER_FINDINGS, **FOLDER_REMARKS,
}  # fmt: skip


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

    @property
    def meaning(self) -> str:
        """What its code says of any log or folder; a host's own refusal says its detail."""
        return _MEANINGS.get(self.code) or self.detail


class Report(Value):
    """
    The result of an audit.

    `counts` says how often every code was found or remarked, also beyond those given in words.
    `reads` is how many entries the access log has and `access_head` its head, `POSITION:LINK`, for
    whoever keeps it; an audit of one case does not look there.
    `case_id` is the case that was looked at, if it was only one. `digest` is a function of the log
    and the cases folded from it: whoever replays the same log gets the same digest.
    """

    events: int
    cases: int
    case_id: str | None = None
    position: int
    head: str
    findings: tuple[Finding, ...]
    remarks: tuple[Finding, ...]
    findings_left_out: int = 0
    remarks_left_out: int = 0
    counts: dict[str, int] = {}
    reads: int = 0
    access_head: str | None = None
    digest: str

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def document(self) -> dict[str, Any]:
        """Give the report as plain data."""
        return self.model_dump(mode="json")
