"""What is wrong with what stands in a field, in words for whoever filled it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zhili.workflows import Label

__all__ = ["PARTS", "fault_in_words", "kind_in_words"]

FAULTS: Final = {
    "missing": Label("Fill this in.", "请填写此项。"),
    "string_too_long": Label(
        "At most {max_length} characters are kept here.", "最多填写{max_length}个字。"
    ),
    "string_too_short": Label("Fill this in.", "请填写此项。"),
    "string_pattern_mismatch": Label(
        "It holds characters that cannot stand here.", "包含不能使用的字符或格式不符。"
    ),
    "literal_error": Label("Choose one of those offered.", "请从选项中选择。"),
    "too_short": Label("Name at least {min_length}.", "至少填写{min_length}项。"),
    "too_long": Label("Name at most {max_length}.", "最多填写{max_length}项。"),
    "int_parsing": Label("Write a whole number.", "请填写整数。"),
    "int_from_float": Label("Write a whole number.", "请填写整数。"),
    "greater_than_equal": Label("At least {ge}.", "不小于{ge}。"),
    "less_than_equal": Label("At most {le}.", "不大于{le}。"),
    "bool_parsing": Label("Choose yes or no.", "请选择是或否。"),
    "date_from_datetime_parsing": Label(
        "Write a day such as 2026-03-05.", "请填写日期，如2026-03-05。"
    ),
    "date_parsing": Label("Write a day such as 2026-03-05.", "请填写日期，如2026-03-05。"),
    "instant": Label(
        "Write a day and a time such as 2026-03-05 09:30.", "请填写日期和时间，如2026-03-05 09:30。"
    ),
    "uuid_parsing": Label(
        "There is no case of that number; copy it from the case's page.",
        "没有该编号的案件，请从案件页面复制。",
    ),
    "extra_forbidden": Label("The form has no such field.", "表单没有此字段。"),
}
"""By the kind of fault, as pydantic names it."""

SPECIAL: Final = {
    "a complainant who was reached says contacted, solved and satisfaction": (
        "已联系上诉求人的，须填写其对是否联系、是否解决、是否满意的回答。"
    ),
    "a complainant who was not reached says nothing; leave the answers out": (
        "未联系上诉求人的，不填写其回答。"
    ),
    "only a limit in days or months can roll forward, not one in minutes": (
        "以分钟计的时限不能顺延。"
    ),
    "only a limit in days or months can roll forward, not one in hours": (
        "以小时计的时限不能顺延。"
    ),
    "only a limit in days or months can roll forward, not one in working_days": (
        "以工作日计的时限不能顺延。"
    ),
}
"""What models say in words of their own, in Chinese."""

PARTS: Final = {
    "name": Label("Name", "文件名"),
    "media_type": Label("Kind", "类型"),
    "size": Label("Size in bytes", "大小（字节）"),
    "sha256": Label("SHA-256 digest", "SHA-256摘要"),
    "uri": Label("Where it is kept", "存放地址"),
    "amount": Label("How many", "数量"),
    "unit": Label("Of what", "单位"),
    "roll_forward": Label("Ends on a working day", "顺延至工作日"),
}
"""The parts of a file or a limit, as the form calls them."""

SAME: Final = {
    "uuid_type": "uuid_parsing",
    "date_type": "date_parsing",
    "bool_type": "bool_parsing",
}


def fault_in_words(fault: Mapping[str, Any]) -> Label:
    """Give what one *fault* of a validation means; as the model says it where that is special."""
    kind = str(fault["type"])
    words = FAULTS.get(SAME.get(kind, kind))
    if words is None:
        return _special(str(fault["msg"]))
    numbers = fault.get("ctx", {})
    return Label(_filled(words.en, numbers), _filled(words.zh, numbers))


def kind_in_words(kind: str, said: str) -> Label:
    """Give what a fault of this *kind* means; its numbers are not known, only what it *said*."""
    words = FAULTS.get(SAME.get(kind, kind))
    return words if words is not None and "{" not in words.en else _special(said)


def _special(said: str) -> Label:
    """Give what a model *said* in words of its own."""
    said = said.removeprefix("Value error, ")
    return Label(said[:1].upper() + said[1:], SPECIAL.get(said, "此项不符合要求，请核对后重填。"))


def _filled(words: str, numbers: Mapping[str, Any]) -> str:
    for name in ("max_length", "min_length", "ge", "le"):
        words = words.replace(f"{{{name}}}", str(numbers.get(name, "")))
    return words
