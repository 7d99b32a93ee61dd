"""`zhili import`: a file, a map, a store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Run

MAP = """
[source]
system = "town311"
[columns]
external_id = "id"
opened_at = "opened"
closed_at = "closed"
"""
ROWS = "id,opened,closed\n1,2026-03-02T09:00:00,2026-03-03T09:00:00\n2,2026-03-04T09:00:00,\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Write a file and its map."""
    (tmp_path / "cases.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    return str(tmp_path / "cases.csv"), str(tmp_path / "map.toml")


def test_a_file_is_imported_once(run: Run, tmp_path: Path, files: tuple[str, str]) -> None:
    """The store is made; the same file again adds nothing; the figures are there."""
    url = f"sqlite:///{tmp_path}/town.db"
    arguments = ("import", files[0], "--map", files[1], "--store", url)
    first = run(*arguments, "--format", "json")
    assert first.exit_code == 0, first.output
    summary = json.loads(first.stdout)
    assert (summary["rows"], summary["opened"], summary["closed"]) == (2, 2, 1)
    second = json.loads(run(*arguments, "--format", "json", "--batch", "1").stdout)
    assert (second["opened"], second["unchanged"]) == (0, 2)
    assert "town311" in run(*arguments).stdout
    stats = json.loads(run("stats", "--store", url, "--format", "json").stdout)
    assert (stats["counts"]["total"], stats["counts"]["closed"]) == (2, 1)
    assert run("audit", "--store", url).exit_code == 0


def test_rejected_rows_end_with_1(run: Run, tmp_path: Path, files: tuple[str, str]) -> None:
    """The good rows are in; the bad one is in the reject file with its line."""
    (tmp_path / "cases.csv").write_text(f"{ROWS}3,soon,\n", encoding="utf-8")
    url, rejects = f"sqlite:///{tmp_path}/town.db", tmp_path / "bad.csv"
    result = run(
        "import", files[0], "--map", files[1], "--store", url, "--rejects", str(rejects),
        "--format", "json",
    )  # fmt: skip
    assert result.exit_code == 1
    summary = json.loads(result.stdout)
    assert (summary["opened"], summary["rejected"], summary["rejects"]) == (2, 1, str(rejects))
    assert rejects.read_text(encoding="utf-8").splitlines()[1].startswith("4,")


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("map.toml", MAP.replace('"opened"', '"begun"'), "begun"),
        ("map.toml", "[colour]", "colour"),
        ("map.toml", "no map", "TOML"),
        ("cases.csv", "", "cases.csv"),
        ("cases.csv", "id,opened,closed\n1,\xff,\n", "is not utf-8 text"),
        ("cases.csv", "nr,opened,closed\n", "no column 'id'"),
    ],
)
def test_what_cannot_be_read_is_refused(  # noqa: PLR0913, PLR0917 - what is wrong, and where
    run: Run, tmp_path: Path, files: tuple[str, str], file: str, text: str, said: str
) -> None:
    """A map that names an absent column, or is none; a file that is empty: no store is made."""
    (tmp_path / file).write_bytes(text.encode("latin-1"))
    result = run("import", files[0], "--map", files[1], "--store", f"sqlite:///{tmp_path}/t.db")
    assert result.exit_code == 2
    assert said in result.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"cases.csv", "map.toml"}
    assert (result.stderr[:15], result.stderr.count("\n")) == ("error [input]: ", 1)


def test_import_needs_a_map(run: Run, files: tuple[str, str]) -> None:
    """Without one it is wrong usage."""
    assert run("import", files[0], "--store", "memory:").exit_code == 2


@pytest.mark.parametrize("missing", ["cases.csv", "map.toml"])
def test_a_file_that_is_not_there_is_wrong_usage(
    run: Run, tmp_path: Path, files: tuple[str, str], missing: str
) -> None:
    """The one with the cases or the map; no store is made for it."""
    (tmp_path / missing).unlink()
    result = run("import", files[0], "--map", files[1], "--store", f"sqlite:///{tmp_path}/t.db")
    assert (result.exit_code, result.stderr[:15]) == (2, "error [input]: ")
    assert missing in result.stderr
    assert not (tmp_path / "t.db").exists()


@pytest.mark.parametrize(
    "rejects", ["cases.csv", "map.toml", "t.db", "t.db-wal", "t.db-shm", "letter.txt", "no/r.csv"]
)
@pytest.mark.parametrize("made", [True, False])
def test_rejects_take_the_place_of_nothing(
    run: Run, tmp_path: Path, files: tuple[str, str], rejects: str, *, made: bool
) -> None:
    """Neither of the input, the map, the store made or not yet made, nor of a file of anybody's."""
    url = f"sqlite:///{tmp_path}/t.db"
    if made:
        assert run("init", url).exit_code == 0
    (tmp_path / "letter.txt").write_text("Dear all,\n", encoding="utf-8")
    (tmp_path / "cases.csv").write_text(f"{ROWS}3,soon,\n", encoding="utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    result = run("import", files[0], "--map", files[1], "--store", url, "--rejects", rejects)
    assert (result.exit_code, result.stderr[:15]) == (2, "error [input]: ")
    assert rejects in result.stderr
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_what_separates_the_fields_is_said(
    run: Run, tmp_path: Path, files: tuple[str, str]
) -> None:
    """For people in a sentence that can be put into the map, for programs as a field."""
    (tmp_path / "cases.csv").write_text(ROWS.replace(",", "\t"), encoding="utf-8")
    arguments = ("import", files[0], "--map", files[1], "--store", "memory:")
    table = run(*arguments)
    assert table.exit_code == 0, table.output
    assert r'delimiter = "\t"' in table.stdout
    assert json.loads(run(*arguments, "--format", "json").stdout)["delimiter"] == "\t"


@pytest.mark.postgres
def test_every_command_works_on_postgresql(
    run: Run, postgres_url: str, files: tuple[str, str]
) -> None:
    """From an empty database to a clean audit; the password is never shown."""
    assert run("init", postgres_url).exit_code == 0
    brought = run("import", files[0], "--map", files[1], "--store", postgres_url)
    assert brought.exit_code == 0, brought.output
    for command in ("migrate", "check", "tick", "rebuild", "stats", "worklist", "audit"):
        result = run(command, "--store", postgres_url, "--format", "json")
        assert result.exit_code == 0, result.output
        assert isinstance(json.loads(result.stdout), dict)
