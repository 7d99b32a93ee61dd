"""Who has kept a head convicts whoever can compute everything anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.audit.fault import Log, audited
from tests.audit.life import COHANDLED, EVENTS, LONELY
from zhili import Engine
from zhili.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from zhili.audit import Report


def head_of(path: Path, position: int) -> str:
    """Give the head at *position*, as a receipt of that moment gave it."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        (row,) = engine.store.log(after=position - 1, until=position)
        return f"{row.position}:{row.link.hex()}"


def rewritten(path: Path) -> int:
    """Change a free text, and mend everything after it; give its position."""
    log = Log(path)
    changed = log.find(COHANDLED, "facts-appended", 1)
    changed.says["facts"]["value"] = "nothing of the kind"
    log.write()
    position = log.place(changed).position
    assert position is not None
    return position


def only(report: Report) -> tuple[str, int | None]:
    """Give code and position of the one finding there is."""
    (finding,) = report.findings
    return finding.code, finding.position


def test_a_log_that_ends_in_the_head_is_clean(path: Path) -> None:
    """The head that an audit prints is the one that the next can expect."""
    report = audited(path)
    assert audited(path, expect=f"{report.position}:{report.head}").findings == ()


def test_a_log_that_has_grown_since_is_clean(path: Path) -> None:
    """Every head that was ever given out is still there, the empty log's too."""
    for expected in (head_of(path, 1), head_of(path, 50), f"0:{'00' * 32}"):
        assert audited(path, expect=expected).findings == ()


def test_what_was_rewritten_is_found_by_a_kept_head(path: Path) -> None:
    """Everything after it was computed anew: clean in itself, not with a head kept before."""
    kept, early = head_of(path, 90), head_of(path, 30)
    changed = rewritten(path)
    assert 30 < changed < 90
    assert audited(path).findings == ()
    report = audited(path, expect=kept)
    assert only(report) == ("unexpected-head", 90)
    assert kept.split(":")[1] in report.findings[0].detail
    assert audited(path, expect=early).findings == ()


def test_a_tail_taken_off_neatly_is_found_by_a_kept_head(path: Path) -> None:
    """Log, head and register end earlier and agree: only who has a later head knows."""
    kept = head_of(path, EVENTS)
    log = Log(path)
    del log.entries[-2:]
    log.write()
    assert audited(path).findings == ()
    assert only(audited(path, expect=kept)) == ("unexpected-head", EVENTS)


def test_two_events_of_two_cases_that_changed_places_are_found_by_a_kept_head(path: Path) -> None:
    """Neither case is otherwise than it was; the log is."""
    kept = head_of(path, EVENTS)
    log = Log(path)
    one, other = log.find(LONELY, "registered"), log.entries[101]
    assert one.case_id != other.case_id
    log.swap(one, other)
    log.write()
    assert audited(path).findings == ()
    assert only(audited(path, expect=kept)) == ("unexpected-head", EVENTS)


def test_a_head_beyond_the_log_is_found(path: Path) -> None:
    """The log never came that far, or was cut off."""
    assert only(audited(path, expect=f"500:{'ab' * 32}")) == ("unexpected-head", 500)


def test_one_case_can_be_held_against_a_head_too(path: Path) -> None:
    """A look at one case still says that the log is not the one that was."""
    kept = head_of(path, 90)
    assert audited(path, case=LONELY, expect=kept).findings == ()
    rewritten(path)
    assert only(audited(path, case=LONELY, expect=kept)) == ("unexpected-head", 90)


@pytest.mark.parametrize(
    "text", ["", "90", "x:00", f"90:{'0' * 63}", f"-1:{'00' * 32}", "90:" + "z" * 64]
)
def test_what_is_no_head_is_refused(path: Path, text: str) -> None:
    """Nothing is audited against what nobody gave out."""
    with pytest.raises(InputError, match="is no head"):
        audited(path, expect=text)
