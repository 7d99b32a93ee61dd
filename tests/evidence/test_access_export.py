"""The access log in an exported folder: all of it, verifiable, and back in a store made of it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.evidence.conftest import NOW
from tests.evidence.test_export import PYTHON
from tests.evidence.test_folder import change, codes, manifest_of, replaced, say
from zhili import Actor, Engine, complaint, role
from zhili.errors import ConflictError, InputError
from zhili.evidence import audit_folder, export, import_log
from zhili.projections.readers import Readers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from uuid import UUID

AGENT = Actor(id="intake-01", role=role.INTAKE_AGENT, unit="12345")
INSPECTOR = Actor(id="inspector-01", role=role.INSPECTOR)
READS = 5


@pytest.fixture
def case_id(engine: Engine) -> UUID:
    """Give a case of which the name was read five times."""
    opened = engine.submit(
        complaint.Register(
            kind="complaint", channel="hotline", title="路灯", content="门口路灯三天不亮",
            category="roads/lighting", subject="citizen-1", name="欧阳明月",
            phone="13912345678",
        ),
        by=AGENT,
    )  # fmt: skip
    for n in range(READS):
        read(engine, opened.case_id, f"to look into it, {n}")
    return opened.case_id


@pytest.fixture
def folder(engine: Engine, case_id: UUID, tmp_path: Path) -> Path:
    """Give the record as a folder."""
    assert engine.case(case_id).registered
    return export(engine, tmp_path / "folder").folder


def read(engine: Engine, case_id: UUID, purpose: str) -> None:
    """Read the name of who told a case."""
    engine.read_personal(case_id, fields=["name"], by=INSPECTOR, purpose=purpose)


def lines_of(folder: Path) -> Iterator[dict[str, object]]:
    """Give the lines of the access log."""
    for line in (folder / "access.jsonl").read_bytes().splitlines():
        yield json.loads(line)


def test_the_folder_holds_every_reading(engine: Engine, folder: Path) -> None:
    """Position, link, the entry's bytes and what stands beside it; the manifest names the head."""
    rows = list(engine.store.access_log())
    assert len(rows) == READS
    assert [tuple(line.values()) for line in lines_of(folder)] == [
        (row.position, row.link.hex(), row.case_id, row.subject, row.actor_id, row.read_at,
         (row.entry or b"").decode())
        for row in rows
    ]  # fmt: skip
    head = engine.access_head()
    manifest = manifest_of(folder)
    assert manifest["access_head"] == {"position": head.position, "link": head.link.hex()}
    assert manifest["counts"]["reads"] == READS
    report, live = audit_folder(folder), engine.audit()
    assert (report.findings, report.reads) == ((), READS)
    assert (report.access_head, report.digest) == (live.access_head, live.digest)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_says_how_to_check_the_readings(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Its Python, run as it stands, accepts the folder; with a word changed or a line lost, not."""
    _, program = PYTHON.findall((folder / name).read_text(encoding="utf-8"))
    monkeypatch.chdir(folder)
    exec(compile(program, name, "exec"), {})  # noqa: S102 - the README is ours
    for work in (replaced(b"to look", b"to help", 2), lambda lines: lines[:-1]):
        right = (folder / "access.jsonl").read_bytes()
        change(folder, "access.jsonl", work)
        with pytest.raises(AssertionError):
            exec(compile(program, name, "exec"), {})  # noqa: S102 - the README is ours
        (folder / "access.jsonl").write_bytes(right)


def beyond(lines: list[bytes]) -> list[bytes]:
    """Give the lines with one after the last, made up from it."""
    made = json.loads(lines[-1]) | {"position": READS + 1}
    return [*lines, json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"]


def without_entry(lines: list[bytes]) -> list[bytes]:
    """Give the lines with one whose entry was too large to be read where it was exported."""
    made = json.loads(lines[2]) | {"entry": None}
    line = json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return [*lines[:2], line, *lines[3:]]


TAMPERING: dict[str, tuple[Callable[[list[bytes]], list[bytes]], set[str]]] = {
    "a word is changed": (replaced(b"to look", b"to help", 2), {"access-broken-link"}),
    "no entry any more": (replaced(b'"entry":"{', b'"entry":"}', 2),
                          {"access-broken-link", "access-unreadable"}),
    "in base64": (replaced(b'"entry":"{', b'"entry_base64":"e30=","x":"', 2),
                  {"unreadable-line", "access-missing-position"}),
    "a link": (replaced(b'"link":"', b'"link":"00', 2), {"access-broken-link"}),
    "a case beside": (replaced(b'"case_id":"', b'"case_id":"0', 2), {"access-differs"}),
    "a reader beside": (replaced(b'"actor_id":"', b'"actor_id":"0', 2), {"access-differs"}),
    "a person beside": (replaced(b'"subject":"', b'"subject":"0', 2), {"access-differs"}),
    "an instant beside": (replaced(b'"read_at":1', b'"read_at":2', 2), {"access-differs"}),
    "one is taken out": (lambda lines: lines[:2] + lines[3:],
                         {"access-missing-position", "access-broken-link", "wrong-manifest"}),
    "the last is taken out": (lambda lines: lines[:-1], {"access-truncated", "wrong-manifest"}),
    "all are taken out": (lambda _: [], {"access-truncated", "wrong-manifest"}),
    "one is doubled": (lambda lines: [*lines[:3], *lines[2:]], {"doubled-row", "wrong-manifest"}),
    "one is made up": (beyond, {"access-beyond-head", "access-broken-link", "wrong-manifest"}),
    "two stand the other way round": (lambda lines: [lines[1], lines[0], *lines[2:]],
                                      {"wrong-order"}),
    "before all": (replaced(b'"position":1,', b'"position":-1,', 0),
                   {"access-foreign-position", "access-missing-position", "access-broken-link"}),
    "spaces": (replaced(b'{"position":', b'{ "position":', 2), {"unreadable-line"}),
    "no JSON": (lambda lines: [*lines[:2], b"}{\n", *lines[3:]],
                {"unreadable-line", "access-missing-position", "access-broken-link",
                 "wrong-manifest"}),
    "too large to be exported": (without_entry, {"unreadable-line", "access-missing-position"}),
}  # fmt: skip
"""What is done to the lines of the access log, and what the audit of the folder finds then."""


@pytest.mark.parametrize("fault", TAMPERING)
def test_a_changed_access_log_is_found(
    folder: Path, signed: Callable[[Path], None], fault: str
) -> None:
    """An entry changed, lost, doubled, moved or spelt otherwise, by somebody who signs anew."""
    work, right = TAMPERING[fault]
    change(folder, "access.jsonl", work)
    signed(folder)
    report = audit_folder(folder)
    assert right <= codes(report)
    spoilt = {"wrong-manifest", "access-broken-link"} if "unreadable-line" in right else set()
    assert codes(report) <= right | spoilt


def test_a_wrong_head_is_found(folder: Path) -> None:
    """Another link, another position, another count; none at all makes the manifest unreadable."""
    right = manifest_of(folder)
    say(folder, access_head=right["access_head"] | {"link": "ab" * 32})
    assert codes(audit_folder(folder)) == {"access-wrong-head"}
    say(folder, access_head=right["access_head"] | {"position": READS - 1})
    assert codes(audit_folder(folder)) == {"access-beyond-head"}
    say(folder, access_head=right["access_head"], counts=right["counts"] | {"reads": 4})
    assert codes(audit_folder(folder)) == {"wrong-manifest"}
    (folder / "access.jsonl").unlink()
    say(folder, files=[one for one in right["files"] if one["path"] != "access.jsonl"])
    assert {"missing-file", "access-truncated"} <= codes(audit_folder(folder))
    say(folder, access_head=None)
    assert codes(audit_folder(folder)) == {"unreadable-manifest"}


def test_a_kept_head_is_expected_of_a_folder(engine: Engine, folder: Path) -> None:
    """Who has kept the head of the access log convicts a folder whose chain was made anew."""
    head = engine.access_head()
    for kept, found in (
        (f"{head.position}:{head.link.hex()}", set[str]()),
        (f"3:{list(lines_of(folder))[2]['link']}", set()),
        (f"3:{head.link.hex()}", {"access-unexpected-head"}),
        (f"{head.position + 1}:{head.link.hex()}", {"access-unexpected-head"}),
        (f"0:{'00' * 32}", set()),
    ):

        def replay(engine: Engine, kept: str = kept) -> object:
            return engine.audit(expect_access=kept)

        report = audit_folder(folder, replay=replay)  # type: ignore[arg-type] - a report
        assert codes(report) == found
    with pytest.raises(InputError, match="no head"):
        engine.audit(expect_access="the last one")


def test_an_earlier_record_tells_what_had_been_read(
    engine: Engine, case_id: UUID, store: Path, tmp_path: Path
) -> None:
    """Until an instant, the access log ends before the first reading after it; the chain holds."""
    del case_id
    before = NOW.replace(hour=NOW.hour - 1)
    made = export(engine, tmp_path / "before", until=before)
    assert (made.manifest.counts["reads"], made.manifest.access_head.position) == (0, 0)
    made = export(engine, tmp_path / "now", until=NOW)
    assert made.manifest.counts["reads"] == READS
    later = int((NOW.timestamp() + 3600) * 1e6)
    with closing(sqlite3.connect(store)) as raw, raw:
        raw.execute("UPDATE access_log SET read_at = ? WHERE position = 4", (later,))
    made = export(engine, tmp_path / "cut", until=NOW)
    assert (made.manifest.counts["reads"], made.manifest.access_head.position) == (3, 3)
    for name in ("before", "now", "cut"):
        assert audit_folder(tmp_path / name).clean, name


def test_what_is_damaged_is_exported_and_found(engine: Engine, folder: Path, store: Path) -> None:
    """Whatever a damaged store holds is written as far as it can be, and the audit tells."""
    with closing(sqlite3.connect(store)) as raw, raw:
        raw.execute("UPDATE access_log SET entry = x'ff00' WHERE position = 2")
        raw.execute("UPDATE access_log SET entry = zeroblob(1048577) WHERE position = 3")
        raw.execute("UPDATE access_log SET link = 'none', subject = x'00' WHERE position = 4")
    other = folder.with_name("damaged")
    export(engine, other)
    lines = list(lines_of(other))
    assert lines[1]["entry_base64"] == "/wA="
    assert (lines[2]["entry"], lines[3]["link"], lines[3]["subject"]) == (None, None, None)
    report = audit_folder(other)
    assert codes(report) == {
        "access-unreadable", "access-broken-link", "access-missing-position", "unreadable-line",
        "wrong-manifest",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_store_made_of_it_knows_who_has_read(
    engine: Engine, case_id: UUID, folder: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    """Every entry is there again, the head is the same, and the chain goes on from it."""
    url = f"sqlite:///{folder.parent}/new.db"
    if kind == "postgres":
        url = str(request.getfixturevalue("postgres_url"))
    made = import_log(folder, url)
    assert made.report.reads == READS
    with Engine.open(url, clock=lambda: NOW, create=False) as moved:
        assert list(moved.store.access_log()) == list(engine.store.access_log())
        assert moved.access_head() == engine.access_head()
        right = engine.ask(Readers(case_id=case_id)).items
        assert moved.ask(Readers(case_id=case_id)).items == right
        again = export(moved, folder.with_name("again")).folder
        assert (again / "access.jsonl").read_bytes() == (folder / "access.jsonl").read_bytes()
        read(moved, case_id, "to go on")
        report = moved.audit(expect_access=made.report.access_head)
        assert (report.findings, report.reads) == ((), READS + 1)


def test_a_store_with_readings_is_used(folder: Path, tmp_path: Path) -> None:
    """A store that has no events, and yet an access log, is refused as one that is used."""
    url = f"sqlite:///{tmp_path}/odd.db"
    Engine.open(url).close()
    with closing(sqlite3.connect(tmp_path / "odd.db")) as raw, raw:
        raw.execute("DELETE FROM stored_events")
        raw.execute("UPDATE log_head SET position = 0")
        raw.execute("UPDATE access_head SET position = 3")
    with pytest.raises(ConflictError, match="already"):
        import_log(folder, url)
