"""Reading personal data 查阅 (C46): what may be read, and the entry that says by whom and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhili.access.fields import PersonalField, field_of, personal_fields
from zhili.access.sight import Sight, Standing
from zhili.errors import InputError, RoleRefusedError
from zhili.store.access_log import SensitiveDataRead

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from zhili.aggregates import Case, CaseEvent
    from zhili.values import Actor

__all__ = ["entries_of", "fields_to_read", "refuse_no_purpose"]


def refuse_no_purpose(purpose: str) -> None:
    """
    Insist that somebody says what for.

    Raises:
        InputError: If nothing is said.
    """
    if not purpose.strip():
        message = "nothing personal is shown without a purpose; say in a few words what it is for"
        raise InputError(message, purpose=purpose)


def fields_to_read(
    case: Case, history: Sequence[CaseEvent], wanted: Sequence[str], sight: Sight
) -> tuple[PersonalField, ...]:
    """
    Give those personal fields of *case* that are *wanted*, each by its name or as `name@version`.

    Raises:
        InputError: If there is no such field, or none is wanted.
        RoleRefusedError: If one of them is not to be read by them, whatever for.
    """
    found: list[PersonalField] = []
    there = tuple(personal_fields(history))
    for name in dict.fromkeys(wanted):
        some = [one for one in there if name in {one.name, written(one)}]
        if not some:
            names = ", ".join(dict.fromkeys(one.name for one in there)) or "none"
            message = f"the case has no personal field {name!r}; it has: {names}"
            raise InputError(message, field=name)
        found += [one for one in some if one not in found]
    if not found:
        raise InputError("name the fields to be read")
    standing = Standing.of(case)
    for one in found:
        if not sight.may_read(field_of(one.name).kind, standing, owner=one.value.subject):
            raise _refusal(one.name, standing, sight)
    return tuple(found)


def entries_of(
    fields: Sequence[PersonalField], *, case_id: UUID, by: Actor, purpose: str, at: datetime
) -> tuple[SensitiveDataRead, ...]:
    """
    Give the entries that say that *fields* were read: one for each person whose they are.

    Raises:
        ValidationError: If the purpose is no line of text.
    """
    subjects = dict.fromkeys(one.value.subject for one in fields)
    return tuple(
        SensitiveDataRead(
            actor=by,
            subject=subject,
            fields=tuple(written(one) for one in fields if one.value.subject == subject),
            purpose=purpose,
            case_id=case_id,
            read_at=at,
        )
        for subject in subjects
    )


def written(field: PersonalField) -> str:
    """Give a field as an entry names it."""
    return f"{field.name}@{field.version}"


def _refusal(name: str, standing: Standing, sight: Sight) -> RoleRefusedError:
    if sight.contact_through_centre(standing):
        message = f"{name} is not shown at level {standing.level}; contact goes through the centre"
    else:
        message = f"{name} is not for this role to read; ask somebody who may"
    return RoleRefusedError(message, roles=())
