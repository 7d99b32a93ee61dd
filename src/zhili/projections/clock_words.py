"""What was done to a clock, told in sentences, in English and in Chinese."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from zhili.policies.limit import Limit
from zhili.projections.clock_run import ClockRun, Touch
from zhili.projections.timeline import label_of
from zhili.workflows import Label
from zhili.workflows.clock_name import clock_label

__all__ = ["calendar_words", "limit_words", "sentences"]

UNITS: Final = {
    "minutes": "分钟", "hours": "小时", "days": "日", "working_days": "个工作日", "months": "个月",
}  # fmt: skip

COUNTED: Final = {
    "minutes": Label("round the clock", "连续计时"),
    "hours": Label("round the clock", "连续计时"),
    "days": Label("calendar days", "自然日"),
    "working_days": Label("working days", "工作日"),
    "months": Label("calendar months", "自然月"),
}

POLICIES: Final = {
    "time_limits": "办理时限", "procedure": "办理规程", "whistle": "吹哨报到规程",
    "wall": "上墙规程", "hazard": "隐患清单与时限", "branch_call": "支部吹哨规程",
    "calendar": "工作日历",
}  # fmt: skip
"""The policies that have a say in a due instant, in the order in which they have it."""


def limit_words(limit: Limit) -> Label:
    """Say a limit as a person would: *5 working days*, 5个工作日."""
    rolled = limit.roll_forward
    return Label(
        f"{limit}, rolled forward to a working day" if rolled else str(limit),
        f"{limit.amount}{UNITS[limit.unit]}{'，末日遇休顺延' if rolled else ''}",
    )


def calendar_words(limit: Limit) -> Label:
    """Say in which days a limit is counted."""
    return COUNTED[limit.unit]


def sentences(clock: str, run: ClockRun, zone: str) -> tuple[Label, ...]:
    """Tell all that was done to the clock in this run, in its order, in local time of *zone*."""
    name = clock_label(clock)
    told = [_told(name, touch, ZoneInfo(zone)) for touch in run.touches]
    year = run.state.provisional
    if year is not None and run.state.status != "stopped":
        told.append(
            Label(
                en=f"The days off of {year} are not announced yet: the due instant is provisional.",
                zh=f"{year}年节假日安排尚未公布，此期限为暂定。",
            )
        )
    return tuple(told)


def _told(clock: Label, touch: Touch, zone: ZoneInfo) -> Label:
    event, label = touch.event, label_of(touch.event)
    when, version = _local(event.occurred_at, zone), event.originator_version
    en = f"{when}: {label.en} (event {version})"
    zh = f"{when}：{label.zh}（第{version}条）"
    done = _begun(clock, touch, zone) if touch.begins else _done(clock, touch, zone)
    return Label(en=f"{en} {done.en}.", zh=f"{zh}{done.zh}。")


def _begun(clock: Label, touch: Touch, zone: ZoneInfo) -> Label:
    due = _due(touch, zone)
    return Label(f"started the clock '{clock.en}'{due.en}", f"启动“{clock.zh}”计时{due.zh}")


def _done(clock: Label, touch: Touch, zone: ZoneInfo) -> Label:
    match touch.mark.action:
        case "pause":
            return Label(f"paused the clock '{clock.en}'", f"暂停“{clock.zh}”计时")
        case "resume":
            due = _due(touch, zone)
            return Label(f"resumed the clock '{clock.en}'{due.en}", f"恢复“{clock.zh}”计时{due.zh}")
        case "stop":
            return _stopped(clock, touch)
        case "fire":
            return Label(f"found the clock '{clock.en}' due", f"“{clock.zh}”已到期")
        case "move" | "start":  # a start begins a run and is told there, so this is a move
            return _moved(clock, touch, zone)


def _moved(clock: Label, touch: Touch, zone: ZoneInfo) -> Label:
    before, due = touch.before.due_at if touch.before else None, _due(touch, zone)
    was = _local(before, zone) if before else "none"
    return Label(
        f"moved the due instant of the clock '{clock.en}', which was {was}{due.en}",
        f"变更“{clock.zh}”的期限，原期限{was if before else '无'}{due.zh}",
    )


def _stopped(clock: Label, touch: Touch) -> Label:
    due_at = touch.after.due_at
    if due_at is None:
        return Label(f"stopped the clock '{clock.en}'", f"停止“{clock.zh}”计时")
    if touch.ran_out:
        return Label(
            f"stopped the clock '{clock.en}', which was due", f"“{clock.zh}”到期，停止计时"
        )
    late = touch.event.occurred_at > due_at
    return Label(
        f"stopped the clock '{clock.en}', {'after it was due' if late else 'in time'}",
        f"停止“{clock.zh}”计时，{'已超期' if late else '未超期'}",
    )


def _due(touch: Touch, zone: ZoneInfo) -> Label:
    """Say the limit, the due instant, and the policies that gave them."""
    limit, due_at = touch.after.limit, touch.after.due_at
    if due_at is None:
        return Label("", "")
    due = _local(due_at, zone)
    if limit is None:
        return Label(
            f": due {due}, the date that the event names", f"：期限{due}，为该事项载明的日期"
        )
    words, days = limit_words(limit), calendar_words(limit)
    since, rules = _local(touch.counted_from, zone), touch.event.rules
    named = [name for name in POLICIES if name in rules]
    en = "; ".join(f"policy {name} version {rules[name]}" for name in named)
    zh = "；".join(f"依据{POLICIES[name]}第{rules[name]}版" for name in named)
    return Label(
        f": {words.en} ({days.en}) from {since}, due {due}{f' ({en})' if en else ''}",
        f"：自{since}起{words.zh}（{days.zh}），期限{due}{f'（{zh}）' if zh else ''}",
    )


def _local(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    exactly = "microseconds" if local.microsecond else "seconds" if local.second else "minutes"
    return local.replace(tzinfo=None).isoformat(" ", exactly)
