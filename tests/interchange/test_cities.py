"""Two real cities: every case counted, every figure equal to an independent computation."""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.interchange.conftest import NOW
from zhili.commands.complaint import imported_id
from zhili.engine import Engine
from zhili.interchange import ImportMap, ImportSummary, import_cases
from zhili.projections.overview import Overview

if TYPE_CHECKING:
    from collections.abc import Iterator

MAPS = Path(__file__).resolve().parents[2] / "examples" / "maps"
SETS = {"boston": "boston311_2011", "nyc": "nyc311_2018"}
DIMENSIONS = {"unit": "by_agency", "type": "by_type_top20", "division": "by_district"}
BLANK = "(blank)"


class City:
    """A city's file, its map, its oracle, and the store that it was imported into."""

    def __init__(self, name: str, data: Path, home: Path) -> None:
        folder = data / SETS[name]
        self.name = name
        self.file = folder / f"{SETS[name]}.csv.gz"
        self.map = ImportMap.read(MAPS / f"{name}311.toml")
        self.oracle: dict[str, Any] = json.loads((folder / "oracle.json").read_text())
        self.oddities: dict[str, Any] = json.loads((data / "oddities.json").read_text())[SETS[name]]
        self.engine = Engine.open(f"sqlite:///{home}/{name}.db")
        self.summary = import_cases(self.engine, self.file, self.map)

    def answers(self, by: str) -> dict[str, Any]:
        """Give every figure as of the newest instant, with the groups of one dimension."""
        question = Overview.model_validate({"by": by, "as_of": "max"})
        document: dict[str, Any] = self.engine.ask(question).document()
        return document


