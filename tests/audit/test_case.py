"""One case can be looked at alone: its links, its steps, its rows, and nothing else."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.audit.fault import Log, audited
from tests.audit.life import DISPUTED, DUPLICATE, EVENTS, IMPORTED, LATE, LONELY, MAIN, WAITING
from tests.engine.sample import execute
from zhili import Engine
from zhili.commands.policy import policy_id
from zhili.errors import CaseNotFoundError
from zhili.store import GENESIS, canonical, link_of

if TYPE_CHECKING:
    from pathlib import Path


def spoil(path: Path, *statements: str) -> None:
    """Write into the tables of the store at *path*."""
    with Engine.open(f"sqlite:///{path}", create=False) as engine:
        execute(engine.store, *statements)


@pytest.mark.parametrize("case_id", [MAIN, DUPLICATE, DISPUTED, LONELY, IMPORTED])
def test_a_sound_case_is_clean(path: Path, case_id: object) -> None:
    """Its events are counted, and its effects, whose causes lie elsewhere, are none of it."""
    report = audited(path, case=case_id)
    assert report.findings == ()
    assert report.case_id == str(case_id)
    assert (report.events, report.cases) == (len(Log(path).of(case_id)), 1)  # type: ignore[arg-type]  # one of the cases


def test_its_remarks_are_its_own(path: Path) -> None:
    """What is remarked of other cases is not said of this one."""
    assert audited(path, case=WAITING).counts == {"effect": 1, "provisional-deadline": 3}
    assert audited(path, case=LATE).counts == {"effect": 1, "late-entry": 1}
    assert audited(path, case=LONELY).counts == {}


def test_its_faults_are_found_and_those_of_others_are_not(path: Path) -> None:
    """An unlawful step in one, a false row in another: each is found where it is."""
    log = Log(path)
    log.find(LATE, "signed").say(by={"id": "reviewer", "role": "reviewer"})
    log.write()
    spoil(path, f"UPDATE cases SET outcome = 'partly' WHERE case_id = '{MAIN}'")
    assert [(f.code, f.version) for f in audited(path, case=LATE).findings] == [("refused-role", 5)]
    assert [f.code for f in audited(path, case=MAIN).findings] == ["register-differs"]
    assert audited(path, case=LONELY).findings == ()
    assert {f.case_id for f in audited(path).findings} == {str(LATE), str(MAIN)}


def test_its_links_are_followed(path: Path) -> None:
    """A change of its bytes breaks the link there; a change elsewhere is not its affair."""
    spoil(path, f"UPDATE stored_events SET state = state || ' ' WHERE rowid = {EVENTS - 1}")
    found = [(f.code, f.position) for f in audited(path, case=LONELY).findings]
    assert ("broken-link", EVENTS - 1) in found
    assert {position for _, position in found} == {EVENTS - 1}
    assert audited(path, case=LATE).findings == ()


def test_rows_without_events_are_found(path: Path) -> None:
    """A case that stands in the register only is one that somebody has put there."""
    stranger = uuid4()
    spoil(path, f"INSERT INTO cases (case_id) VALUES ('{stranger}')")
    assert [f.code for f in audited(path, case=stranger).findings] == ["register-differs"]


def test_a_policy_can_be_looked_at_too(path: Path) -> None:
    """Its stream is in the log as those of cases are, and stands in no register."""
    report = audited(path, case=policy_id("calendar"))
    assert (report.findings, report.events, report.cases) == ((), 2, 0)


def test_a_case_that_is_not_there_is_named(path: Path) -> None:
    """Neither the log nor the register knows it: that is no clean audit."""
    with pytest.raises(CaseNotFoundError, match="no case"):
        audited(path, case=uuid4())


def test_its_digest_can_be_computed_by_anybody(path: Path) -> None:
    """SHA-256 of what each event says, as its first link would be, and of the case folded."""
    stream = Log(path).of(policy_id("calendar"))
    said = [link_of(GENESIS, one.case_id, one.version, one.topic, one.state) for one in stream]
    folded = sha256(canonical([str(policy_id("calendar")), len(stream), []])).digest()
    expected = sha256(b"".join((*said, folded))).hexdigest()
    assert audited(path, case=policy_id("calendar")).digest == expected


def test_its_digest_is_its_own(path: Path) -> None:
    """It changes with the case, and not with others."""
    before = {case_id: audited(path, case=case_id).digest for case_id in (LATE, LONELY)}
    assert before[LATE] != before[LONELY]
    log = Log(path)
    log.find(LONELY, "facts-appended", 1).says["facts"]["value"] = "something else"
    log.write()
    assert audited(path, case=LATE).digest == before[LATE]
    assert audited(path, case=LONELY).digest != before[LONELY]
