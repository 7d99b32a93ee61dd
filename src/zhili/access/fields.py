"""The personal fields of events: what kind of data each holds, how it is called and masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from zhili.access import mask
from zhili.policies.visibility import Kind
from zhili.values import Personal
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.aggregates import CaseEvent

__all__ = ["WORDS", "Field", "PersonalField", "field_of", "masked", "personal_fields"]


class Field(NamedTuple):
    """What is known of a personal field by its name."""

    kind: Kind
    label: Label


FIELDS: Final[Mapping[str, Field]] = {
    "name": Field("name", Label("Name", "姓名")),
    "phone": Field("contact", Label("Telephone", "电话")),
    "address": Field("address", Label("Address", "地址")),
    "content": Field("words", Label("In their own words", "诉求内容")),
    "facts": Field("words", Label("Facts added", "补充内容")),
    "note": Field("evaluation", Label("Said when called back", "回访记录")),
    "reason": Field("words", Label("Reason", "理由")),
    "text": Field("words", Label("In their own words", "问题原文")),
    "words": Field("words", Label("In their own words", "说明")),
    "reporter": Field("name", Label("Who told of it", "报告人")),
    "contact": Field("contact", Label("How to reach them", "联系方式")),
    "member": Field("name", Label("Member", "党员姓名")),
    "person": Field("name", Label("Who came", "到场人员")),
    "hidden": Field("contact", Label("Who else wants it", "附议人信息")),
}
"""The fields of the case types of this library, by name."""


WORDS: Final[frozenset[Kind]] = frozenset({"words", "evaluation"})
"""Kinds that are what somebody said, and not who they are."""


class PersonalField(NamedTuple):
    """One personal value: where it stands, and the value."""

    version: int
    name: str
    value: Personal


def field_of(name: str) -> Field:
    """Give what is known of a field; one of a host's own is kept as closely as a telephone."""
    found = FIELDS.get(name)
    if found is not None:
        return found
    words = name.replace("_", " ")
    return Field("contact", Label(words, words))


def personal_fields(history: Iterable[CaseEvent]) -> Iterator[PersonalField]:
    """Give every personal value of a case, in the order of its events."""
    for event in history:
        for name, value in vars(event).items():
            several = cast("Iterable[object]", value) if isinstance(value, tuple) else (value,)
            for one in several:
                if isinstance(one, Personal):
                    yield PersonalField(event.originator_version, name, one)


def masked(
    field: PersonalField, hidden: Iterable[Personal], *, surnames: bool = True
) -> str | None:
    """
    Give what is shown of *field* masked; None for words that tell one of the *hidden* values.

    Names in its words keep their *surnames*, where those may be known.
    """
    kind = field_of(field.name).kind
    if kind in WORDS:
        return mask.text(field.value.value, hidden, surnames=surnames)
    return _MASKS.get(kind, mask.word)(field.value.value)


_MASKS: Final[Mapping[Kind, Callable[[str], str]]] = {
    "name": mask.name,
    "contact": mask.contact,
    "address": mask.address,
}
