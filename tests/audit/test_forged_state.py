"""A forged event may write anything into a case: the audit says so, and goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.audit.fault import Entry, Log, audited
from tests.audit.life import LONELY
from zhili import Complaint

if TYPE_CHECKING:
    from pathlib import Path

NAMES = sorted({*dir(Complaint), *vars(Complaint.blank(LONELY)), "no_such_name"})
"""Everything that a case has, its methods and what the library keeps in it included."""


@pytest.mark.parametrize("last", [True, False], ids=["at the end", "before other events"])
def test_no_field_that_is_overwritten_stops_the_audit(path: Path, *, last: bool) -> None:
    """A correction of each name that a case has, its methods included: a finding in each case."""
    log = Log(path)
    log.folds = False
    model = log.of(LONELY)
    for n, name in enumerate(NAMES):
        events = [_copy(entry, UUID(int=LONELY.int + 1000 + n)) for entry in model]
        corrected = events[2].but(field=name, new="x", old="y", reason="because")
        del corrected.says["facts"]
        corrected.topic = "complaint.corrected"
        events.insert(len(events) if last else 3, corrected)
        for version, entry in enumerate(events, 1):
            entry.version = version
        log.entries.extend(events)
    log.write()
    assert audited(path).counts["refused-guard"] == len(NAMES)


def _copy(entry: Entry, case_id: UUID) -> Entry:
    copy: Any = entry.but()
    copy.case_id = case_id
    return copy  # type: ignore[no-any-return]  # an entry
