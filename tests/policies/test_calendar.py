"""The working calendar: every day, every vector of the rulebook, every doubt said aloud (§2.6)."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from zhili.errors import PolicyRefusedError
from zhili.policies.calendar import Calendar, china
from zhili.policies.limit import Limit, LimitUnit

CHINA = china()
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
HOURS_A_DAY = 8

WORKING_DAY_VECTORS = [
    ("2024-02-09", {1: "2024-02-18", 3: "2024-02-20", 5: "2024-02-22", 15: "2024-03-07"}),
    ("2025-01-24", {1: "2025-01-26", 5: "2025-02-07"}),
    ("2025-09-26", {1: "2025-09-28", 3: "2025-09-30", 5: "2025-10-10", 6: "2025-10-11"}),
    ("2026-01-01", {1: "2026-01-04", 5: "2026-01-08"}),
    ("2026-02-13", {1: "2026-02-14", 5: "2026-02-27", 6: "2026-02-28"}),
    ("2026-04-30", {1: "2026-05-06", 5: "2026-05-11", 6: "2026-05-12"}),
    ("2026-09-18", {1: "2026-09-20", 5: "2026-09-24", 10: "2026-10-09"}),
    ("2026-09-30", {1: "2026-10-08", 3: "2026-10-10", 5: "2026-10-13"}),
]


def noon(day: str | date) -> datetime:
    """Give noon of a local day as the instant it is."""
    return datetime.combine(_day(day), time(12), tzinfo=SHANGHAI).astimezone(UTC)


def end_of(day: str | date) -> datetime:
    """Give 24:00 of a local day as the instant it is."""
    return datetime.combine(_day(day) + DAY, time(0), tzinfo=SHANGHAI).astimezone(UTC)


def _day(day: str | date) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


# --- the rulebook's vectors -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [(start, number, end) for start, ends in WORKING_DAY_VECTORS for number, end in ends.items()],
)
def test_working_days_end_where_the_rulebook_says(start: str, number: int, end: str) -> None:
    """Every working-day vector of §2.6 holds, at 24:00 of its last day and for certain."""
    deadline = CHINA.deadline(noon(start), Limit(amount=number, unit="working_days"))
    assert deadline.due_at == end_of(end)
    assert deadline.due_at.tzinfo is UTC
    assert deadline.provisional_year is None


@pytest.mark.parametrize(
    ("start", "number", "plain", "rolled"),
    [
        ("2026-02-01", 15, "2026-02-16", "2026-02-24"),
        ("2026-08-02", 60, "2026-10-01", "2026-10-08"),
        ("2025-09-17", 15, "2025-10-02", "2025-10-09"),
        ("2026-03-02", 15, "2026-03-17", "2026-03-17"),
    ],
)
def test_calendar_days_end_where_the_rulebook_says(
    start: str, number: int, plain: str, rolled: str
) -> None:
    """Every calendar-day vector of §2.6 holds, with and without rolling forward."""
    limit = Limit(amount=number, unit="days")
    rolling = Limit(amount=number, unit="days", roll_forward=True)
    assert CHINA.deadline(noon(start), limit).due_at == end_of(plain)
    assert CHINA.deadline(noon(start), rolling).due_at == end_of(rolled)


# --- counting rules -------------------------------------------------------------------------------


def test_hours_and_minutes_run_from_the_moment_itself() -> None:
    """Hours run on through a holiday and are never provisional, whatever the year (CIVIL 201)."""
    start = datetime(2031, 12, 31, 23, 59, 30, 123456, tzinfo=UTC)
    early = datetime(1999, 1, 1, tzinfo=UTC)
    for limit, length in (
        (Limit(amount=24, unit="hours"), timedelta(hours=24)),
        (Limit(amount=24, unit="minutes"), timedelta(minutes=24)),
    ):
        for moment in (start, early):
            deadline = CHINA.deadline(moment, limit)
            assert deadline.due_at == moment + length
            assert deadline.provisional_year is None


@pytest.mark.parametrize(("hour", "due"), [(15, "2026-03-03"), (16, "2026-03-04")])
def test_the_day_of_the_start_is_the_local_one(hour: int, due: str) -> None:
    """16:00 UTC is midnight in Shanghai, so the count begins a day later."""
    start = datetime(2026, 3, 2, hour, 0, tzinfo=UTC)
    assert CHINA.deadline(start, Limit(amount=1, unit="days")).due_at == end_of(due)


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-15", 3, "2026-04-15"),
        ("2025-11-30", 3, "2026-02-28"),
        ("2025-10-31", 14, "2026-12-31"),
    ],
)
def test_months_end_on_the_same_number_or_the_last_day(start: str, months: int, due: str) -> None:
    """A month ends on the day of the same number, else on its last (CIVIL 202)."""
    limit = Limit(amount=months, unit="months")
    assert CHINA.deadline(noon(start), limit).due_at == end_of(due)


def test_a_month_that_ends_on_a_holiday_rolls_forward() -> None:
    """1 September 2026 plus one month is National Day, so it ends on 8 October (CIVIL 203)."""
    limit = Limit(amount=1, unit="months", roll_forward=True)
    assert CHINA.deadline(noon("2026-09-01"), limit).due_at == end_of("2026-10-08")


def test_a_make_up_day_is_no_reason_to_roll() -> None:
    """A Saturday that is worked ends a limit like any other working day."""
    limit = Limit(amount=1, unit="days", roll_forward=True)
    assert CHINA.deadline(noon("2026-02-27"), limit).due_at == end_of("2026-02-28")


def test_another_zone_has_midnights_of_its_own() -> None:
    """A day ends at local midnight, also on the 23-hour day when clocks go forward."""
    boston = china("America/New_York")
    start = datetime(2026, 3, 7, 17, 0, tzinfo=UTC)
    due = boston.deadline(start, Limit(amount=1, unit="days")).due_at
    assert due == datetime(2026, 3, 9, 4, 0, tzinfo=UTC)
    due = boston.deadline(start - DAY, Limit(amount=1, unit="days")).due_at
    assert due == datetime(2026, 3, 8, 5, 0, tzinfo=UTC)


# --- what is not announced ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "number", "due", "year"),
    [
        ("2026-12-17", 5, "2026-12-24", None),
        ("2026-12-17", 6, "2026-12-25", 2027),
        ("2026-12-28", 5, "2027-01-04", 2027),
        ("2027-05-28", 5, "2027-06-04", 2027),
        ("2028-05-26", 5, "2028-06-02", 2028),
        ("2027-12-20", 10, "2028-01-03", 2027),
    ],
)
def test_a_year_not_announced_is_provisional(
    start: str, number: int, due: str, year: int | None
) -> None:
    """Beyond what is announced plain weekends count, and the missing year is named."""
    calendar = CHINA.model_copy(update={"certain_until": date(2026, 12, 24)})
    deadline = calendar.deadline(noon(start), Limit(amount=number, unit="working_days"))
    assert deadline.due_at == end_of(due)
    assert deadline.provisional_year == year


def test_calendar_days_are_provisional_only_if_they_may_roll() -> None:
    """Plain days need no list; days that roll forward need the list of their last day."""
    calendar = CHINA.model_copy(update={"certain_until": date(2026, 12, 24)})
    plain = Limit(amount=15, unit="days")
    rolling = Limit(amount=15, unit="days", roll_forward=True)
    assert calendar.deadline(noon("2026-12-20"), plain).provisional_year is None
    assert calendar.deadline(noon("2026-12-20"), rolling).provisional_year == 2027
    assert calendar.deadline(noon("2026-12-09"), rolling).provisional_year is None
    assert calendar.deadline(noon("2026-12-10"), rolling).provisional_year == 2027


def test_a_published_year_moves_a_provisional_deadline() -> None:
    """With the list of 2027 the same limit ends elsewhere, and for certain."""
    before = CHINA.model_copy(update={"certain_until": date(2026, 12, 24)})
    after = before.model_copy(
        update={
            "certain_until": date(2027, 12, 24),
            "off": {**before.off, date(2027, 1, 1): "元旦"},
            "made_up": {**before.made_up, date(2027, 1, 3): "元旦"},
        }
    )
    limit = Limit(amount=2, unit="working_days")
    provisional = before.deadline(noon("2026-12-31"), limit)
    certain = after.deadline(noon("2026-12-31"), limit)
    assert (provisional.due_at, provisional.provisional_year) == (end_of("2027-01-04"), 2027)
    assert (certain.due_at, certain.provisional_year) == (end_of("2027-01-04"), None)
    one = Limit(amount=1, unit="working_days")
    assert before.deadline(noon("2026-12-31"), one).due_at == end_of("2027-01-01")
    assert after.deadline(noon("2026-12-31"), one).due_at == end_of("2027-01-03")


def test_the_last_week_of_an_announced_year_is_not_certain() -> None:
    """Next year's list may still set 29 December and later, so only 24 December is certain."""
    last = CHINA.certain_until
    assert (last.month, last.day) == (12, 24)
    assert CHINA.is_certain(last)
    assert not CHINA.is_certain(last + DAY)
    assert "provisional" in CHINA.why(last + DAY)
    assert str(last.year + 1) in CHINA.why(last + DAY)


