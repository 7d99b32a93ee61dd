"""The overview of real cities, against figures that others computed."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.projections.city import BASE, DAY, HOUR, Figures, Life, Model, Stand, at, city, us
from zhili.projections.statistics import Overview, ResolutionRate

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NEAR = 1e-6
GROUPS = {"unit": "by_agency", "division": "by_district", "type": "by_type_top20"}


def lives_of(path: Path) -> list[Life]:
    """Read a city's file as cases brought in; its wall-clock times are taken as UTC."""

    def instant(text: str) -> int | None:
        return us(datetime.fromisoformat(text).replace(tzinfo=UTC)) if text else None

    lives = []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file)):
            opened, closed = instant(row["created"]), instant(row["closed"])
            due, unit = instant(row["due"]), row["agency"] or None
            assert opened is not None
            stands = [Stand(opened, "imported", unit)]
            if closed is not None:
                on_time = None if due is None else closed <= due
                stands.append(Stand(max(opened, closed), "closed", unit, "solved", on_time))
            fields = {
                "zone": "UTC",
                "opened_at": opened,
                "due_at": due,
                "source": "city",
                "source_id": row["case_id"],
                "outcome_unknown": closed is not None,
                "category": row["category"],
                "type": row["type"],
                "division": row["district"],
                "channel": row["channel"],
            }
            lives.append(Life(f"case-{number}", stands, fields, closed))
    return lives


@pytest.fixture(scope="module", params=["boston311_2011", "nyc311_2018"])
def real_city(request: pytest.FixtureRequest, shared_data: Path) -> tuple[Figures, dict[str, Any]]:
    """Give a city's record and its oracle."""
    folder = shared_data / request.param
    oracle = json.loads((folder / "oracle.json").read_text(encoding="utf-8"))
    return Figures(lives_of(folder / f"{request.param}.csv.gz"), NOW), oracle


def assert_near(found: Any, expected: Any) -> None:
    """Compare counts exactly and all other numbers to 1e-6."""
    if isinstance(expected, dict):
        for name in expected:
            assert_near(found[name], expected[name])
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=NEAR, rel=0)
    else:
        assert found == expected


def picked(oracle: dict[str, Any], part: str, names: tuple[str, ...]) -> dict[str, Any]:
    """Give the named figures of a part of the oracle."""
    return {name: oracle[part][name] for name in names}


def test_a_real_citys_overview_equals_the_oracle(real_city: tuple[Figures, dict[str, Any]]) -> None:
    """Counts are equal to the last case, figures to 1e-6."""
    figures, oracle = real_city
    document = Overview(as_of="max").answer(figures).document()
    assert datetime.fromisoformat(document["as_of"]) == datetime.fromisoformat(
        oracle["range"]["as_of"]
    ).replace(tzinfo=UTC)
    counts = {name: oracle["counts"][name] for name in ("total", "closed", "open")}
    assert_near(document["counts"], counts)
    before = oracle["counts"]["closed_before_created"]
    assert document["counts"]["closed_before_opened"] == before
    for name in ("closing_rate", "resolution_rate"):
        assert document[name]["numerator"] == counts["closed"]
        assert document[name]["denominator"] == counts["total"]
        assert_near(document[name]["rate"], oracle["resolution_rate"]["by_time"])
    times = tuple(document["time_to_close_hours"])[:-1]
    assert len(times) == 10
    assert_near(document["time_to_close_hours"], picked(oracle, "time_to_close_hours", times))
    assert document["time_to_close_hours"]["left_out"] == {"closed_before_opened": before}
    curve = tuple(document["kaplan_meier"])
    assert len(curve) == 6
    assert_near(document["kaplan_meier"], picked(oracle, "kaplan_meier", curve))
    assert len(document["overdue"]) == 7
    assert_near(document["overdue"], picked(oracle, "overdue", tuple(document["overdue"])))
    assert len(document["monthly"]) == len(oracle["monthly"])
    for line, expected in zip(document["monthly"], oracle["monthly"], strict=True):
        assert_near(line, {name: expected[name] for name in line})
    assert "groups" not in document


