"""The warehouse keeps what it was given, and is read while it is written."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.projections.city import BASE, DAY, Figures, Life, Stand, at, city
from zhili.errors import InputError, PolicyRefusedError
from zhili.policies.calendar import Calendar
from zhili.policies.division import parse
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.projections.daybook import DAYS, day_rows
from zhili.projections.hierarchy import UNITS, unit_rows
from zhili.projections.holding import HELD, held
from zhili.projections.register import CASES, PARTS, SPELLS, TABLES, Table
from zhili.projections.row_text import write_rows
from zhili.projections.statistics import ClosingRate
from zhili.projections.warehouse import Warehouse, types_of

CALENDAR = Calendar(first=date(2007, 1, 1), certain_until=date(2026, 12, 24))
CODES = ("110105001", "110105", "110105000", "110101001003", "310115001", "park-bureau")


def part(key: str, position: int = 1, **values: Any) -> tuple[Any, ...]:
    """Give a row of `parts`."""
    row = {"case_id": key, "kind": "co_handler", "part_id": "u", "position": position, **values}
    return tuple(row.get(name) for name in PARTS.names)


def spell(key: str, **values: Any) -> tuple[Any, ...]:
    """Give a row of `spells`."""
    row = {"case_id": key, "seq": 1, **values}
    return tuple(row.get(name) for name in SPELLS.names)


def kept(table: Table, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give of a *row* of the register what the warehouse holds."""
    return tuple(row[table.names.index(name)] for name in types_of(held(table)))


def stored(warehouse: Warehouse, table: Table) -> list[tuple[Any, ...]]:
    """Give all rows of a table."""
    columns = ", ".join(f'"{name}"' for name in types_of(held(table)))
    sql = f"SELECT {columns} FROM {table.name} ORDER BY ALL"
    return warehouse.cursor().execute(sql).fetchall()


TEXTS = st.none() | st.text(
    st.characters(codec="utf-8") | st.sampled_from('",\r\n\t \\\0N'), max_size=12
)


@given(
    st.lists(
        st.tuples(TEXTS, TEXTS, st.none() | st.integers(-(2**63), 2**63 - 1)),
        max_size=8,
    )
)
@settings(max_examples=60)
def test_every_text_and_number_comes_back_as_it_was(rows: list[tuple[Any, ...]]) -> None:
    """Nothing, an empty text, quotes, line ends and every character of Unicode."""
    given_rows = [
        spell(f"c{n}", state=state, unit=unit, since=since)
        for n, (state, unit, since) in enumerate(rows)
    ]
    WAREHOUSE.load(SPELLS, given_rows)
    assert stored(WAREHOUSE, SPELLS) == [kept(SPELLS, row) for row in given_rows]


WAREHOUSE = Warehouse()


@pytest.mark.parametrize("yes", [True, 1])
def test_truth_comes_back_however_the_store_wrote_it(yes: Any) -> None:
    """SQLite gives 0 and 1 for what PostgreSQL gives as booleans."""
    warehouse = Warehouse()
    row = dict.fromkeys(SPELLS.names) | {"case_id": "a", "seq": 1, "counted": yes, "ended": not yes}
    warehouse.load(SPELLS, [tuple(row.values())])
    sql = "SELECT counted, ended, on_time FROM spells"
    assert warehouse.cursor().execute(sql).fetchall() == [(True, False, None)]


def case(key: str, **values: Any) -> tuple[Any, ...]:
    """Give a row of `cases`."""
    row = {"case_id": key, **values}
    return tuple(row.get(name) for name in CASES.names)


def replace(warehouse: Warehouse, folder: Path, rows: dict[Table, list[Any]]) -> None:
    """Put the rows of some cases in the place of what is there, through files as a store does."""
    files: dict[Table, Path] = {}
    for table in HELD:
        whole = next(each for each in TABLES if each.name == table.name)
        kept = [whole.names.index(name) for name in table.names]
        files[table] = folder / table.name
        with files[table].open("wb") as file:
            write_rows(file, ([row[at] for at in kept] for row in rows.get(whole, [])))
    warehouse.replace(files)


