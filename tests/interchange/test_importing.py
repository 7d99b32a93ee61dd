"""What an import makes of a source's rows, the odd ones above all."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest

from tests.interchange.conftest import NOW
from zhili.commands.complaint import BringIn, BringInClosing, imported_id
from zhili.commands.policy import publish
from zhili.engine import Engine
from zhili.errors import ConflictError, InputError
from zhili.interchange import ImportMap, ImportSummary, import_cases
from zhili.interchange.importing import TRIES_MAX
from zhili.policies.late_entry import LateEntry
from zhili.reactions import REACTIONS, Reaction
from zhili.values import Actor
from zhili.workflows.policy import ADMINISTRATOR
from zhili.workflows.role import IMPORTER

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from zhili.aggregates import Case, CaseEvent
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

    Write = Callable[..., Path]

MAP = """
[source]
system = "city"
zone = "{zone}"
[columns]
external_id = "id"
opened_at = "opened"
closed_at = "closed"
due_at = "due"
status = "status"
unit = "agency"
[values]
null = ["", "N/A"]
closed_statuses = ["Closed"]
[duplicates]
external_id = "{duplicates}"
"""
ADMIN = Actor(id="admin-01", role=ADMINISTRATOR)
HEADER = "id,opened,closed,due,status,agency\n"
FIRST = "1,2026-01-01T08:00:00,,2026-01-10,Open,Roads\n"
SECOND = "2,2026-01-02T08:00:00,2026-01-03T08:00:00,2026-01-10,Closed,Parks\n"


def city(zone: str = "UTC", duplicates: str = "keep-first") -> ImportMap:
    """Give the map of the made-up city."""
    return ImportMap.parse(MAP.format(zone=zone, duplicates=duplicates))


def registered(engine: Engine, columns: str) -> list[tuple[Any, ...]]:
    """Give columns of the register, by the source's id and the instant of opening."""
    return engine.store.rows(f"SELECT {columns} FROM cases ORDER BY source_id, opened_at", {})


def added_up(summary: ImportSummary) -> bool:
    """Say whether every row was counted exactly once."""
    there = summary.closed_now + summary.changed + summary.unchanged
    return summary.already_there == there and summary.rows == (
        summary.opened + there + summary.duplicates_skipped + summary.rejected
    )


@pytest.fixture
def carried(engine: Engine, written: Write, tmp_path: Path) -> Callable[..., ImportSummary]:
    """Give a function that imports rows and checks that all of them are accounted for."""

    def carry(rows: str, import_map: ImportMap | None = None, **options: Any) -> ImportSummary:
        options.setdefault("rejects", tmp_path / "rejects.csv")
        summary = import_cases(engine, written(HEADER + rows), import_map or city(), **options)
        assert added_up(summary)
        report = engine.audit()
        assert report.findings == ()
        flags = [remark for remark in report.remarks if remark.code == "flag"]
        assert len(flags) >= sum(summary.flags.values())
        return summary

    return carry


