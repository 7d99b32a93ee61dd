"""What stands in a case and beside it: the entities inside it, and the cases of its matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from zhili.aggregates.case import Case, Part
from zhili.cli.case_types import in_words, part_in_words, state_in_words
from zhili.cli.command import Language
from zhili.cli.screen import heading, local, table, word
from zhili.projections.links import LinksAnswer
from zhili.workflows import Label

__all__ = ["counted", "listed", "parts_of", "print_family", "print_parts"]

ROLES: Mapping[str, Label] = {
    "lead": Label("leads", "主办"),
    "assisting": Label("assists", "协办"),
}

RELATIONS: Mapping[str, Label] = {
    "whistle": Label("blown for it", "为其吹哨"),
    "transfer": Label("handed over", "移交"),
    "reblown": Label("blown again", "再次吹哨"),
    "appeal": Label("appeal", "申诉"),
}

Entity = dict[str, Any]


def parts_of(case: Case) -> tuple[Part, ...]:
    """
    Give the entities inside a case that its table knows.

    What else has a row in the register, such as a rating, is told by a question of its own, which
    knows what is published.
    """
    return tuple(part for part in case.entities() if part.kind in case.workflow.parts)


def listed(parts: Sequence[Part]) -> list[Entity]:
    """Give the units inside a case, for programs."""
    return [_plain(part) for part in parts if part.unit is not None]


def counted(parts: Sequence[Part]) -> list[Entity]:
    """
    Give how many persons stand where: their votes as counts, round by round.

    Who voted how is told to nobody.
    """
    found = Counter(
        (part.kind, part.id.rpartition("/")[0], part.state) for part in parts if part.unit is None
    )
    return [
        {"kind": kind, "round": nth, "state": state, "count": count}
        for (kind, nth, state), count in sorted(found.items())
    ]


def _plain(part: Part) -> Entity:
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in part._asdict().items()
    }


def print_parts(
    case: Case, parts: Sequence[Part], zone: str, language: Language, names: Mapping[str, str]
) -> None:
    """Print the units inside a case, one by one, and the votes on it as counts."""
    for kind in case.workflow.parts:
        units = [part for part in parts if part.kind == kind and part.unit is not None]
        if units:
            heading(part_in_words(kind, language))
            _print_units(case, units, zone, language, names)
    votes = counted(parts)
    if votes:
        heading(part_in_words(votes[0]["kind"], language))
        columns = (
            word("Round", "轮次", language),
            word("Vote", "评价", language),
            word("How many", "人数", language),
        )
        case_type = case.workflow.name
        rows = [
            (
                one["round"],
                state_in_words(case_type, one["state"], language, one["kind"]),
                one["count"],
            )
            for one in votes
        ]
        table(columns, rows, right=1)


def _print_units(
    case: Case, units: Sequence[Part], zone: str, language: Language, names: Mapping[str, str]
) -> None:
    columns = (
        word("Unit", "单位", language),
        word("Role", "分工", language),
        word("State", "状态", language),
        word("Due", "期限", language),
        word("Reported in", "报到", language),
        word("Done", "完成", language),
        word("In time", "按时", language),
        word("Did not come", "曾未报到", language),
    )
    rows = [
        (
            names.get(unit.unit or "", unit.unit),
            _said(ROLES, unit.role, language),
            state_in_words(case.workflow.name, unit.state, language, unit.kind),
            local(unit.due_at, zone),
            local(unit.arrived_at, zone),
            local(unit.done_at, zone),
            "" if unit.on_time is None else _truth(unit.on_time, language),
            "●" if unit.missed else "",
        )
        for unit in sorted(units, key=lambda unit: (unit.since, unit.id))
    ]
    told = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    table([columns[place] for place in told], [[row[place] for place in told] for row in rows])


def print_family(family: LinksAnswer, zone: str, language: Language) -> None:
    """Print the cases of one matter, the oldest first; a matter of one case needs no list."""
    if len(family.members) == 1:
        return
    heading(word("What belongs together", "关联工单", language))
    columns = (
        word("Number", "编号", language),
        word("Case type", "类别", language),
        word("State", "状态", language),
        word("Title", "标题", language),
        word("Relation", "关系", language),
        word("Opened", "受理时间", language),
        word("Leads", "主件", language),
    )
    rows = [
        (
            one.number,
            in_words(one.case_type, language),
            state_in_words(one.case_type, one.state, language),
            one.title,
            word("merged", "并入主件", language)
            if one.merged_into
            else _said(RELATIONS, one.relation, language),
            local(one.opened_at, zone),
            "●" if one.case_id == family.leading else "",
        )
        for one in family.members
    ]
    table(columns, rows, whole=True)


def _truth(value: bool, language: Language) -> str:  # noqa: FBT001 - it is what is said
    return word("yes", "是", language) if value else word("no", "否", language)


def _said(labels: Mapping[str, Label], name: str | None, language: Language) -> str:
    label = labels.get(name or "")
    return word(label.en, label.zh, language) if label else name or ""