def test_the_rows_of_a_changed_case_are_all_replaced(tmp_path: Path) -> None:
    """What a case no longer has goes, what is new is added, and other cases are left alone."""
    warehouse = Warehouse()
    warehouse.load(CASES, [case("a"), case("b")])
    warehouse.load(PARTS, [part("a"), part("b", part_id="u"), part("b", part_id="v")])
    changed = [part("b", part_id="w", state="submitted"), part("c", state="invited")]
    replace(warehouse, tmp_path, {CASES: [case("b"), case("c")], PARTS: changed})
    assert [row[0] for row in stored(warehouse, CASES)] == ["a", "b", "c"]
    assert stored(warehouse, PARTS) == [
        kept(PARTS, row)
        for row in (part("a"), part("b", state="submitted"), part("c", state="invited"))
    ]
    replace(warehouse, tmp_path, {})
    assert len(stored(warehouse, PARTS)) == 3
    warehouse.load(PARTS, [part("z", 9)])
    assert [row[0] for row in stored(warehouse, PARTS)] == ["z"]
    warehouse.load(PARTS, [])
    assert stored(warehouse, PARTS) == []


def test_rows_that_break_off_change_nothing(tmp_path: Path) -> None:
    """A load that fails half way leaves what was there, and so does a file that is cut short."""
    warehouse = Warehouse()
    warehouse.load(CASES, [case("a")])
    warehouse.load(PARTS, [part("a", 3)])

    def broken() -> Any:
        yield part("b", 4)
        raise OSError("the store went away")

    with pytest.raises(OSError, match="went away"):
        warehouse.load(PARTS, broken())
    files = {table: tmp_path / table.name for table in HELD}
    for path in files.values():
        path.write_bytes(b"'a'")
    with pytest.raises(duckdb.Error):
        warehouse.replace(files)
    assert [row[0] for row in stored(warehouse, PARTS)] == ["a"]
    assert [row[0] for row in stored(warehouse, CASES)] == ["a"]


def test_readers_see_a_change_whole_or_not_at_all(tmp_path: Path) -> None:
    """Eight threads ask while rows are replaced; every answer is of one moment, in all tables."""
    warehouse = Warehouse()
    names = [f"c{n}" for n in range(50)]
    warehouse.load(CASES, [case(name, kind="0") for name in names])
    warehouse.load(PARTS, [part(name, state="0") for name in names])
    seen: list[set[str]] = []
    done = threading.Event()
    sql = "SELECT kind FROM cases UNION ALL SELECT state FROM parts"

    def read() -> None:
        cursor = warehouse.cursor()
        while not done.is_set():
            rows = cursor.execute(sql).fetchall()
            seen.append({state for (state,) in rows} | {f"of {len(rows)}"})

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for turn in range(1, 20):
        state = f"{turn}"
        rows = [case(name, kind=state) for name in names]
        parts = [part(name, state=state) for name in names]
        replace(warehouse, tmp_path, {CASES: rows, PARTS: parts})
    done.set()
    for thread in threads:
        thread.join()
    assert len(seen) > 8
    assert all(len(states - {"of 100"}) == 1 and "of 100" in states for states in seen)


def test_a_refreshed_warehouse_answers_like_a_fresh_one(tmp_path: Path) -> None:
    """New units, a new zone and days far away are laid out when their rows arrive."""
    lives = city(2, 120)
    later = Life(
        "late",
        [Stand(BASE - 5000 * DAY, "imported", "440305001")],
        {"zone": "Europe/Lisbon", "opened_at": BASE - 5000 * DAY, "source": "s"},
    )
    now = at(BASE + 70 * DAY)
    fresh = Figures([*lives, later], now)
    grown = Figures(lives, now)
    rows = {CASES: [later.case_row(121)], SPELLS: list(later.spell_rows(121))}
    replace(grown.store, tmp_path, rows)
    for table in (CASES, SPELLS, UNITS, DAYS):
        assert stored(grown.store, table) == stored(fresh.store, table)
    answer = ClosingRate(by="district", within="440305").answer(grown)
    assert [(group.key, group.total) for group in answer.groups] == [("440305", 1)]


