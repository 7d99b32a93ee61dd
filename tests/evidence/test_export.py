"""The export: all of one moment, whole or not there, and what is in the folder is what is so."""

from __future__ import annotations

import contextlib
import json
import os
import re
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest

from tests.evidence.conftest import NOW
from zhili import Engine, complaint, role
from zhili.errors import InputError
from zhili.evidence import audit_folder, export, import_log
from zhili.projections.register import TABLES
from zhili.projections.table_file import csv_rows
from zhili.values import Actor

if TYPE_CHECKING:
    from pathlib import Path

AGENT = Actor(id="intake-01", role=role.INTAKE_AGENT, unit="12345")
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def told(number: int) -> complaint.Register:
    """Give a complaint by telephone."""
    return complaint.Register(
        kind="complaint", channel="hotline", title=f"路灯 {number}", content="门口路灯三天不亮",
        category="roads/lighting", anonymous=True,
    )  # fmt: skip


def rows_in(folder: Path, name: str) -> list[Any]:
    """Give the rows of a table of the folder."""
    table = next(table for table in TABLES if table.name == name)
    with (folder / "register" / f"{name}.csv").open("rb") as file:
        return [row for _, row in csv_rows(file, table)]


def test_the_folder_holds_what_the_store_holds(engine: Engine, tmp_path: Path) -> None:
    """Every event with its stored bytes, every row of the register, every policy, every key."""
    made = export(engine, tmp_path / "folder")
    folder, counts = tmp_path / "folder", made.manifest.counts
    lines = [json.loads(line) for line in (folder / "events.jsonl").read_bytes().splitlines()]
    rows = list(engine.store.log())
    assert [(line["position"], line["case_id"], line["version"], line["topic"], line["link"],
             line["state"].encode()) for line in lines] == [
        (row.position, row.case_id, row.version, row.topic, row.link.hex(), row.state)
        for row in rows
    ]  # fmt: skip
    assert all(json.loads(line["state"])["timestamp"] == line["recorded_at"] for line in lines)
    for table in TABLES:
        stored = [tuple(row) for row in engine.store.register_by_case(table)]
        assert rows_in(folder, table.name) == stored
        assert counts[table.name] == len(stored) > 0
    assert counts["keys"] == engine.store.rows("SELECT COUNT(*) FROM keys", {})[0][0]
    published = json.loads((folder / "policies" / "calendar-0001.json").read_bytes())
    assert published["document"] == engine.book.versions("calendar")[0].document.model_dump(
        mode="json"
    )
    assert made.manifest.head.head == engine.head()
    assert counts["events"] == engine.head().position == len(lines)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_says_how_to_check_the_links(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Its Python, run as it stands, accepts the folder; with one character changed, it does not."""
    program, _ = PYTHON.findall((folder / name).read_text(encoding="utf-8"))
    monkeypatch.chdir(folder)
    exec(compile(program, name, "exec"), {})  # noqa: S102 - the README is ours
    events = folder / "events.jsonl"
    events.write_bytes(events.read_bytes().replace(b"complaint.accepted", b"complaint.Accepted", 1))
    with pytest.raises(AssertionError):
        exec(compile(program, name, "exec"), {})  # noqa: S102 - the README is ours


@pytest.mark.parametrize("forms", [("jsonl",), ("parquet",), ("jsonl", "parquet")])
def test_the_folder_is_audited_like_the_store(
    engine: Engine, tmp_path: Path, forms: tuple[Any, ...]
) -> None:
    """In every form nothing is found, and digest and head are those of the live store."""
    export(engine, tmp_path / "folder", forms=forms)
    live, report = engine.audit(), audit_folder(tmp_path / "folder")
    assert report.clean, report.findings[:3]
    assert (report.digest, report.head, report.events) == (live.digest, live.head, live.events)
    assert len(report.remarks) == len(live.remarks)


def test_parquet_lies_in_folders_by_month(exported: Path) -> None:
    """By the month of recording; the district begins in the evening of 1 March, in UTC."""
    assert [path.name for path in (exported / "events").iterdir()] == ["recorded_month=2026-03"]


def test_an_earlier_position_is_the_store_as_it_was(engine: Engine, tmp_path: Path) -> None:
    """Log, register, keys and policies end there; a store made of it is that of the day."""
    position = engine.submit(told(1), by=AGENT).position
    for number in range(3):
        engine.submit(told(number), by=AGENT)
    until = next(iter(engine.store.log(after=position - 1, until=position)))
    made = export(engine, tmp_path / "then", until=position)
    report = audit_folder(tmp_path / "then")
    assert report.clean, report.findings[:3]
    assert (report.position, report.head) == (position, until.link.hex())
    assert (
        0 < made.manifest.counts["keys"] < engine.store.rows("SELECT COUNT(*) FROM keys", {})[0][0]
    )
    # To the end of the log is the same as without an end.
    export(engine, tmp_path / "now")
    export(engine, tmp_path / "end", until=engine.head().position)
    assert audit_folder(tmp_path / "end").digest == engine.audit().digest
    for name in ("events.jsonl", "keys.jsonl", "register/cases.csv", "register/spells.csv"):
        assert (tmp_path / "end" / name).read_bytes() == (tmp_path / "now" / name).read_bytes()


def test_nothing_is_cut_off_from_what_it_caused(engine: Engine, tmp_path: Path) -> None:
    """A position between an event and its effect is refused, with the one that would do."""
    effects = [
        row.position
        for row in engine.store.log()
        if engine.mapper.to_domain_event(row.stored).cause is not None
    ]
    with pytest.raises(InputError, match=f"say --until {effects[0]}"):
        export(engine, tmp_path / "folder", until=effects[0] - 1)
    export(engine, tmp_path / "folder", until=effects[0])
    assert audit_folder(tmp_path / "folder").clean


def test_an_instant_names_a_position(engine: Engine, tmp_path: Path) -> None:
    """What was recorded by then is there, and nothing else."""
    instant = datetime(2026, 3, 5, 4, tzinfo=UTC)
    made = export(engine, tmp_path / "folder", until=instant)
    lines = [
        json.loads(line)
        for line in (tmp_path / "folder" / "events.jsonl").read_bytes().splitlines()
    ]
    times = [datetime.fromisoformat(line["recorded_at"]) for line in lines]
    after = next(iter(engine.store.log(after=len(lines))))
    assert max(times) <= instant < datetime.fromisoformat(json.loads(after.state)["timestamp"])
    assert made.manifest.as_of == instant
    assert audit_folder(tmp_path / "folder").clean


@pytest.mark.parametrize("until", [-1, 10**9, datetime(2026, 3, 9)])  # noqa: DTZ001 - that is the fault
def test_there_is_no_such_place(engine: Engine, tmp_path: Path, until: int | datetime) -> None:
    """A position beyond the log and an instant without a zone are refused, and nothing is made."""
    with pytest.raises(InputError):
        export(engine, tmp_path / "folder", until=until)
    assert not list(tmp_path.glob("folder*"))


def test_others_write_on(store: Path, tmp_path: Path) -> None:
    """What comes while the folder is written lies beyond it; all of the folder is of one moment."""
    url = f"sqlite:///{store}"
    stop = Event()

    def write() -> None:
        with Engine.open(url, clock=lambda: NOW) as other:
            cases = [row[0] for row in other.store.rows("SELECT case_id FROM cases", {})]
            number = 0
            while not stop.is_set():
                number += 1
                opened = other.submit(told(number), by=AGENT)
                other.submit(complaint.Accept(case_id=opened.case_id), by=AGENT)
            assert cases

    with Engine.open(url, clock=lambda: NOW) as engine:
        writer = Thread(target=write)
        writer.start()
        try:
            before = engine.head().position
            while engine.head().position < before + 20:
                pass
            made = export(engine, tmp_path / "folder")
        finally:
            stop.set()
            writer.join()
        position = made.manifest.head.position
        assert before < position < engine.head().position
        report = audit_folder(tmp_path / "folder")
        assert report.clean, report.findings[:3]
        again = export(engine, tmp_path / "again", until=position)
    assert audit_folder(tmp_path / "again").digest == report.digest
    assert again.manifest.counts == {**made.manifest.counts, "keys": again.manifest.counts["keys"]}


def test_a_case_that_moves_while_it_is_read_is_as_it_was(engine: Engine, tmp_path: Path) -> None:
    """Between the log and the register a case goes on, and another is opened: neither is seen."""
    case_id = engine.submit(told(0), by=AGENT).case_id
    before = engine.head()

    def meanwhile(what: str, done: int, total: int | None) -> None:
        if what == "events" and done == total and engine.head() == before:
            engine.submit(complaint.Accept(case_id=case_id), by=AGENT, key="meanwhile")
            engine.submit(told(1), by=AGENT, key="meanwhile too")

    made = export(engine, tmp_path / "folder", progress=meanwhile)
    assert engine.head().position > before.position == made.manifest.head.position
    assert b"meanwhile" not in (tmp_path / "folder" / "keys.jsonl").read_bytes()
    assert audit_folder(tmp_path / "folder").clean


def test_what_is_there_stays(engine: Engine, tmp_path: Path) -> None:
    """A folder with anything in it, a file, a link, an export: refused and left as it was."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    export(engine, tmp_path / "done")
    (tmp_path / "other.partial").mkdir()
    for name in ("full", "file", "link", "done", "other"):
        with pytest.raises(InputError, match="is there"):
            export(engine, tmp_path / name)
    assert (tmp_path / "full" / "notes.txt").read_text() == "mine"
    assert (tmp_path / "other.partial").is_dir()
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty").chmod(0o755)
    export(engine, tmp_path / "empty")
    assert audit_folder(tmp_path / "empty").clean
    assert stat.S_IMODE((tmp_path / "empty").stat().st_mode) == 0o700


@pytest.mark.parametrize("when", ["events", "cases"])
def test_stopped_it_leaves_nothing_that_looks_whole(
    engine: Engine, tmp_path: Path, when: str
) -> None:
    """Stopped in the log or in the register, it leaves nothing; the next one is whole."""

    def stop(what: str, done: int, total: int | None) -> None:  # noqa: ARG001 - as Progress is
        if what == when:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(engine, tmp_path / "folder", progress=stop)
    assert not list(tmp_path.glob("folder*"))
    export(engine, tmp_path / "folder")
    assert audit_folder(tmp_path / "folder").clean


def test_killed_it_leaves_a_name_that_says_so(engine: Engine, tmp_path: Path) -> None:
    """A child killed half way leaves `.partial`, which no audit takes; the next one clears it."""
    child = os.fork()
    if not child:
        with contextlib.suppress(BaseException):
            export(engine, tmp_path / "folder", progress=lambda *_: os._exit(9))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not (tmp_path / "folder").exists()
    assert (tmp_path / "folder.partial" / "events.jsonl").exists()
    report = audit_folder(tmp_path / "folder.partial")
    assert [finding.code for finding in report.findings] == ["unreadable-manifest"]
    export(engine, tmp_path / "folder")
    assert audit_folder(tmp_path / "folder").clean
    assert not (tmp_path / "folder.partial").exists()


def test_nobody_else_reads_it(engine: Engine, tmp_path: Path) -> None:
    """The folder holds personal data: it is its owner's alone, and its README says so."""
    export(engine, tmp_path / "folder")
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o700
    assert "holds personal data" in (tmp_path / "folder" / "README.md").read_text(encoding="utf-8")
    assert "含个人信息" in (tmp_path / "folder" / "README.zh-CN.md").read_text(encoding="utf-8")


EVENT = "UPDATE stored_events SET {} WHERE rowid = {}"
CASE = (
    "UPDATE cases SET {} WHERE case_id = "
    "(SELECT case_id FROM cases ORDER BY case_id LIMIT 1 OFFSET {})"
)
AS_TEXT = "state = CAST(replace(CAST(state AS TEXT), '{}', '{}') AS BLOB)"

FAULTS = {
    "log": (
        EVENT.format(AS_TEXT.format('"occurred_at":"2026-03-0', '"occurred_at":"2025-03-0'), 60),
        EVENT.format("state = x'fffe00'", 70),
        EVENT.format("state = x'7b0a0102037d'", 80),
        EVENT.format(f"state = zeroblob({9 * 2**20})", 90),
        EVENT.format("topic = CAST(x'6fff6f' AS TEXT)", 100),
        EVENT.format("originator_id = 'nobody'", 110),
        EVENT.format("link = x'00'", 120),
        EVENT.format("rowid = -5", 130),
        "DELETE FROM stored_events WHERE rowid = 140",
    ),
    "end": (
        "DELETE FROM stored_events WHERE rowid = (SELECT MAX(rowid) FROM stored_events)",
        "UPDATE log_head SET link = zeroblob(32)",
    ),
    "register": (
        CASE.format("outcome = 'solved'", 1),
        CASE.format("opened_at = 'noon'", 2),
        CASE.format("title = 'a\"b,' || char(10) || 'c'", 3),
        CASE.format("title = ''", 4),
        CASE.format("title = CAST(x'6fff6f' AS TEXT)", 5),
        "DELETE FROM spells WHERE case_id = (SELECT MIN(case_id) FROM spells)",
        "INSERT INTO spells (case_id, seq, position, state) VALUES ('nobody', 1, 1, 'closed')",
    ),
    "policy": (EVENT.format(AS_TEXT.format("17:00:00", "18:00:00"), 1),),
}


@pytest.mark.parametrize("where", FAULTS)
def test_faults_are_handed_on_as_they_stand(store: Path, tmp_path: Path, where: str) -> None:
    """What is wrong in a store is wrong in its folder, and the same is found in both."""
    with closing(sqlite3.connect(store)) as raw, raw:
        for sql in FAULTS[where]:
            assert raw.execute(sql).rowcount > 0, sql
    with Engine.open(f"sqlite:///{store}", clock=lambda: NOW) as engine:
        live = engine.audit()
        export(engine, tmp_path / "folder")
    report = audit_folder(tmp_path / "folder")
    found = [(f.code, f.case_id, f.version, f.position) for f in report.findings]
    assert found == [(f.code, f.case_id, f.version, f.position) for f in live.findings]
    assert found
    assert len(found) >= len(FAULTS[where]) - 1
    assert report.digest == live.digest


def test_the_same_position_gives_the_same_files(engine: Engine, tmp_path: Path) -> None:
    """Whenever it is exported, however much was recorded since."""
    position = engine.submit(told(1), by=AGENT).position
    engine.submit(told(2), by=AGENT)
    first = export(engine, tmp_path / "first", until=position)
    with Engine.open(engine.store.url, clock=lambda: NOW + timedelta(hours=2)) as later:
        later.submit(told(3), by=AGENT)
        second = export(later, tmp_path / "second", until=position)
    assert first.manifest.files == second.manifest.files


def test_a_year_of_lines_is_read_line_by_line(folder: Path) -> None:
    """A line is never longer than it has to be: no space that says nothing, one event a line."""
    with (folder / "events.jsonl").open("rb") as file:
        for line in file:
            assert line == json.dumps(
                json.loads(line), ensure_ascii=False, separators=(",", ":")
            ).encode() + b"\n"  # fmt: skip


def test_an_empty_store_is_a_folder_too(tmp_path: Path) -> None:
    """With its default policies, no case, and a clean audit; and a store can be made of it."""
    with Engine.open("memory:", clock=lambda: NOW) as engine:
        export(engine, tmp_path / "folder", forms=("jsonl", "parquet"))
        live = engine.audit()
    report = audit_folder(tmp_path / "folder")
    assert (report.clean, report.digest, report.cases) == (True, live.digest, 0)
    import_log(tmp_path / "folder", f"sqlite:///{tmp_path}/new.db")
