"""A folder whose forger signs anew: what an auditor runs and reads beside the log is compared."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from tests.evidence.conftest import NOW
from zhili import Engine
from zhili.errors import CaseNotFoundError, InputError
from zhili.evidence import audit_folder, export

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXTS = (
    "load-sqlite.sql", "load-postgresql.sql", "load-duckdb.sql", "README.md", "README.zh-CN.md",
    "schema.json", "sql/backlog.sql",
)  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_a_line_more_in_what_an_auditor_runs(
    folder: Path, signed: Callable[[Path], None], name: str
) -> None:
    """One statement more at the end of a script, signed anew: it would falsify every figure."""
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("UPDATE spells SET outcome = 'solved';\n")
    signed(folder)
    report = audit_folder(folder)
    assert [(f.code, f.detail.split(":")[0]) for f in report.findings] == [("copies-differ", name)]


def test_the_texts_of_another_version_are_not_compared(folder: Path) -> None:
    """That is a remark, so that nobody takes them for compared; the log is audited as ever."""
    say(folder, zhili="0.0.1")
    report = audit_folder(folder)
    assert report.clean
    (remark,) = (r for r in report.remarks if r.code == "other-version")
    assert "0.0.1" in remark.detail
    assert report.counts["other-version"] == 1


def test_lines_in_another_order(folder: Path, signed: Callable[[Path], None]) -> None:
    """The same events, each with its own position, two lines the other way round, signed anew."""
    events = folder / "events.jsonl"
    lines = events.read_bytes().splitlines(keepends=True)
    lines[60:62] = [lines[61], lines[60]]
    events.write_bytes(b"".join(lines))
    signed(folder)
    report = audit_folder(folder)
    assert [(f.code, f.position) for f in report.findings] == [("wrong-order", 61)]
    assert "line 62" in report.findings[0].detail


def test_what_was_asked_wrongly_is_no_fault_of_the_folder(folder: Path) -> None:
    """A head that is none and a case that is not there are errors, as they are of a store."""
    with pytest.raises(InputError, match="is no head"):
        audit_folder(folder, replay=lambda engine: engine.audit(expect="c861"))
    nobody = UUID("01900000-0000-7000-8000-0000000000ff")
    with pytest.raises(CaseNotFoundError):
        audit_folder(folder, replay=lambda engine: engine.audit(case=nobody))


def say(folder: Path, **fields: Any) -> None:
    """Change fields of the manifest."""
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **fields}), encoding="utf-8")


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"as_of": "2026-03-05T04:00:00Z"}, "its last event was recorded at"),
        ({"as_of": "2027-03-05T04:00:00Z"}, "after it was exported at"),
        ({"exported_at": "2026-03-01T04:00:00Z"}, "after it was exported at"),
        ({"until": "2026-03-08T20:00:00+00:00"}, "after its end 2026-03-08"),
        ({"until": "1200"}, "its log had come to position 1200 at"),
    ],
)
def test_an_instant_that_the_log_contradicts(
    folder: Path, fields: dict[str, str], detail: str
) -> None:
    """The plain SQL asks about `as_of`: it lies neither before the log nor after the export."""
    say(folder, **fields)
    found = [f.detail for f in audit_folder(folder).findings if f.code == "wrong-manifest"]
    assert any(detail in one for one in found), found


def test_the_instant_of_a_cut_is_that_of_its_last_event(engine: Engine, tmp_path: Path) -> None:
    """A folder made with --until is as of then: another instant is found."""
    export(engine, tmp_path / "cut", until=engine.head().position)
    assert audit_folder(tmp_path / "cut").clean
    say(tmp_path / "cut", as_of=NOW.isoformat())
    found = [f.code for f in audit_folder(tmp_path / "cut").findings]
    assert "wrong-manifest" in found


def test_an_empty_folder_more(folder: Path) -> None:
    """A directory that the export did not make is foreign, also with nothing in it."""
    (folder / "register" / "more").mkdir()
    found = [(f.code, f.detail.split()[0]) for f in audit_folder(folder).findings]
    assert found == [("foreign-file", "'register/more'")]


def test_a_month_is_that_of_its_events(exported: Path, tmp_path: Path) -> None:
    """A folder of Parquet under another month, in the manifest too, is found."""
    folder = tmp_path / "folder"
    shutil.copytree(exported, folder)
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"month=2026-03/", b"month=2025-01/"))
    (folder / "events" / "recorded_month=2026-03").rename(
        folder / "events" / "recorded_month=2025-01"
    )
    (finding,) = audit_folder(folder).findings
    assert finding.code == "unreadable-line"
    assert "of another month than its folder recorded_month=2025-01" in finding.detail