def test_wild_years_are_not_laid_out() -> None:
    """One case in the year 9000 does not make a table of three million days."""
    opened = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    life = Life(
        "a",
        [Stand(opened, "imported", "u")],
        {"zone": "UTC", "opened_at": opened, "source": "s"},
    )
    figures = Figures([life], at(BASE))
    ((low, high),) = (
        figures.store.cursor().execute("SELECT MIN(month), MAX(month) FROM days").fetchall()
    )
    assert low == "2025-01"
    assert "2070" < high < "2100"


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Africa/Cairo", "UTC"])
def test_days_are_the_calendars_days(zone: str) -> None:
    """Days follow each other without a gap, and the working time before each is the calendar's."""
    calendar = CALENDAR.model_copy(
        update={
            "zone": zone,
            "off": {date(2026, 1, 1): "元旦"},
            "made_up": {date(2026, 1, 4): "元旦"},
        }
    )
    rows = list(day_rows(calendar, zone, date(2006, 12, 30), date(2026, 12, 31)))
    names = DAYS.names
    days = [dict(zip(names, row, strict=True)) for row in rows]
    for day, after in pairwise(days):
        assert day["ends"] == after["starts"]
        assert day["day"] + 1 == after["day"]
    assert [day["working"] for day in days[:3]] == [None, None, True]
    assert [day["before"] for day in days[:4]] == [None, None, 0, 8 * 3_600_000_000]
    first = next(day for day in days if day["before"] == 0)
    for day in days[-400::7]:
        span = calendar.working_microseconds(at(first["starts"]), at(day["starts"]))
        assert day["before"] == span
        local = datetime.fromordinal(day["day"] + date(1970, 1, 1).toordinal()).date()
        assert day["working"] is calendar.is_working(local)
        assert day["month"] == f"{local:%Y-%m}"


HISTORY = Organisation(
    units=(
        Unit(id="city", name="市", level="city"),
        Unit(id="east", name="东", level="district", parent="city", valid_to=date(2026, 6, 1)),
        Unit(id="new", name="新", level="district", parent="city", valid_from=date(2026, 3, 1)),
        Unit(id="s", name="街", level="street", parent="east", valid_to=date(2026, 2, 1)),
        Unit(
            id="s",
            name="街",
            level="street",
            parent="east",
            valid_from=date(2026, 2, 1),
            valid_to=date(2026, 7, 1),
        ),
        Unit(id="s", name="街", level="street", parent="new", valid_from=date(2026, 7, 3)),
        Unit(id="c", name="社区", level="community", parent="s", valid_from=date(2026, 1, 15)),
        Unit(id="d", name="局", level="department", parent="city"),
        Unit(id="e", name="科", level="department", parent="d"),
        Unit(id="f", name="站", parent="e"),
    )
)
LEVELS = ("city", "district", "street", "community", "department", "province")


def test_the_flat_organisation_is_the_organisation() -> None:
    """Every unit, every level, every day: the row is the ancestor, and within is within."""
    rows = list(unit_rows(HISTORY))
    ids = sorted({unit.id for unit in HISTORY.units})
    start = date(1970, 1, 1).toordinal()
    for ordinal in range(date(2025, 12, 28).toordinal(), date(2026, 7, 10).toordinal()):
        day, on = ordinal - start, date.fromordinal(ordinal)
        valid = [row for row in rows if row[3] <= day < row[4]]
        for unit in ids:
            here = [row for row in valid if row[0] == unit]
            try:
                HISTORY.unit(unit, on)
            except PolicyRefusedError:
                assert here == []
                continue
            for level in LEVELS:
                found = [row[2] for row in here if row[1] == level]
                expected = HISTORY.ancestor(unit, level, on)
                assert found == ([] if expected is None else [expected])
            for above in ids:
                times = sum(row[2] == above for row in here)
                assert times == int(HISTORY.is_within(unit, above, on))


def test_the_flat_organisation_has_a_row_only_where_something_changes() -> None:
    """Two entries that differ in nothing above the unit are one row."""
    rows = [row for row in unit_rows(HISTORY) if row[0] == row[2] == "s"]
    assert len(rows) == 3  # under the east, under nobody from June on, under the new district


@pytest.mark.parametrize("unit", CODES)
def test_a_code_says_what_is_above_it(unit: str) -> None:
    """In an open organisation codes make the tree, in their usual length."""
    rows = list(unit_rows(Organisation(), [unit, unit]))
    on = date(2026, 3, 1)
    for level in LEVELS:
        found = [row[2] for row in rows if row[1] == level]
        expected = Organisation().ancestor(unit, level, on)
        assert found == ([] if expected is None else [usual(expected)])
    for above in CODES:
        found = any(row[2] == above for row in rows)
        assert found is (
            Organisation().is_within(unit, above, on) and above in {unit, usual(above)}
        )


def usual(unit: str) -> str:
    """Give a code in its usual length."""
    try:
        return parse(unit).code
    except InputError:
        return unit