@pytest.mark.parametrize("by", GROUPS)
def test_a_real_citys_groups_equal_the_oracle(
    real_city: tuple[Figures, dict[str, Any]], by: Any
) -> None:
    """All groups are there, the largest first; a blank key is null."""
    figures, oracle = real_city
    expected = oracle[GROUPS[by]]
    groups = Overview(as_of="max", by=by).answer(figures).document()["groups"]
    assert sum(group["total"] for group in groups) == oracle["counts"]["total"]
    if by != "type":
        assert len(groups) == len(expected)
    # The oracle sorts blanks as the text "(blank)", zhili after every key of the same total.
    expected = [{**row, "key": None if row["key"] == "(blank)" else row["key"]} for row in expected]
    expected.sort(key=lambda row: (-row["total"], row["key"] is None, row["key"] or ""))
    for group, row in zip(groups, expected, strict=False):
        assert set(group) == set(row)
        assert_near(group, row)


def test_an_empty_record_has_no_data() -> None:
    """Nothing divided by nothing is no data, never 0."""
    for as_of in (None, "max"):
        document = Overview(as_of=as_of, by="unit").answer(Figures([], NOW)).document()
        assert datetime.fromisoformat(document["as_of"]) == NOW
        assert document["counts"] == {
            "total": 0,
            "closed": 0,
            "open": 0,
            "closed_before_opened": 0,
            "flagged": {},
        }
        assert document["closing_rate"] == {"numerator": 0, "denominator": 0, "rate": None}
        assert document["time_to_close_hours"]["mean"] is None
        assert document["kaplan_meier"]["median_h"] is None
        assert document["overdue"]["overdue_rate"] is None
        assert document["monthly"] == []
        assert document["groups"] == []


def test_a_month_without_cases_is_a_line_without_a_rate() -> None:
    """No month between the first and the last is missing."""
    lives = [
        Life(f"c{n}", [Stand(BASE + days * DAY, "imported", "u")], {
            "zone": "UTC", "opened_at": BASE + days * DAY, "source": "s",
        })
        for n, days in enumerate((3, 65))
    ]  # fmt: skip
    document = Overview().answer(Figures(lives, datetime(2026, 5, 1, tzinfo=UTC))).document()
    assert document["monthly"] == [
        {"month": "2026-01", "opened": 1, "closed_of_them": 0, "rate": 0.0},
        {"month": "2026-02", "opened": 0, "closed_of_them": 0, "rate": None},
        {"month": "2026-03", "opened": 1, "closed_of_them": 0, "rate": 0.0},
    ]


@pytest.mark.parametrize("seed", range(4))
def test_the_overview_agrees_with_counting_case_by_case(seed: int) -> None:
    """Flags, due instants and months of a made-up city, counted one case after the other."""
    when = BASE + (20 + 15 * seed) * DAY
    figures = Figures(city(seed, 240), at(when))
    document = Overview().answer(figures).document()
    model = Model(ResolutionRate(), figures)
    group = model.groups[None]
    flags = [flag for life in group for flag in set((life.get("flags") or "").split())]
    assert document["counts"]["flagged"] == {flag: flags.count(flag) for flag in sorted(set(flags))}
    early = [x for x in group if model.closed(x) and x.closing(when) < x.get("opened_at")]
    assert document["counts"]["closed_before_opened"] == len(early)
    assert document["time_to_close_hours"]["left_out"] == {"closed_before_opened": len(early)}
    due = [life for life in group if life.get("due_at") is not None]
    late = [life for life in due if model.on_time(life) is False]
    overdue = document["overdue"]
    assert overdue["with_due"] == len(due)
    assert overdue["closed_late"] == sum(map(model.closed, late))
    assert overdue["open_past_due"] == len(late) - overdue["closed_late"]
    in_time = [life for life in due if model.closed(life) and model.on_time(life)]
    assert overdue["closed_in_time"] == len(in_time)
    assert overdue["open_not_yet_due"] == len(due) - len(late) - len(in_time)
    assert sum(line["opened"] for line in document["monthly"]) == len(group)


def test_a_case_in_the_ledger_is_not_past_due() -> None:
    """Its clock stands still (rulebook §2.10)."""
    fields = {"zone": "UTC", "opened_at": BASE, "accepted_at": BASE, "due_at": BASE + HOUR}
    stood = {}
    for state in ("handling", "ledgered"):
        stands = [Stand(BASE, "accepted", "u"), Stand(BASE + 1, state, "u")]
        overdue = Overview().answer(Figures([Life("a", stands, fields)], NOW)).overdue
        stood[state] = (overdue.with_due, overdue.open_past_due, overdue.open_not_yet_due)
    assert stood == {"handling": (1, 1, 0), "ledgered": (1, 0, 1)}