def test_a_day_before_the_calendar_is_refused() -> None:
    """What the calendar knows nothing of it does not guess."""
    early = date(2006, 12, 31)
    for ask in (CHINA.is_working, CHINA.why):
        with pytest.raises(PolicyRefusedError, match="begins on 2007-01-01"):
            ask(early)
    with pytest.raises(PolicyRefusedError, match="knows nothing of 2006-12-30"):
        CHINA.deadline(noon("2006-12-29"), Limit(amount=1, unit="working_days"))
    with pytest.raises(PolicyRefusedError, match="knows nothing of 2006-12-30"):
        CHINA.deadline(noon("2006-12-29"), Limit(amount=1, unit="days", roll_forward=True))
    with pytest.raises(PolicyRefusedError, match="begins on 2007-01-01"):
        CHINA.working_microseconds(noon("2006-12-29"), noon("2007-01-05"))
    with pytest.raises(PolicyRefusedError, match="begins on 2007-01-01"):
        CHINA.working_days(early, date(2007, 1, 5))
    assert not CHINA.is_certain(early)
    limit = Limit(amount=1, unit="working_days")
    assert CHINA.deadline(noon("2006-12-31"), limit).due_at == end_of("2007-01-04")


@pytest.mark.parametrize(
    "start",
    [datetime(2026, 3, 2, 9), datetime(9999, 12, 31, tzinfo=UTC)],  # noqa: DTZ001 - that is the test
)
def test_a_time_that_cannot_be_counted_from_is_refused(start: datetime) -> None:
    """A time without a zone, or at the end of all dates, gets a clear refusal."""
    for unit in ("hours", "days"):
        with pytest.raises(PolicyRefusedError, match="give a time with an offset"):
            CHINA.deadline(start, Limit(amount=1, unit=unit))
        with pytest.raises(PolicyRefusedError, match="give a time with an offset"):
            CHINA.explain(start, Limit(amount=1, unit=unit))


