"""A case as somebody sees it: its row, the entities inside it, and every personal field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from zhili.access import mask
from zhili.access.fields import PersonalField, field_of, masked, personal_fields
from zhili.access.history import HIDDEN, identifying
from zhili.access.seen import SeenCase, SeenField, SeenPart
from zhili.access.sight import Sight, Standing
from zhili.workflows import Label, Workflow

if TYPE_CHECKING:
    from zhili.aggregates import Case, CaseEvent
    from zhili.aggregates.case import Part
    from zhili.projections.listing import ListedCase

__all__ = ["opened_field", "seen_case", "seen_field"]

OF_PERSONS: Final = frozenset({"vote"})
"""Entities inside a case that are one person's: they are counted, never listed."""

UNPUBLISHED: Final = "unpublished"

WITHOUT_TABLE: Final = {
    "accused": Label("complained about", "被反映"),
    "blown": Label("blew the whistle", "已吹哨"),
    "published": Label("published", "已公开"),
    UNPUBLISHED: Label("not published", "未公开"),
}
"""The states of entities that have no table of their own, and so no words."""


def seen_case(row: ListedCase, case: Case, history: Sequence[CaseEvent], sight: Sight) -> SeenCase:
    """Give *case*, of which *row* is the register's row, as *sight* shows it."""
    standing, workflow = Standing.of(case), case.workflow
    hidden = () if sight.actor and case.subject == sight.actor.id else identifying(history)
    told = {name: getattr(row, name) for name in type(row).model_fields}
    surnames = sight.knows_surname(standing)
    for field in ("title", "place"):
        if (said := told[field]) is not None:
            known = said if sight.knows_place(standing) else mask.without_door(field, said)
            told[field] = mask.text(known, hidden, surnames=surnames) or HIDDEN
    if not sight.knows_subject(standing):
        told["subject"] = None
    if sight.view.outside:
        told["person"] = None
    return SeenCase(
        **told,
        state_label=_label(workflow, case.state or ""),
        parts=tuple(_parts(case, sight)),
        personal=tuple(
            seen_field(field, standing, history, sight) for field in personal_fields(history)
        ),
        level=case.confidentiality,
        contact_through_centre=sight.contact_through_centre(standing),
    )


def seen_field(
    field: PersonalField, standing: Standing, history: Sequence[CaseEvent], sight: Sight
) -> SeenField:
    """Give a personal field as *sight* shows it without being asked for a purpose."""
    known, owner = field_of(field.name), field.value.subject
    shade = sight.shade(known.kind, standing, owner=owner)
    text = None
    if shade == "open":
        text = field.value.value
    elif shade == "masked":
        surnames = sight.knows_surname(standing)
        text = masked(field, identifying(history), surnames=surnames)
    return SeenField(
        field=field.name,
        label=known.label,
        version=field.version,
        shade=shade if text is not None else "hidden",
        text=text,
        may_read=shade == "masked" and sight.may_read(known.kind, standing, owner=owner),
    )


def opened_field(field: PersonalField) -> SeenField:
    """Give a personal field as it is, to somebody of whom it was recorded that they read it."""
    return SeenField(
        field=field.name,
        label=field_of(field.name).label,
        version=field.version,
        shade="open",
        text=field.value.value,
    )


def _parts(case: Case, sight: Sight) -> Iterator[SeenPart]:
    for part in case.entities():
        if part.kind not in OF_PERSONS and not (sight.view.outside and part.kind == "rating"):
            yield _part(case, part)


def _part(case: Case, part: Part) -> SeenPart:
    table = case.workflow.parts.get(part.kind, case.workflow)
    told = {name: getattr(part, name) for name in SeenPart.model_fields if name in part._fields}
    if part.state == UNPUBLISHED:
        told["points"] = None
    return SeenPart(**told, state_label=_label(table, part.state))


def _label(workflow: Workflow, name: str) -> Label:
    known = WITHOUT_TABLE.get(name) if name not in workflow.states else None
    return known or Label(workflow.label(name, "en"), workflow.label(name, "zh"))
