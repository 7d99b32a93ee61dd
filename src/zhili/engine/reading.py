"""Reading personal data: it is recorded first, and given then (C46, LEAK)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from zhili.access.lists import not_there
from zhili.access.reading import entries_of, fields_to_read, refuse_no_purpose
from zhili.access.sight import Sight
from zhili.access.view import opened_field
from zhili.engine.past import folded
from zhili.errors import StoreError

if TYPE_CHECKING:
    from zhili.access.seen import SeenField
    from zhili.engine.engine import Engine
    from zhili.values import Actor

__all__ = ["read_personal"]


def read_personal(
    engine: Engine, case_id: UUID, fields: Sequence[str], by: Actor, purpose: str
) -> tuple[SeenField, ...]:
    """
    Give personal *fields* of a case to *by*, once the store says that they were read.

    Raises:
        InputError: If no purpose is given, or the case has no such field.
        ValidationError: If the purpose is longer than a line.
        CaseNotFoundError: If there is no such case, or none that they may see.
        RoleRefusedError: If they may not read one of the fields.
        StoreError: If it cannot be recorded for good: then nothing is given.
    """
    refuse_no_purpose(purpose)
    history = engine.history(case_id)
    case = folded(history)
    engine.book.refresh()
    now = engine.now()
    sight = Sight(by, engine.book.current(), now, engine.zone)
    if not sight.sees(case):
        raise not_there(case_id)
    found = fields_to_read(case, history, fields, sight)
    entries = entries_of(found, case_id=case_id, by=by, purpose=purpose, at=now)
    engine.store.record_access(entries)
    if engine.store.unsettled:
        # What a host rolls back was never recorded, but by then the data would be given.
        message = "personal data are not read within a transaction that may yet be rolled back"
        raise StoreError(message)
    return tuple(map(opened_field, found))
