"""What fuzzing has found once: each is answered in words now, and stays so."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.engine.sample import Life, execute, facts, registered
from zhili import Actor
from zhili.commands.complaint import BringIn
from zhili.commands.policy import Publish, policy_id
from zhili.errors import InputError, StoreError, UnreadableEventError, ZhiliError
from zhili.interchange import ImportMap, import_cases
from zhili.policies import POLICIES
from zhili.store import open_store
from zhili.store.postgres.address import Address
from zhili.testing import CASE, actor, controls, path_to
from zhili.values import Instant

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "url",
    ["sqlite://[", "sqlite://℀/cases.db", "sqlite:///\udcff.db", "memory\udcff:", "\udcff"],
)
def test_a_url_that_no_url_is(url: str) -> None:
    """A bracket without its other, letters that no host has, bytes that are no text."""
    with pytest.raises(InputError):
        open_store(url, create=False)


@pytest.mark.parametrize(
    "url", ["postgresql://%ca@host/cases", "postgresql://host/cases?schema=\udc9c"]
)
def test_a_postgres_url_that_is_no_text(url: str) -> None:
    """An escape that is no UTF-8, and a byte that is none."""
    with pytest.raises(InputError):
        Address.of(url)


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000, '"\ud800"'])
def test_a_map_that_python_cannot_read(value: str) -> None:
    """A number of five thousand digits, lists without end, half a surrogate."""
    with pytest.raises(InputError, match="not TOML"):
        ImportMap.parse(f"[source]\nsystem = {value}\n")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_utc_does_not_have(text: str) -> None:
    """Its year would be 0, or 10000."""
    with pytest.raises(ValidationError, match="give one with an offset"):
        TypeAdapter(Instant).validate_python(text)


@pytest.mark.parametrize(
    ("zone", "year"), [("Open", 2026), ("../etc", 2026), ("America", 2026), ("Asia/Shanghai", 9999)]
)
def test_a_case_brought_in_from_nowhere(zone: str, year: int) -> None:
    """The zone of its source exists, and its opening has a day there."""
    opened = datetime(year, 12, 31, 23, tzinfo=UTC)
    with pytest.raises(ValidationError):
        BringIn(source="s", source_id="1", zone=zone, opened_at=opened)


@pytest.mark.parametrize("day", [date.min, date.max])
@pytest.mark.parametrize("hours", [-14, 0, 14])
def test_a_time_that_no_zone_has(day: date, hours: int) -> None:
    """What happened at the very beginning or end of time is refused, in every zone."""
    life = Life("memory:")
    at = datetime.combine(day, time(), timezone(timedelta(hours=hours)))
    with pytest.raises(InputError, match="no year that every zone has"):
        life.submit(controls.REGISTER, at=at)
    life.close()


def test_what_no_json_can_hold() -> None:
    """NaN, half a surrogate in a role or in a document: refused before anything is decided."""
    life = Life("memory:")
    life.live(*path_to("accepted"))
    head = life.engine.head()
    with pytest.raises(InputError, match="JSON"):
        life.engine.submit(registered(1), by=Actor(id="x", role="\ud800"))  # type: ignore[arg-type]  # any text is a role
    stream = policy_id("late_entry")
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValidationError, match="JSON"):
            Publish(case_id=stream, policy="late_entry", document={"hours_max": number})
    publish = Publish(case_id=stream, policy="late_entry", document={"\ud800": 1})
    with pytest.raises(ZhiliError):
        life.engine.submit(publish, by=actor("administrator"))
    assert life.engine.head() == head
    life.close()


def test_an_event_of_another_kind_of_case(tmp_path: Path) -> None:
    """A case in whose stream a policy's event stands is named, and so is a rebuild of it."""
    import sqlite3
    from contextlib import closing

    path = tmp_path / "cases.db"
    life = Life(f"sqlite:///{path}")
    life.live(*path_to("dispatched"))
    life.close()
    with closing(sqlite3.connect(path)) as store:
        store.execute(
            "UPDATE stored_events SET (topic, state) = "
            "(SELECT topic, state FROM stored_events WHERE rowid = 1) WHERE rowid = ?",
            (len(POLICIES) + 1,),
        )
        store.commit()
    life = Life(f"sqlite:///{path}")
    for work in (lambda: life.case(CASE), life.engine.rebuild):
        with pytest.raises(UnreadableEventError, match="cannot be folded"):
            work()
    life.close()


def test_a_date_that_means_never(tmp_path: Path) -> None:
    """A due date of 9999-12-31 is kept as it was written; an opening on that day is given back."""
    file = tmp_path / "cases.csv"
    file.write_text("id,opened,due\n1,2026-01-01,9999-12-31\n2,9999-12-31,\n3,2026-01-01,\n")
    columns = 'external_id = "id"\nopened_at = "opened"\ndue_at = "due"\n'
    asked = ImportMap.parse(f'[source]\nsystem = "s"\n[columns]\n{columns}')
    life = Life("memory:")
    summary = import_cases(life.engine, file, asked, rejects=tmp_path / "rejects.csv")
    assert (summary.opened, summary.rejected) == (2, 1)
    assert summary.flags == {"unreadable_due_at": 1}
    life.assert_sound()
    life.close()


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM log_head", "UPDATE log_head SET position = 'x'", "UPDATE log_head SET link = 1"],
)
def test_a_head_that_is_none(tmp_path: Path, damage: str) -> None:
    """A log without its head, or with a damaged one, is neither read nor written."""
    life = Life(f"sqlite:///{tmp_path}/cases.db")
    life.live(*path_to("accepted"))
    execute(life.engine.store, damage)
    for work in (life.engine.head, life.engine.audit, lambda: life.live(facts())):
        with pytest.raises(StoreError, match="head"):
            work()
    life.close()
