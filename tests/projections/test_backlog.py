"""The backlog: which cases are open at an instant, and how old they are."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.projections.small_record import (
    DAY,
    MONDAY,
    ZONE,
    SmallRecord,
    brought_in,
    closed,
    dispatched,
    handling,
    ledgered,
    register,
    replied,
)
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.projections.backlog import Backlog, BacklogAnswer
from zhili.projections.sql_text import for_psycopg, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.aggregates import Case

MOVED = date(2026, 3, 18)
ORGANISATION = Organisation(
    units=(
        Unit(id="110105", name="Chaoyang", level="district"),
        Unit(id="110106", name="Fengtai", level="district"),
        Unit(id="110105001", name="First street", level="street", parent="110105"),
        Unit(id="110105002", name="Second street", level="street", parent="110105", valid_to=MOVED),
        Unit(
            id="110105002", name="Second street", level="street", parent="110106", valid_from=MOVED
        ),
    )
)
LEFT_OUT = {"answered", "not_accepted", "referred_out", "withdrawn", "terminated", "merged"}


@pytest.fixture(scope="module")
def record() -> Iterator[SmallRecord]:
    """Give a record of fifty cases at all stages, opened over a month."""
    made = SmallRecord()
    made.publish(ORGANISATION, MONDAY)
    chance = Random(11)  # noqa: S311 - a fixed sequence, no secret
    lives = (handling, ledgered, replied, closed, dispatched, register)
    for number in range(48):
        at = MONDAY + timedelta(hours=chance.randrange(24 * 30))
        life = lives[number % len(lives)]
        fields: dict[str, Any] = {"category": chance.choice((None, "noise", "heating"))}
        if life is not register:
            fields["unit"] = chance.choice(("110105001", "110105002"))
        if life in {ledgered, replied, closed}:
            fields["since"] = at + chance.randrange(1, 6) * DAY
        life(made, at, **fields)
    made.now = MONDAY + 40 * DAY
    for number in range(4):
        brought_in(made, MONDAY - 50 * number * DAY, source_id=str(number), unit="Public Works")
    yield made
    made.close()


def at_instant(record: SmallRecord, as_of: datetime) -> list[Case]:
    """Fold every case up to *as_of*, and give those that were open then."""
    found = []
    for events in record.events.values():
        case = None
        for event in events:
            if event.occurred_at <= as_of:
                case = event.mutate(case)
        if case is None or case.state in case.workflow.ended | LEFT_OUT:
            continue
        if case.accepted_at is not None or case.source is not None:
            found.append(case)
    return found


def key_of(case: Case, by: str | None, as_of: datetime) -> str | None:
    """Say the slow way to which group a case belongs."""
    if by is None:
        return None
    if by == "month":
        assert case.opened_at is not None
        return f"{case.opened_at:%Y-%m}"  # every opening lies within the month here and in Beijing
    if by in {"street", "district"}:
        day = as_of.astimezone(ZoneInfo(ZONE)).date()
        known = case.unit in {"110105001", "110105002"}
        return ORGANISATION.ancestor(case.unit or "", by, day) if known else None
    return getattr(case, by)


@given(
    by=st.sampled_from(
        (
            None,
            "unit",
            "state",
            "kind",
            "category",
            "channel",
            "grade",
            "month",
            "street",
            "district",
        )
    ),
    bands=st.sets(st.integers(1, 200), max_size=12).map(lambda days: tuple(sorted(days))),
    hours=st.integers(-24, 24 * 45),
)
def test_the_backlog_is_that_of_the_folded_cases(
    record: SmallRecord, by: Any, bands: tuple[int, ...], hours: int
) -> None:
    """At any instant, in any bands and groups, the counts are those of folding every case."""
    asked_of = MONDAY + timedelta(hours=hours)
    as_of = min(asked_of, record.now)
    answer = Backlog(by=by, bands=bands, as_of=asked_of).answer(record)
    naive: dict[str | None, Counter[int]] = {}
    for case in at_instant(record, as_of):
        assert case.opened_at is not None
        age = (as_of - case.opened_at) // DAY
        band = max(edge for edge in (0, *bands) if edge <= age)
        naive.setdefault(key_of(case, by, as_of), Counter())[band] += 1
    found = {
        group.key: Counter({band.days: band.count for band in group.bands if band.count})
        for group in answer.groups
    }
    assert answer.as_of == as_of
    assert found == naive
    assert answer.total.total == sum(counts.total() for counts in naive.values())
    assert [b.count for b in answer.total.bands] == [
        sum(g.bands[place].count for g in answer.groups) for place in range(1 + len(bands))
    ]


def test_groups_are_sorted_by_total_and_then_by_key(record: SmallRecord) -> None:
    """The largest first, then by code point, and what has no key after its equals."""
    answer = Backlog(by="category").answer(record)
    order = [(-group.total, group.key is None, group.key or "") for group in answer.groups]
    assert order == sorted(order)
    assert len(order) == 3


def test_a_case_is_a_day_old_after_twenty_four_hours() -> None:
    """Ages are whole days of 24 hours: a band begins at its edge and not before."""
    small = SmallRecord()
    dispatched(small, MONDAY)
    for gap, bands in ((DAY - timedelta(microseconds=1), [1, 0]), (DAY, [0, 1])):
        small.now = MONDAY + gap
        answer = Backlog(bands=(1,)).answer(small)
        assert [band.count for band in answer.total.bands] == bands
    small.close()


def test_an_empty_backlog_is_nought(record: SmallRecord) -> None:
    """Before the first case there is nothing, in every band."""
    answer = Backlog(as_of=MONDAY - 999 * DAY).answer(record)
    assert (answer.total.total, answer.groups) == (0, ())
    assert [band.count for band in answer.total.bands] == [0] * 7


def test_one_unit_or_what_stands_under_it_can_be_asked_for(record: SmallRecord) -> None:
    """The unit itself, and a district by the organisation of the day."""
    day = MONDAY + 10 * DAY
    every = _by_unit(Backlog(as_of=day).answer(record))
    one = _by_unit(Backlog(as_of=day, unit="110105001").answer(record))
    assert one == {"110105001": every["110105001"]}
    inside = _by_unit(Backlog(as_of=day, within="110105").answer(record))
    assert inside == {unit: every[unit] for unit in ("110105001", "110105002")}
    later = _by_unit(Backlog(as_of=MONDAY + 16 * DAY, within="110106").answer(record))
    assert set(later) == {"110105002"}


def test_other_case_types_are_not_counted(record: SmallRecord) -> None:
    """The backlog is that of one case type, complaints unless another is named."""
    assert Backlog(case_type="whistle").answer(record).total.total == 0
    assert Backlog().answer(record) == Backlog(case_type="complaint").answer(record)


def _by_unit(answer: BacklogAnswer) -> dict[str | None, int]:
    return {group.key: group.total for group in answer.groups}


@pytest.mark.postgres
def test_postgresql_counts_the_same(record: SmallRecord, postgres_url: str) -> None:
    """The file is plain SQL: an export can be counted anywhere."""
    server = record.mirrored(postgres_url)
    for by in (None, "unit", "state", "category", "month", "street", "district"):
        question = Backlog(by=by, bands=(1, 3, 7), as_of=MONDAY + 12 * DAY)  # type: ignore[arg-type]  # any of them
        answer = question.answer(record)
        parameters: dict[str, Any] = {
            "as_of": (MONDAY + 12 * DAY).timestamp() * 1_000_000,
            "as_of_day": 20_526,
            "dimension": by,
            "case_type": "complaint",
            "unit": None,
            "inside": None,
            **{f"edge_{place}": None for place in range(4, 13)},
            "edge_1": 1,
            "edge_2": 3,
            "edge_3": 7,
        }
        rows = server._connection.execute(for_psycopg(load("backlog")), parameters).fetchall()
        counted = {key: (total, *older[:3]) for key, total, *older in rows}
        assert {
            group.key: (group.total, *(sum(b.count for b in group.bands[n:]) for n in (1, 2, 3)))
            for group in answer.groups
        } == counted
        assert sum(row[1] for row in rows) == answer.total.total > 10
    server.close()


@pytest.mark.parametrize(
    "fields",
    [{"bands": (3, 1)}, {"bands": (1, 1)}, {"bands": (0,)}, {"by": "colour"},
     {"bands": tuple(range(1, 14))}, {"as_of": "2026-03-02"}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    """Bands rise from one day on, at most twelve of them; groups are known columns or levels."""
    with pytest.raises(ValidationError):
        Backlog(**fields)


def test_the_bands_leave_no_gap(record: SmallRecord) -> None:
    """Each band begins where the one before it ends."""
    bands = Backlog().answer(record).total.bands
    assert [band.before for band in bands[:-1]] == [band.days for band in bands[1:]]
    assert (bands[0].days, bands[-1].before) == (0, None)
    assert all(earlier.days < later.days for earlier, later in pairwise(bands))