# --- properties -----------------------------------------------------------------------------------

starts = st.datetimes(datetime(2007, 1, 1), datetime(2028, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
units: st.SearchStrategy[LimitUnit] = st.sampled_from(
    ["minutes", "hours", "days", "working_days", "months"]
)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    """Draw a limit of any unit."""
    unit = draw(units)
    rolls = draw(st.booleans()) if unit in {"days", "months"} else False
    return Limit(amount=draw(st.integers(1, 60)), unit=unit, roll_forward=rolls)


@given(starts, limits())
def test_a_longer_limit_never_ends_earlier(start: datetime, limit: Limit) -> None:
    """One more never brings the deadline forward; without rolling it always puts it off."""
    longer = limit.model_copy(update={"amount": limit.amount + 1})
    due, later = (CHINA.deadline(start, each).due_at for each in (limit, longer))
    assert start < due <= later
    assert limit.roll_forward or due < later


@given(starts, limits())
def test_the_explanation_ends_on_the_due_day(start: datetime, limit: Limit) -> None:
    """The last line is the due day, days follow each other, and counted days are numbered."""
    lines = CHINA.explain(start, limit)
    due = CHINA.deadline(start, limit).due_at
    if limit.is_exact:
        assert [line.day for line in lines] == [due.astimezone(SHANGHAI).date()]
        assert str(limit) in lines[0].why
        return
    assert end_of(lines[-1].day) == due
    first = start.astimezone(SHANGHAI).date()
    assert [line.day for line in lines] == [first + (i + 1) * DAY for i in range(len(lines))]
    counted = [line.number for line in lines if line.counts]
    assert counted == list(range(1, len(counted) + 1))
    assert all(line.number is None for line in lines if not line.counts)
    if limit.unit != "months":
        assert len(counted) == limit.amount
    assert not limit.roll_forward or CHINA.is_working(lines[-1].day)


@given(starts, st.integers(1, 60))
def test_working_days_agree_with_a_naive_loop(start: datetime, number: int) -> None:
    """The deadline is the n-th working day that a plain loop finds, and counting back gives n."""
    day = start.astimezone(SHANGHAI).date()
    first, left = day + DAY, number
    while left:
        day += DAY
        if day in CHINA.made_up or (day.weekday() < 5 and day not in CHINA.off):
            left -= 1
    deadline = CHINA.deadline(start, Limit(amount=number, unit="working_days"))
    assert deadline.due_at == end_of(day)
    assert CHINA.working_days(first, day + DAY) == number
    assert (deadline.provisional_year is None) == CHINA.is_certain(day)


@given(starts, st.timedeltas(timedelta(), timedelta(days=40)))
def test_working_time_agrees_with_a_naive_loop(start: datetime, length: timedelta) -> None:
    """Working time is what a loop over the days sums up between opening and closing."""
    end, total = start + length, timedelta()
    day = start.astimezone(SHANGHAI).date()
    while day <= end.astimezone(SHANGHAI).date():
        opens = datetime.combine(day, CHINA.opens, tzinfo=SHANGHAI)
        closes = datetime.combine(day, CHINA.closes, tzinfo=SHANGHAI)
        if CHINA.is_working(day):
            total += max(min(end, closes) - max(start, opens), timedelta())
        day += DAY
    assert CHINA.working_microseconds(start, end) == total // timedelta(microseconds=1)


def test_working_time_of_known_spans() -> None:
    """A night is nothing, a whole working day eight hours, backwards nothing."""
    hour = 3_600_000_000
    monday = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
    assert CHINA.working_microseconds(monday, monday + timedelta(hours=1)) == 0
    assert CHINA.working_microseconds(monday, monday + timedelta(hours=3)) == 2 * hour
    assert CHINA.working_microseconds(monday, monday + DAY) == HOURS_A_DAY * hour
    assert CHINA.working_microseconds(monday, monday + 7 * DAY) == 5 * HOURS_A_DAY * hour
    assert CHINA.working_microseconds(monday + DAY, monday) == 0
    assert CHINA.working_days(date(2026, 3, 9), date(2026, 3, 2)) == 0


# --- the data -------------------------------------------------------------------------------------


def test_why_names_what_a_day_is() -> None:
    """Each sort of day has its own words, with the holiday's Chinese name."""
    assert CHINA.why(date(2026, 3, 2)) == "working day"
    assert CHINA.why(date(2026, 3, 7)) == "weekend"
    assert CHINA.why(date(2026, 10, 10)) == "make-up working day (国庆节)"
    assert CHINA.why(date(2026, 2, 17)) == "holiday (春节)"


def test_an_explanation_reads_day_by_day() -> None:
    """A limit that meets a holiday tells so on every day."""
    lines = CHINA.explain(noon("2026-04-30"), Limit(amount=2, unit="working_days"))
    assert [(line.day.isoformat(), line.number, line.why) for line in lines] == [
        ("2026-05-01", None, "holiday (劳动节)"),
        ("2026-05-02", None, "holiday (劳动节)"),
        ("2026-05-03", None, "holiday (劳动节)"),
        ("2026-05-04", None, "holiday (劳动节)"),
        ("2026-05-05", None, "holiday (劳动节)"),
        ("2026-05-06", 1, "working day"),
        ("2026-05-07", 2, "working day"),
    ]
    rolled = CHINA.explain(noon("2025-10-06"), Limit(amount=2, unit="days", roll_forward=True))
    assert [(line.number, line.why) for line in rolled] == [
        (1, "calendar day"),
        (2, "holiday (国庆节)"),
        (None, "working day"),
    ]


@pytest.mark.parametrize(("year", "number"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_its_working_days(year: int, number: int) -> None:
    """The years have as many working days as the rulebook derives (§2.6)."""
    assert CHINA.working_days(date(year, 1, 1), date(year + 1, 1, 1)) == number


def test_every_day_agrees_with_the_published_lists(shared_data: Path) -> None:
    """All 7,305 days 2007 to 2026 are as in another copy of the State Council's lists."""
    with (shared_data / "cn_holidays" / "days.csv").open(encoding="utf-8") as file:
        listed = {
            date.fromisoformat(row["date"]): row["is_off_day"] == "true"
            for row in csv.DictReader(file)
        }
    days = [date(2007, 1, 1) + i * DAY for i in range(7305)]
    assert days[-1] == date(2026, 12, 31)
    wrong = [day for day in days if CHINA.is_working(day) == listed.get(day, day.weekday() >= 5)]
    assert wrong == []


# --- what a calendar refuses to be ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"zone": "Asia/Atlantis"}, "no time zone 'Asia/Atlantis'"),
        ({"zone": "../etc"}, "no time zone"),
        ({"zone": "Asia"}, "no time zone"),
        ({"certain_until": date(2006, 1, 1)}, "lies before first"),
        ({"opens": time(17), "closes": time(9)}, "close after they open"),
        ({"opens": time(9, tzinfo=UTC)}, "local times of the zone"),
        ({"made_up": {date(2026, 10, 1): "国庆节"}, "off": {}}, "is a weekday"),
        (
            {"made_up": {date(2026, 10, 3): "国庆节"}, "off": {date(2026, 10, 3): "国庆节"}},
            "cannot be both",
        ),
        ({"off": {date(2006, 10, 3): "国庆节"}}, "before the calendar's first day"),
    ],
)
def test_a_calendar_that_contradicts_itself_is_refused(
    change: dict[str, object], message: str
) -> None:
    """A document that cannot be right is refused with the reason, also when it is changed."""
    with pytest.raises(ValidationError, match=message):
        CHINA.model_copy(update=change)


def test_a_changed_calendar_forgets_what_it_had_indexed() -> None:
    """A copy counts by its own days, not by those of the document it was made from."""
    span = (date(2026, 3, 2), date(2026, 3, 9))
    calendar = Calendar(first=date(2026, 1, 1), certain_until=date(2026, 12, 24))
    assert calendar.working_days(*span) == 5
    changed = calendar.model_copy(update={"off": {date(2026, 3, 3): "节"}}, deep=True)
    assert changed.working_days(*span) == 4
    assert calendar.working_days(*span) == 5


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": 0, "unit": "days"},
        {"amount": 3651, "unit": "days"},
        {"amount": 1, "unit": "weeks"},
        {"amount": 1, "unit": "hours", "roll_forward": True},
        {"amount": 1, "unit": "working_days", "roll_forward": True},
    ],
)
def test_a_limit_that_means_nothing_is_refused(fields: dict[str, object]) -> None:
    """A limit has a sensible amount and a known unit, and only days and months roll."""
    with pytest.raises(ValidationError):
        Limit.model_validate(fields)


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(amount=1, unit="working_days"), "1 working day"),
        (Limit(amount=24, unit="hours"), "24 hours"),
        (Limit(amount=3, unit="months"), "3 months"),
    ],
)
def test_a_limit_reads_as_a_person_would_say_it(limit: Limit, words: str) -> None:
    """The words of a limit stand in explanations and messages."""
    assert str(limit) == words
