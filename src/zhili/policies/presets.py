"""Time limits of real cities, ready to publish (rulebook §2.2, §2.6)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from zhili.policies.limit import Limit, LimitUnit
from zhili.policies.time_limits import LimitRow, TimeLimits

__all__ = ["KINDS", "PRESETS", "beijing", "jinan", "qinglong", "shanghai", "weifang"]

KINDS = ("enquiry", "help", "complaint", "report", "suggestion")
"""咨询 求助 投诉 举报 建议 (BJ-REG 2)."""


def beijing() -> TimeLimits:
    """Give the limits of Beijing: 2 hours, 24 hours, 7 days or 15 days by grade (DB11-DRAFT)."""
    return TimeLimits(
        city="Beijing 北京",
        rows=(
            *_usual(),
            _row("handle", 7, "days"),
            _row("handle", 2, "hours", grade="I"),
            _row("handle", 24, "hours", grade="II"),
            _row("handle", 7, "days", grade="III"),
            _row("handle", 15, "days", grade="IV"),
        ),
    )


def shanghai() -> TimeLimits:
    """
    Give the limits of Shanghai's streets: 1, 3, 5 or 15 working days (SH-DN).

    Supervised and callback-review items have the grade SUPERVISED, complex ones COMPLEX or IV.
    """
    return TimeLimits(
        city="Shanghai 上海",
        rows=(
            *_usual(),
            _row("handle", 5, "working_days"),
            _row("handle", 1, "working_days", kind="enquiry"),
            _row("handle", 1, "working_days", kind="suggestion"),
            _row("handle", 5, "working_days", kind="help"),
            _row("handle", 5, "working_days", kind="complaint"),
            _row("handle", 5, "working_days", kind="report"),
            _row("handle", 3, "working_days", grade="SUPERVISED"),
            _row("handle", 15, "working_days", grade="COMPLEX"),
            _row("handle", 15, "working_days", grade="IV"),
        ),
    )


def jinan() -> TimeLimits:
    """Give the limits of Jinan: 5 working days for everything (JN-REG 24)."""
    return TimeLimits(city="Jinan 济南", rows=(*_usual(), _row("handle", 5, "working_days")))


def weifang() -> TimeLimits:
    """Give the limits of Weifang: 5 working days for everything (WF-REG 20)."""
    return TimeLimits(city="Weifang 潍坊", rows=(*_usual(), _row("handle", 5, "working_days")))


def qinglong() -> TimeLimits:
    """Give the limits of Qinglong: sign in 2 hours; 1, 5 or 10 days by kind (QINGLONG)."""
    return TimeLimits(
        city="Qinglong 青龙",
        rows=(
            *_usual(),
            _row("handle", 10, "days"),
            _row("handle", 1, "days", kind="enquiry"),
            _row("handle", 5, "days", kind="help"),
            _row("handle", 5, "days", kind="suggestion"),
            _row("handle", 10, "days", kind="report"),
            _row("handle", 10, "days", kind="complaint"),
        ),
    )


PRESETS: Mapping[str, Callable[[], TimeLimits]] = MappingProxyType(
    {
        "BEIJING": beijing,
        "SHANGHAI": shanghai,
        "JINAN": jinan,
        "WEIFANG": weifang,
        "QINGLONG": qinglong,
    }
)


def _usual() -> tuple[LimitRow, ...]:
    """Give the clocks that no city's text sets otherwise (§2.6, mostly design values)."""
    return (
        _row("dispatch", 30, "minutes"),
        _row("sign", 2, "hours"),
        _row("objection", 1, "working_days"),
        _row("ruling", 1, "working_days"),
        _row("contact", 24, "hours"),
        _row("contact", 2, "hours", grade="I"),
        _row("rework_min", 24, "hours"),
        _row("callback", 3, "days"),
        _row("ledger_review", 3, "months"),
        _row("reopen", 30, "days"),
        _row("archive", 30, "days"),
        _row("appeal", 10, "days"),
        _row("confirm", 24, "hours"),
    )


def _row(
    clock: str, amount: int, unit: LimitUnit, *, kind: str | None = None, grade: str | None = None
) -> LimitRow:
    return LimitRow(clock=clock, kind=kind, grade=grade, limit=Limit(amount=amount, unit=unit))
