"""A case as an auditor sees it: every event with its link, as it is stored, and who has read it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

from pydantic_core import from_json, to_json

from zhili.access import mask
from zhili.access.history import identifying
from zhili.aggregates.number import check_number
from zhili.errors import InputError
from zhili.face import Request, Response, Route
from zhili.face.reading import case_id_of
from zhili.pages.case_words import case_type_label
from zhili.pages.role_words import role_label
from zhili.pages.staff import auditor_eyes
from zhili.projections.worklist import Worklist
from zhili.workflows import Label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zhili.pages.site import Site
    from zhili.projections.timeline import TimelineEntry
    from zhili.store.store import LogRow
    from zhili.values import Personal

__all__ = ["case_routes"]

HIDDEN = "…"


class StoredEvent(NamedTuple):
    """One event as it stands in the log; what is personal in it is not shown."""

    row: LogRow
    entry: TimelineEntry
    link: str
    follows: bool | None
    text: str


def _find(site: Site, request: Request) -> Response:
    """Lead on to the case of a number, or say that there is none."""
    eyes, said = auditor_eyes(site, request), request.asked("number")
    if said is None:
        return site.page(request, "auditor/find.html", said="", wrong=False)
    try:
        found = eyes.page(Worklist(number=check_number(said), open_only=False)).items
    except InputError:
        found = ()
    if found:
        return site.see_other(request, f"/auditor/cases/{found[0].case_id}")
    return site.page(request, "auditor/find.html", status=404, said=said, wrong=True)


def _case(site: Site, request: Request) -> Response:
    """Show every event of a case with its position, its link and its bytes."""
    eyes, case_id = auditor_eyes(site, request), case_id_of(request)
    seen = eyes.case(case_id)
    entries = {entry.version: entry for entry in eyes.timeline(case_id).entries}
    hidden = identifying(site.engine.history(case_id))
    rows = [row for row in _rows(site, case_id) if row.version in entries]
    return site.page(
        request, "auditor/case.html",
        seen=seen,
        events=[_stored(site, row, entries[row.version], hidden) for row in rows],
        readers=eyes.readers(case_id),
        case_type_label=case_type_label,
        role_label=role_label,
    )  # fmt: skip


def _rows(site: Site, case_id: UUID) -> Iterable[LogRow]:
    """Give the log's rows of one case, in its order."""
    before = str(UUID(int=case_id.int - 1)) if case_id.int else ""
    for row in site.engine.store.log_by_case(before, str(case_id)):
        if row.case_id == str(case_id):
            yield row


def _stored(
    site: Site, row: LogRow, entry: TimelineEntry, hidden: Iterable[Personal]
) -> StoredEvent:
    """Give a row with whether its link follows from the one before it in the log."""
    before = next(iter(site.engine.store.log(row.position - 2, row.position - 1)), None)
    previous = bytes(before.link) if before else bytes(32)
    follows = None if row.oversize else row.link_after(previous) == bytes(row.link)
    return StoredEvent(row, entry, bytes(row.link).hex(), follows, _readable(row, tuple(hidden)))


def _readable(row: LogRow, hidden: tuple[Personal, ...]) -> str:
    """Give the stored bytes as text, without what is personal in them."""
    try:
        document: object = from_json(bytes(row.state))
    except ValueError:
        return ""
    return to_json(_veiled(document, hidden), indent=2).decode()


def _veiled(value: object, hidden: tuple[Personal, ...]) -> object:
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if {"subject", "value"} <= fields.keys():
            return {**fields, "value": HIDDEN}
        return {name: _veiled(one, hidden) for name, one in fields.items()}
    if isinstance(value, list):
        return [_veiled(one, hidden) for one in cast("list[object]", value)]
    if isinstance(value, str) and not (value.isascii() and " " not in value):
        # Words, and no code, digest or instant: somebody may have written a name into them.
        return mask.text(value, hidden) or HIDDEN
    return value


def case_routes(site: Site) -> tuple[Route, ...]:
    """Give the routes of a case as an auditor sees it."""
    return (
        Route(
            "GET", "/auditor/cases", "auditor.find", partial(_find, site),
            Label("Look for a case to audit", "查找待审案件"), page=True,
        ),
        Route(
            "GET", "/auditor/cases/{case_id}", "auditor.case", partial(_case, site),
            Label("A case's events with their links", "案件事件与链值"), page=True,
        ),
    )  # fmt: skip