@pytest.fixture(scope="module", params=list(SETS))
def city(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[City]:
    """Give a city, imported into a SQLite file."""
    imported = City(request.param, shared_data, tmp_path_factory.mktemp("city"))
    yield imported
    imported.engine.close()


def differences(found: Any, right: Any, where: str = "") -> list[str]:
    """Say where two figures differ: counts exactly, the rest by more than a millionth."""
    if isinstance(right, dict):
        return [d for key in right for d in differences(found[key], right[key], f"{where}.{key}")]
    if isinstance(right, list):
        if len(found) != len(right):
            return [f"{where}: {len(found)} of {len(right)}"]
        pairs = enumerate(zip(found, right, strict=True))
        return [d for n, pair in pairs for d in differences(*pair, f"{where}[{n}]")]
    if isinstance(right, float) and found is not None:
        same = math.isclose(found, right, rel_tol=0, abs_tol=1e-6)
    else:
        same = found == right
    return [] if same else [f"{where}: {found!r}, not {right!r}"]


@pytest.mark.slow
def test_every_row_is_a_case(city: City) -> None:
    """Cases, closings and flags are those that the oracle counts; nothing is given back."""
    right = city.oracle["counts"]
    summary = city.summary
    assert summary.rows == summary.opened == right["total"]
    assert summary.closed == right["closed"]
    assert (summary.rejected, summary.rejects, summary.duplicates_skipped) == (0, None, 0)
    flags = {
        "closed_before_opened": right["closed_before_created"],
        "due_before_opened": city.oracle["overdue"]["due_before_created"],
        "closed_status_without_time": right["status_closed_without_close_time"],
        "open_status_with_time": right["status_open_with_close_time"],
    }
    assert summary.flags == {code: number for code, number in flags.items() if number}


@pytest.mark.slow
def test_every_figure_is_the_oracles(city: City) -> None:
    """Rates, times to close, the survival curve, overdue and months, to the last digit."""
    found, right = city.answers("unit"), city.oracle
    total, closed = right["counts"]["total"], right["counts"]["closed"]
    assert found["as_of"].startswith(right["range"]["as_of"])
    counts = {"total": total, "closed": closed, "open": right["counts"]["open"]}
    assert differences(found["counts"], counts) == []
    before = right["counts"]["closed_before_created"]
    assert found["counts"]["closed_before_opened"] == before
    assert found["counts"]["flagged"] == city.summary.flags
    for name in ("closing_rate", "resolution_rate"):
        rate = {
            "numerator": closed,
            "denominator": total,
            "rate": right["resolution_rate"]["by_time"],
        }
        assert differences(found[name], rate, name) == []
    names = [f"p{n}_{kind}" for n in (50, 75, 90, 95) for kind in ("linear", "nearest")]
    times = {name: right["time_to_close_hours"][name] for name in ("n", "mean", *names)}
    assert differences(found["time_to_close_hours"], times) == []
    names = ["n", "events", "censored", "median_h", "time_S_le_0_75_h", "time_S_le_0_25_h"]
    curve = {name: right["kaplan_meier"][name] for name in names}
    assert differences(found["kaplan_meier"], curve) == []
    names = [
        "with_due", "closed_late", "closed_in_time", "open_past_due", "open_not_yet_due",
        "overdue_rate", "late_rate_closed",
    ]  # fmt: skip
    overdue = {name: right["overdue"][name] for name in names}
    assert differences(found["overdue"], overdue) == []
    names = ["month", "opened", "closed_of_them", "rate"]
    months = [{name: month[name] for name in names} for month in right["monthly"]]
    assert differences(found["monthly"], months) == []


@pytest.mark.slow
@pytest.mark.parametrize("by", list(DIMENSIONS))
def test_every_group_is_the_oracles(city: City, by: str) -> None:
    """Groups by agency, district and the twenty most frequent types, in the oracle's order."""
    groups = city.answers(by)["groups"]
    named = [{**group, "key": BLANK if group["key"] is None else group["key"]} for group in groups]
    right = city.oracle[DIMENSIONS[by]]
    assert differences(sorted(named, key=rank)[: len(right)], sorted(right, key=rank)) == []
    assert sum(group["total"] for group in groups) == city.oracle["counts"]["total"]
    if "top20" not in DIMENSIONS[by]:
        assert len(groups) == len(right)


def rank(group: dict[str, Any]) -> tuple[int, str]:
    """Give the place of a group: by total, the largest first, then by key."""
    return -group["total"], group["key"]


@pytest.mark.slow
def test_the_odd_rows_are_there(city: City) -> None:
    """The rows known to be odd are cases, with their flags."""
    flags = {
        "closed_without_close_time": "closed_status_without_time",
        "due_before_created": "due_before_opened",
    }
    odd = [(row, flag) for name, flag in flags.items() for row in city.oddities.get(name, [])]
    with_time = city.oddities.get("open_kind_of_status_with_close_time", {}).get("examples", [])
    odd += [(row, "open_status_with_time") for row in with_time]
    assert odd
    for row, flag in odd:
        case = city.engine.case(imported_id(city.map.source.system, row["case_id"]))
        assert flag in case.flags
        assert (case.closed_at is None) == (row["closed"] == "")


@pytest.mark.slow
def test_the_record_of_a_city_is_clean_and_a_second_import_adds_nothing(city: City) -> None:
    """Every event is lawful, every row of the register follows from the log, and stays so."""
    head = city.engine.head()
    again = import_cases(city.engine, city.file, city.map)
    assert again.unchanged == again.rows == city.summary.rows
    assert city.engine.head() == head
    # To audit the larger city takes longer than all the rest of these tests.
    if city.name == "nyc" or os.environ.get("ZHILI_CAMPAIGN") == "full":
        report = city.engine.audit()
        assert report.findings == ()
        assert len(report.remarks) == sum(city.summary.flags.values())
        assert report.events == head.position


@pytest.fixture
def slice_of_boston(shared_data: Path, tmp_path: Path) -> Path:
    """Give the first 2,000 cases of Boston as a file of their own."""
    path = tmp_path / "slice.csv"
    with gzip.open(shared_data / "boston311_2011" / "boston311_2011.csv.gz", "rt") as whole:
        path.write_text("".join(islice(whole, 2001)))
    return path


def boston() -> ImportMap:
    """Give Boston's map."""
    return ImportMap.read(MAPS / "boston311.toml")


def without_closings(path: Path) -> Path:
    """Write the export of an earlier day, on which no case was closed."""
    earlier = path.with_name("earlier.csv")
    with path.open(newline="") as later, earlier.open("w", newline="") as stream:
        reader = csv.DictReader(later)
        assert reader.fieldnames
        writer = csv.DictWriter(stream, reader.fieldnames)
        writer.writeheader()
        writer.writerows({**row, "closed": "", "status": "Open"} for row in reader)
    return earlier


def content(engine: Engine) -> list[tuple[Any, ...]]:
    """Give what the register knows of every case, but for where its events stand in the log."""
    columns = (
        "number, version, state, opened_at, closed_at, due_at, source_status, unit, type, flags"
    )
    return engine.store.rows(f"SELECT {columns} FROM cases ORDER BY number", {})


def test_a_slice_of_a_city_is_the_same_on_every_store(
    store_url: str, slice_of_boston: Path, tmp_path: Path
) -> None:
    """Two exports of different days, on each store: closed once, opened once, clean."""
    with Engine.open(store_url) as engine, Engine.open("memory:") as at_once:
        first = import_cases(engine, without_closings(slice_of_boston), boston(), batch=300)
        assert (first.opened, first.closed, first.flags) == (2000, 0, {})
        second = import_cases(engine, slice_of_boston, boston(), batch=700)
        whole: ImportSummary = import_cases(at_once, slice_of_boston, boston())
        assert (second.opened, second.closed_now) == (0, whole.closed)
        assert (second.changed, second.differences) == (0, {})
        assert second.unchanged == 2000 - whole.closed
        assert content(engine) == content(at_once)
        report = engine.audit()
        assert report.findings == ()
        assert report.cases == 2000
        third = import_cases(engine, slice_of_boston, boston(), rejects=tmp_path / "r.csv")
        assert third.unchanged == 2000


class StoppedError(Exception):
    """The import was stopped from outside."""


def test_an_import_stopped_half_way_and_resumed_is_the_same_log(
    slice_of_boston: Path, tmp_path: Path
) -> None:
    """With the clock held, the log of a resumed import has the digest of an uninterrupted one."""

    def stop(_what: str, done: int, _total: int | None) -> None:
        if done > 1000:
            raise StoppedError

    digests = []
    for name in ("whole", "resumed"):
        with Engine.open(f"sqlite:///{tmp_path}/{name}.db", clock=lambda: NOW) as engine:
            if name == "resumed":
                with pytest.raises(StoppedError):
                    import_cases(engine, slice_of_boston, boston(), batch=300, progress=stop)
                assert 1000 < len(content(engine)) < 2000
            import_cases(engine, slice_of_boston, boston(), batch=300)
            report = engine.audit()
            assert report.findings == ()
            digests.append((report.events, report.digest))
    assert digests[0] == digests[1]