def test_what_the_source_knows_is_kept(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """System, id, zone, status, instants and unit arrive; who brought them in is on each event."""
    summary = carried(FIRST + SECOND)
    assert (summary.rows, summary.opened, summary.closed) == (2, 2, 1)
    assert summary.flags == {}
    case: Case = engine.case(imported_id("city", "2"))
    assert (case.source, case.source_id, case.zone, case.source_status) == (
        "city", "2", "UTC", "Closed",
    )  # fmt: skip
    assert case.state == "closed"
    assert case.unit == "Parks"
    assert str(case.opened_at) == "2026-01-02 08:00:00+00:00"
    assert str(case.closed_at) == "2026-01-03 08:00:00+00:00"
    assert str(case.source_due_at) == "2026-01-10 00:00:00+00:00"
    opened, closed = engine.history(case.id)
    assert (opened.event_name, closed.event_name) == ("Imported", "ImportedClosed")
    assert opened.by == closed.by == Actor(id="import:city", role=IMPORTER)
    assert closed.occurred_at == case.closed_at
    assert engine.case(imported_id("city", "1")).state == "imported"


def test_importing_again_adds_nothing(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """The second time every case is there, and the log does not grow."""
    carried(FIRST + SECOND)
    head = engine.head()
    again = carried(FIRST + SECOND)
    assert (again.opened, again.closed_now, again.changed, again.unchanged) == (0, 0, 0, 2)
    assert engine.head() == head


def test_a_newer_export_closes_what_it_shows_closed(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """An open case is closed, never opened a second time, and takes over the new status."""
    carried(FIRST + SECOND)
    newer = FIRST.replace(",,", ",2026-02-01T08:00:00,").replace("Open", "Closed")
    summary = carried(newer + SECOND)
    assert (summary.opened, summary.closed_now, summary.unchanged, summary.changed) == (0, 1, 1, 0)
    assert summary.differences == {}
    case = engine.case(imported_id("city", "1"))
    assert (case.state, case.source_status, case.version) == ("closed", "Closed", 2)
    assert carried(newer + SECOND).unchanged == 2


@pytest.mark.parametrize(
    ("row", "differences"),
    [
        (SECOND.replace("-03T", "-04T"), {"closed_at": 1}),
        (SECOND.replace("2026-01-03T08:00:00", "").replace("Closed", "Open"),
         {"closed_at": 1, "status": 1}),
        (SECOND.replace("Parks", "Roads"), {"unit": 1}),
        (SECOND.replace("Parks", ""), {"unit": 1}),
        (SECOND.replace("-02T08", "-02T07"), {"opened_at": 1}),
        (SECOND.replace("-10", "-11"), {"due_at": 1}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_over_is_counted_and_not_repaired(
    engine: Engine, carried: Callable[..., ImportSummary], row: str, differences: dict[str, int]
) -> None:
    """A case that the source now tells otherwise stays as it is."""
    carried(SECOND)
    head = engine.head()
    summary = carried(row)
    assert (summary.changed, summary.unchanged) == (1, 0)
    assert summary.differences == differences
    assert engine.head() == head


def test_what_else_changed_about_a_case_that_closes_is_counted(
    carried: Callable[..., ImportSummary],
) -> None:
    """The closing is taken over, the new unit is not: both can be seen."""
    carried(FIRST)
    summary = carried(FIRST.replace(",,", ",2026-02-01,").replace("Roads", "Parks"))
    assert (summary.closed_now, summary.changed) == (1, 0)
    assert summary.differences == {"unit": 1}


ODD = [
    ("1,2026-01-05,2026-01-04,,Closed,a", "closed_before_opened"),
    ("1,2026-01-05,2026-01-06,2026-01-04,Closed,a", "due_before_opened"),
    ("1,2026-01-05,,,Closed,a", "closed_status_without_time"),
    ("1,2026-01-05,2026-01-06,,Open,a", "open_status_with_time"),
    ("1,2026-01-05,,soon,Open,a", "unreadable_due_at"),
    ("1,2026-01-05,perhaps,,Open,a", "unreadable_closed_at"),
    ("1,2026-03-02T04:00:01,,,Open,a", "opened_in_future"),
    ("1,2026-01-05,2026-03-02T04:00:01,,Closed,a", "closed_in_future"),
]


@pytest.mark.parametrize(("row", "flag"), ODD)
def test_what_is_odd_is_imported_and_flagged(
    engine: Engine, carried: Callable[..., ImportSummary], row: str, flag: str
) -> None:
    """The case is there, its flag is counted, and the register can be asked for it."""
    summary = carried(row + "\n")
    assert (summary.opened, summary.rejected) == (1, 0)
    assert summary.flags == {flag: 1}
    assert registered(engine, "flags") == [(flag,)]
    assert carried(row + "\n").flags == {}


@pytest.mark.parametrize(
    "row",
    [
        "1,2026-01-05,2026-01-05,2026-01-05,Closed,a",
        "1,2026-03-02T04:00:00,2026-03-02T04:00:00,,Closed,a",
        "1,2026-01-05,2026-01-06,,,a",
        "1,2026-01-05,,,,a",
        "1,2026-01-05,N/A,N/A,N/A,N/A",
    ],
)
def test_what_is_just_in_order_is_not_flagged(
    engine: Engine, carried: Callable[..., ImportSummary], row: str
) -> None:
    """Equal times, the present and missing values are not odd."""
    assert carried(row + "\n").flags == {}
    assert registered(engine, "flags") == [(None,)]


def test_an_unreadable_time_is_kept_as_it_was_written(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """The raw text stands in the event; the case has no such time."""
    carried("1,2026-01-05,perhaps,2026-02-30,Closed,a\n")
    (event,) = engine.history(imported_id("city", "1"))
    assert getattr(event, "unreadable") == {"closed_at": "perhaps", "due_at": "2026-02-30"}  # noqa: B009 - a field of this event alone
    assert registered(engine, "state, closed_at, due_at, flags") == [
        (
            "imported", None, None,
            "unreadable_closed_at unreadable_due_at closed_status_without_time",
        )
    ]  # fmt: skip


def test_without_closed_statuses_a_status_cannot_disagree(
    carried: Callable[..., ImportSummary],
) -> None:
    """Where the map names none, closing times alone say what is closed."""
    says_nothing = MAP.replace('["Closed"]', "[]").format(zone="UTC", duplicates="keep-first")
    summary = carried(
        "1,2026-01-05,,,Closed,a\n2,2026-01-05,2026-01-06,,Open,a\n", ImportMap.parse(says_nothing)
    )
    assert (summary.opened, summary.closed, summary.flags) == (2, 1, {})


def test_local_times_at_a_change_of_the_clocks_are_flagged(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """Opening and closing are flagged once a case, each in the event that it belongs to."""
    summary = carried(
        "1,2011-03-13T02:30:00,,,Open,a\n"
        "2,2011-11-05T23:41:22,2011-11-06T01:11:52,,Closed,a\n"
        "3,2011-11-06T01:00:00,2011-11-06T01:30:00,,Closed,a\n"
        "4,2011-11-06T01:30:00,2011-11-06T02:30:00,,Closed,a\n",
        city("America/New_York"),
    )
    assert summary.flags == {"ambiguous_local_time": 3, "nonexistent_local_time": 1}
    assert registered(engine, "source_id, flags, zone") == [
        ("1", "nonexistent_local_time", "America/New_York"),
        ("2", "ambiguous_local_time", "America/New_York"),
        ("3", "ambiguous_local_time", "America/New_York"),
        ("4", "ambiguous_local_time", "America/New_York"),
    ]


def test_a_flag_stands_once_on_a_case(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """Two times of a case that are odd in the same way, or a later closing, flag it once."""
    skipped, there = "2011-03-13T02:30:00", city("America/New_York")
    first = carried(f"1,{skipped},,{skipped},Open,a\n2,2011-03-13,,{skipped},Open,a\n", there)
    assert first.flags == {"nonexistent_local_time": 2}
    closed = f"1,{skipped},{skipped},,Closed,a\n2,2011-03-13,{skipped},,Closed,a\n"
    second = carried(closed, there)
    assert (second.closed_now, second.flags) == (2, {})
    assert registered(engine, "flags") == [("nonexistent_local_time",)] * 2


def test_a_column_that_the_map_leaves_out_cannot_differ(
    carried: Callable[..., ImportSummary],
) -> None:
    """Importing again with a smaller map does not say that the unit has gone."""
    carried(FIRST)
    smaller = MAP.replace('unit = "agency"\n', "").format(zone="UTC", duplicates="keep-first")
    summary = carried(FIRST, ImportMap.parse(smaller))
    assert (summary.unchanged, summary.differences) == (1, {})


def test_a_blank_is_nothing_whatever_the_map_says(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """A list of nulls without the blank adds to it."""
    told = MAP.replace('["", "N/A"]', '[" - "]').format(zone="UTC", duplicates="keep-first")
    carried("1,2026-01-05, ,-,,N/A\n", ImportMap.parse(told))
    assert registered(engine, "closed_at, due_at, source_status, unit, flags") == [
        (None, None, None, "N/A", None)
    ]


def test_a_hosts_reactions_follow_from_an_import(written: Write) -> None:
    """What a host wants to do about imported cases is asked of it in the same transaction."""
    asked: list[str] = []

    def follow(event: CaseEvent, _case: Case, _rules: Rules) -> tuple[Command, ...]:
        asked.append(event.event_name)
        return ()

    mine = [
        Reaction(topic, follow) for topic in ("complaint.imported", "complaint.imported-closed")
    ]
    with Engine.open("memory:", clock=lambda: NOW, reactions=(*REACTIONS, *mine)) as engine:
        import_cases(engine, written(HEADER + FIRST + SECOND), city())
    assert asked == ["Imported", "Imported", "ImportedClosed"]


def test_of_repeated_ids_the_first_row_is_kept(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """Later rows of an id are counted, in the same batch and beyond, and never close the case."""
    closing = FIRST.replace(",,", ",2026-01-02,")
    for batch in (1, 2, 1000):
        summary = carried(FIRST + closing + SECOND + closing, batch=batch)
        assert summary.duplicates_skipped == 2
    assert registered(engine, "source_id, state") == [("1", "imported"), ("2", "closed")]


def test_every_row_of_a_repeated_id_can_become_a_case(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """The nth row is a case of its own, flagged; importing again finds each."""
    everything = city(duplicates="keep-all")
    rows = FIRST + FIRST.replace("01-01", "01-02") + SECOND + FIRST.replace("01-01", "01-03")
    summary = carried(rows, everything, batch=2)
    assert (summary.opened, summary.flags) == (4, {"duplicate_id": 2})
    assert registered(engine, "source_id, flags") == [
        ("1", None), ("1", "duplicate_id"), ("1", "duplicate_id"), ("2", None),
    ]  # fmt: skip
    assert engine.case(imported_id("city", "1", 3)).opened_at is not None
    again = carried(rows, everything)
    assert (again.unchanged, again.flags) == (4, {})


LONG = "x" * 201
BAD = [
    (",2026-01-05,,,Open,a", "the id (id) is missing"),
    ("  ,2026-01-05,,,Open,a", "the id (id) is missing"),
    ("N/A,2026-01-05,,,Open,a", "the id (id) is missing"),
    ("1,,,,Open,a", "the opening time (opened) is missing"),
    ("1,N/A,,,Open,a", "the opening time (opened) is missing"),
    ("1,05/01/2026,,,Open,a", "'05/01/2026' cannot be read as a time"),
    ("1,2026-02-30,,,Open,a", "'2026-02-30' cannot be read as a time"),
    ("1,2026-01-05,,,Open", "it has 5 fields; the header has 6"),
    ("1,2026-01-05,,,Open,a,b", "it has 7 fields; the header has 6"),
    ('1,2026-01-05,,,Open,"a', "quotation mark"),
    ('1,2026-01-05,,,Open,"a"b', "quotation mark"),
    (f"1,2026-01-05,,,Open,{LONG}", "unit (agency) has 201 characters; at most 200"),
    (f"{LONG},2026-01-05,,,Open,a", "external_id (id) has 201 characters; at most 200"),
    ("1,2026-01-05,,,Op\0en,a", "status (status) holds the character U+0000"),
    ('"\0",2026-01-05,,,Open,a', "external_id (id) holds the character U+0000"),
    ("1,2026-01-05,\0,,Open,a", "closed_at (closed) holds the character U+0000"),
    ('1,2026-01-05,,,"\0\0",a', "status (status) holds the character U+0000"),
    ("1,2026-01-05,,,Open,a\x1bb", "unit (agency) holds the character U+001B"),
]


@pytest.mark.parametrize(("row", "reason"), BAD)
def test_a_row_that_cannot_be_a_case_is_given_back(
    engine: Engine, carried: Callable[..., ImportSummary], tmp_path: Path, row: str, reason: str
) -> None:
    """Line number, reason and the row as it stood go into a file; its neighbours are imported."""
    good = "8,2026-01-05,,,Open,a\n"
    summary = carried(f"{good}{row}\n{good.replace('8', '9', 1)}")
    assert (summary.opened, summary.rejected) == (2, 1)
    assert summary.rejects == str(tmp_path / "rejects.csv")
    with (tmp_path / "rejects.csv").open(encoding="utf-8", newline="") as stream:
        header, given_back = csv.reader(stream)
    assert header == ["line", "reason", "text"]
    assert given_back[0] == "3"
    assert reason in given_back[1]
    assert given_back[2] == row
    assert registered(engine, "source_id") == [("8",), ("9",)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_nul_in_a_column_that_nobody_asked_for_is_given_back(
    engine: Engine, written: Write, tmp_path: Path, end: str
) -> None:
    """Whatever ends the lines, and wherever it stands: a row with a reason, never an error."""
    text = "id,opened,remark\n1,2026-01-05,a\n2,2026-01-05,b\0b\n3,2026-01-05,c\n"
    told = ImportMap.parse(
        '[source]\nsystem = "s"\n[columns]\nexternal_id = "id"\nopened_at = "opened"\n'
    )
    path, rejects = written(text.replace("\n", end)), tmp_path / "rejects.csv"
    summary = import_cases(engine, path, told, rejects=rejects)
    assert (summary.opened, summary.rejected) == (2, 1)
    assert rejects.read_bytes().splitlines()[1:] == [
        b'3,"it holds the character U+0000 (NUL), which no text has","2,2026-01-05,b\0b"'
    ]


def test_texts_of_the_greatest_length_are_kept_whole(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """200 characters of any script are kept; spaces around them do not count."""
    carried(f"{'i' * 200},2026-01-05,,,{' ' * 300}Open ,{'𡐓' * 200}\n")
    assert registered(engine, "source_id, source_status, unit") == [("i" * 200, "Open", "𡐓" * 200)]


def test_a_row_after_a_rejected_one_of_the_same_id_is_kept(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """What was given back is no first row: nothing readable is lost for its sake."""
    summary = carried("1,never,,,Open,a\n1,2026-01-05,,,Open,b\n")
    assert (summary.opened, summary.rejected, summary.duplicates_skipped) == (1, 1, 0)
    assert registered(engine, "unit") == [("b",)]


def test_the_rejects_lie_in_the_current_directory_unless_told(
    engine: Engine, written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`<file>.rejects.csv`, made only when there is something in it."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert import_cases(engine, written(HEADER + FIRST), city()).rejects is None
    assert list((tmp_path / "here").iterdir()) == []
    summary = import_cases(engine, written(HEADER + "1,,,,,\n"), city())
    assert summary.rejects == "cases.csv.rejects.csv"
    assert (tmp_path / "here" / "cases.csv.rejects.csv").is_file()


def test_only_an_earlier_reject_file_is_replaced(
    engine: Engine, written: Write, tmp_path: Path
) -> None:
    """What an import gave back is, and an empty file; anything else stays as it is."""
    path, rejects = written(HEADER + "1,,,,,\n"), tmp_path / "given-back.csv"
    assert import_cases(engine, path, city(), rejects=rejects).rejected == 1
    first = rejects.read_bytes()
    assert first.startswith(b"line,reason,text\r\n2,")
    written(HEADER + FIRST + "1,,,,,\n")
    import_cases(engine, path, city(), rejects=rejects)
    assert rejects.read_bytes() == first.replace(b"\n2,", b"\n3,")
    rejects.write_bytes(b"")
    import_cases(engine, path, city(), rejects=rejects)
    assert rejects.read_bytes().startswith(b"line,reason,text\r\n3,")
    head = engine.head()
    for content in (b"line,reason,text,more\r\n", b"a letter", b"\0"):
        rejects.write_bytes(content)
        with pytest.raises(InputError, match="no reject file of an earlier import"):
            import_cases(engine, path, city(), rejects=rejects)
        assert rejects.read_bytes() == content
    assert engine.head() == head


def test_what_lies_where_the_rejects_go_by_default_is_not_replaced(
    engine: Engine, written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody named that file, so nobody meant to lose it."""
    monkeypatch.chdir(tmp_path)
    mine = written("mine", name="cases.csv.rejects.csv")
    with pytest.raises(InputError, match="no reject file"):
        import_cases(engine, written(HEADER + FIRST), city())
    assert mine.read_text() == "mine"


def test_what_is_put_there_meanwhile_is_not_replaced(
    engine: Engine, written: Write, tmp_path: Path
) -> None:
    """The place was free when the import began, and is not when its first row is given back."""
    rejects = tmp_path / "rejects.csv"

    def write(_what: str, _done: int, _total: int | None) -> None:
        rejects.write_text("mine")

    path = written(HEADER + FIRST + "2,,,,,\n")
    with pytest.raises(InputError, match="no reject file"):
        import_cases(engine, path, city(), batch=1, progress=write, rejects=rejects)
    assert rejects.read_text() == "mine"


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_the_files_of_the_store_are_not_replaced(
    written: Write, tmp_path: Path, ending: str
) -> None:
    """Not even one that is not there at the moment."""
    path, home = written(HEADER + "1,,,,,\n"), tmp_path / "the store"
    home.mkdir()
    with Engine.open(f"sqlite:///{home}/cases.db") as engine:
        there = {file.name for file in home.iterdir()}
        rejects = home / ".." / home.name / f"cases.db{ending}"
        with pytest.raises(InputError, match="the import needs that file"):
            import_cases(engine, path, city(), rejects=rejects)
        assert {file.name for file in home.iterdir()} == there
        assert engine.audit().findings == ()


def test_the_source_is_not_replaced_under_another_name(
    engine: Engine, written: Write, tmp_path: Path
) -> None:
    """A second name of the same file leads to it, though what it holds looks like rejects."""
    path = written("line,reason,text\r\n1,2026-01-05,a\r\n")
    (tmp_path / "second.csv").hardlink_to(path)
    told = ImportMap.parse(
        '[source]\nsystem = "s"\n[columns]\nexternal_id = "line"\nopened_at = "reason"\n'
    )
    with pytest.raises(InputError, match="over the source"):
        import_cases(engine, path, told, rejects=tmp_path / "second.csv")


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_what_separates_the_fields_is_found_by_the_header(
    engine: Engine, written: Write, tmp_path: Path, mark: str
) -> None:
    """A map that names columns only reads them, and the summary says by which mark."""
    path = written((HEADER + FIRST + SECOND).replace(",", mark))
    summary = import_cases(engine, path, city(), rejects=tmp_path / "r.csv")
    assert (summary.opened, summary.rejected, summary.delimiter) == (2, 0, mark)
    said = ImportMap.parse(
        MAP.format(zone="UTC", duplicates="keep-first").replace(
            "[columns]", 'delimiter = ","\n[columns]'
        )
    )
    with pytest.raises(InputError, match="separated by ','"):
        import_cases(engine, path, said, rejects=tmp_path / "r.csv")


def test_commas_are_not_worth_a_word(engine: Engine, carried: Callable[..., ImportSummary]) -> None:
    """The summary names a mark only where it is not the one that everybody expects."""
    assert carried(FIRST).delimiter is None
    assert len(registered(engine, "case_id")) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch": 0}, "at least one row"),
        ({"rejects": "{source}"}, "over the source"),
        ({"rejects": "{directory}/nowhere/rejects.csv"}, "no directory"),
        ({"rejects": "{directory}"}, "no directory"),
    ],
)
def test_an_import_that_cannot_be_carried_out_changes_nothing(
    engine: Engine, written: Write, options: dict[str, Any], said: str
) -> None:
    """What is wrong with the call is said before anything is read."""
    path = written(HEADER + FIRST)
    if "rejects" in options:
        place = options["rejects"].format(source=path, directory=path.parent)
        options = {"rejects": place}
    head = engine.head()
    with pytest.raises(InputError, match=said):
        import_cases(engine, path, city(), **options)
    assert engine.head() == head
    assert path.read_text() == HEADER + FIRST


@pytest.mark.parametrize(
    "content",
    [
        b"nr,opened\n1,2026-01-05\n",
        (HEADER + FIRST * 3000).encode() + b"2,\xff,,,,\n",
        b"",
    ],
)
def test_a_file_that_is_not_the_maps_changes_nothing(
    engine: Engine, written: Write, content: bytes
) -> None:
    """An absent column, a byte that is no text at the far end, an empty file: all refused whole."""
    head = engine.head()
    with pytest.raises(InputError):
        import_cases(engine, written(content), city(), batch=10)
    assert engine.head() == head


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("gb18030", ";"), ("utf-16", "\\t"), ("utf-8-sig", "|")]
)
def test_files_of_other_places_are_read(
    engine: Engine, written: Write, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    """Chinese headers and names, other encodings, other delimiters, other ways to write times."""
    text = "工单编号,登记时间,承办单位\n26-001,2026年1月5日 9:30,香坊区莫𡐓街道办事处\n"
    mark = delimiter.encode().decode("unicode_escape")
    path = written(text.replace(",", mark), encoding=encoding)
    told = ImportMap.parse(f"""
        [source]
        system = "哈尔滨12345"
        zone = "Asia/Shanghai"
        encoding = "{encoding}"
        delimiter = "{delimiter}"
        [columns]
        external_id = "工单编号"
        opened_at = "登记时间"
        unit = "承办单位"
        [values]
        time_formats = ["%Y年%m月%d日 %H:%M"]
    """)
    assert import_cases(engine, path, told, rejects=tmp_path / "r.csv").opened == 1
    case = engine.case(imported_id("哈尔滨12345", "26-001"))
    assert case.unit == "香坊区莫𡐓街道办事处"
    assert str(case.opened_at) == "2026-01-05 01:30:00+00:00"
    assert registered(engine, "opened_month, zone") == [("2026-01", "Asia/Shanghai")]


def test_two_sources_do_not_meet(engine: Engine, carried: Callable[..., ImportSummary]) -> None:
    """The same id in another system is another case."""
    carried(FIRST)
    other = ImportMap.parse(
        MAP.replace('"city"', '"other"').format(zone="UTC", duplicates="keep-first")
    )
    assert carried(FIRST, other).opened == 1
    assert len(registered(engine, "number")) == 2


class StoppedError(Exception):
    """Somebody pressed a key."""


def stop_after(lines: int) -> Callable[[str, int, int | None], None]:
    """Give a progress that stops the import once *lines* lines were read."""

    def progress(_what: str, done: int, _total: int | None) -> None:
        if done >= lines:
            raise StoppedError

    return progress


def test_an_import_that_was_stopped_is_finished_by_running_it_again(
    engine: Engine, carried: Callable[..., ImportSummary]
) -> None:
    """Whole batches remain; the second run finds them and brings in the rest."""
    rows = "".join(f"{n},2026-01-01,{'2026-01-02' * (n % 2)},,,a\n" for n in range(100))
    with pytest.raises(StoppedError):
        carried(rows, batch=10, progress=stop_after(41))
    assert len(registered(engine, "case_id")) == 40
    summary = carried(rows, batch=10)
    assert (summary.opened, summary.closed, summary.unchanged) == (60, 30, 40)


def test_progress_tells_lines_and_ends_with_all_of_them(
    carried: Callable[..., ImportSummary],
) -> None:
    """Each batch is told once, the end always."""
    told: list[tuple[str, int, int | None]] = []
    carried(FIRST + SECOND + "\n", batch=1, progress=lambda *said: told.append(said))
    assert told == [("import", 2, 4), ("import", 3, 4), ("import", 4, 4)]


class Overtaken:
    """A clock by which somebody else acts just before a batch is decided, again and again."""

    def __init__(self, rows: int, act: Callable[[], object], times: int) -> None:
        self.silent = rows  # each row read asks for the present once, before the register is asked
        self.act = act
        self.times = times

    def __call__(self) -> datetime:
        """Give the present, after somebody acted."""
        if self.silent:
            self.silent -= 1
        elif self.times:
            self.times -= 1
            self.act()
        return NOW


def opening(**fields: Any) -> BringIn:
    """Give the opening of the made-up city's second case as another import would."""
    told = {"source": "city", "source_id": "2", "zone": "UTC", "unit": "Parks", "status": "Closed"}
    begun = NOW.replace(month=1, day=2, hour=8)
    due = begun.replace(day=10, hour=0)
    return BringIn(
        case_id=imported_id("city", "2"), opened_at=begun, due_at=due, **{**told, **fields}
    )


@pytest.mark.parametrize("closes", [False, True])
def test_two_imports_at_once_bring_nothing_in_twice(
    written: Write, tmp_path: Path, *, closes: bool
) -> None:
    """What somebody else brings in or closes between looking and writing is found at once."""
    url, by = f"sqlite:///{tmp_path}/cases.db", Actor(id="import:city", role=IMPORTER)
    closing = BringInClosing(
        case_id=imported_id("city", "2"), closed_at=NOW.replace(month=1, day=3, hour=8)
    )
    with Engine.open(url, clock=lambda: NOW) as other:
        if closes:
            other.submit(opening(), by=by)
        commands = (closing,) if closes else (opening(), closing)
        clock = Overtaken(2, lambda: other.submit_many(commands, by=by), 1)
        with Engine.open(url, clock=clock) as engine:
            summary = import_cases(engine, written(HEADER + FIRST + SECOND), city())
            assert clock.times == 0
            assert (summary.opened, summary.closed_now, summary.unchanged) == (1, 0, 1)
            assert registered(engine, "source_id, state, version") == [
                ("1", "imported", 1),
                ("2", "closed", 2),
            ]
            assert engine.audit().findings == ()


@pytest.mark.parametrize(("times", "succeeds"), [(TRIES_MAX - 1, True), (TRIES_MAX, False)])
def test_whoever_is_always_overtaken_gives_up(
    written: Write, tmp_path: Path, times: int, *, succeeds: bool
) -> None:
    """After a few tries the conflict is the caller's, and no case of the batch is there."""
    url = f"sqlite:///{tmp_path}/cases.db"
    hours = iter(range(1, 100))
    with Engine.open(url, clock=lambda: NOW) as other:

        def change_the_rules() -> None:
            other.submit(publish(LateEntry(hours_max=next(hours))), by=ADMIN)

        with Engine.open(url, clock=Overtaken(1, change_the_rules, times)) as engine:
            if succeeds:
                assert import_cases(engine, written(HEADER + FIRST), city()).opened == 1
            else:
                with pytest.raises(ConflictError):
                    import_cases(engine, written(HEADER + FIRST), city())
            assert len(registered(engine, "case_id")) == succeeds
