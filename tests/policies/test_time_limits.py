"""The time limits: which row wins, and the presets of real cities (§2.6)."""

import pytest
from pydantic import ValidationError

from zhili.policies.limit import Limit, LimitUnit
from zhili.policies.presets import KINDS, PRESETS, beijing, jinan, qinglong, shanghai, weifang
from zhili.policies.time_limits import LimitRow, TimeLimits

GRADES = ("I", "II", "III", "IV", None)
CLOCKS = {
    "dispatch",
    "sign",
    "objection",
    "ruling",
    "contact",
    "handle",
    "rework_min",
    "callback",
    "ledger_review",
    "reopen",
    "archive",
    "appeal",
    "confirm",
}


def of(amount: int, unit: LimitUnit) -> Limit:
    """Give a limit."""
    return Limit(amount=amount, unit=unit)


def table(*rows: LimitRow) -> TimeLimits:
    """Give a table of these rows."""
    return TimeLimits(city="Test", rows=rows)


def row(hours: int, **fields: str) -> LimitRow:
    """Give a row of the handle clock."""
    return LimitRow.model_validate(
        {"clock": "handle", "limit": {"amount": hours, "unit": "hours"}, **fields}
    )


LADDER = table(
    row(1),
    row(2, kind="help"),
    row(3, grade="II"),
    row(4, grade="II", kind="help"),
    row(5, category="heating"),
    row(6, category="heating", kind="help"),
    row(7, category="heating", grade="II"),
)


@pytest.mark.parametrize(
    ("kind", "grade", "category", "hours"),
    [
        (None, None, None, 1),
        ("report", "I", "noise", 1),
        ("help", None, None, 2),
        ("report", "II", None, 3),
        ("help", "II", "noise", 4),
        ("report", "I", "heating", 5),
        ("help", "I", "heating", 6),
        ("help", "II", "heating", 7),
    ],
)
def test_the_most_specific_row_wins(
    kind: str | None, grade: str | None, category: str | None, hours: int
) -> None:
    """A category weighs more than a grade, and a grade more than a kind."""
    limit = LADDER.limit("handle", kind=kind, grade=grade, category=category)
    assert limit == of(hours, "hours")


def test_of_equal_rows_the_first_wins() -> None:
    """The order of the table decides between rows that are equally specific."""
    rows = (row(8, kind="help"), row(9, kind="help"))
    assert table(*rows).limit("handle", kind="help") == of(8, "hours")


def test_a_clock_that_the_table_does_not_set_has_no_limit() -> None:
    """No row, or none that matches, is None and not some default."""
    only_help = table(row(2, kind="help"))
    assert only_help.limit("sign") is None
    assert only_help.limit("handle", kind="report") is None
    assert only_help.limit("handle", kind="help") == of(2, "hours")


def test_a_table_without_rows_is_refused() -> None:
    """Limits without a limit are a mistake."""
    with pytest.raises(ValidationError, match="at least 1 item"):
        table()


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_answers_every_clock(name: str) -> None:
    """Every preset has a limit for every clock, kind and grade."""
    limits = PRESETS[name]()
    assert limits.clocks == CLOCKS
    for clock in CLOCKS:
        for kind in KINDS:
            for grade in GRADES:
                assert limits.limit(clock, kind=kind, grade=grade) is not None


@pytest.mark.parametrize(
    ("limits", "kind", "grade", "limit"),
    [
        (beijing(), "help", "I", of(2, "hours")),
        (beijing(), "help", "II", of(24, "hours")),
        (beijing(), "help", "III", of(7, "days")),
        (beijing(), "help", "IV", of(15, "days")),
        (beijing(), "help", None, of(7, "days")),
        (shanghai(), "enquiry", None, of(1, "working_days")),
        (shanghai(), "suggestion", "III", of(1, "working_days")),
        (shanghai(), "help", None, of(5, "working_days")),
        (shanghai(), "complaint", None, of(5, "working_days")),
        (shanghai(), "report", "II", of(5, "working_days")),
        (shanghai(), "enquiry", "SUPERVISED", of(3, "working_days")),
        (shanghai(), "report", "COMPLEX", of(15, "working_days")),
        (shanghai(), "report", "IV", of(15, "working_days")),
        (jinan(), "enquiry", "IV", of(5, "working_days")),
        (weifang(), "report", None, of(5, "working_days")),
        (qinglong(), "enquiry", None, of(1, "days")),
        (qinglong(), "help", None, of(5, "days")),
        (qinglong(), "suggestion", "I", of(5, "days")),
        (qinglong(), "report", None, of(10, "days")),
        (qinglong(), "complaint", None, of(10, "days")),
    ],
)
def test_a_preset_says_what_the_citys_rule_says(
    limits: TimeLimits, kind: str, grade: str | None, limit: Limit
) -> None:
    """The handling limits are those of the texts in §2.2 and §2.6."""
    assert limits.limit("handle", kind=kind, grade=grade) == limit


def test_the_other_clocks_of_beijing() -> None:
    """The shorter clocks have the values of §2.6."""
    limits = beijing()
    assert limits.limit("dispatch") == of(30, "minutes")
    assert limits.limit("sign") == of(2, "hours")
    assert limits.limit("objection") == of(1, "working_days")
    assert limits.limit("ruling") == of(1, "working_days")
    assert limits.limit("contact", grade="I") == of(2, "hours")
    assert limits.limit("contact", grade="II") == of(24, "hours")
    assert limits.limit("callback") == of(3, "days")
    assert limits.limit("ledger_review") == of(3, "months")
    assert limits.limit("reopen") == of(30, "days")
    assert limits.limit("appeal") == of(10, "days")
