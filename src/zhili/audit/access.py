"""The access log's own chain: every entry is one, says what stands beside it, and follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from zhili.audit.links import BEFORE_ALL
from zhili.audit.notes import Notes
from zhili.errors import StoreError
from zhili.store import GENESIS, canonical
from zhili.store.access_log import SensitiveDataRead, access_link, columns_of

if TYPE_CHECKING:
    from zhili.audit.expected import Expected
    from zhili.progress import Progress
    from zhili.store import AccessHead, Store
    from zhili.store.access_log import AccessRow

__all__ = ["Accesses", "follow_access"]

EVERY: Final = 5000


@dataclass
class Accesses:
    """
    What was seen of an access log: how many entries, and the head that they come to.

    `kept` is the link that stands at the position `at`, if somebody expects one there.
    """

    reads: int = 0
    last: int = 0
    link: bytes = GENESIS
    at: int | None = None
    kept: bytes | None = None

    @property
    def head(self) -> str:
        """The head as it is kept: `POSITION:LINK`."""
        return f"{self.last}:{self.link.hex()}"


def follow_access(
    store: Store, notes: Notes, progress: Progress, expected: Expected | None = None
) -> Accesses:
    """
    Follow the access log of *store* from its beginning to its head; note what is wrong.

    Args:
        store: Where it is kept.

        notes: Where what is wrong is noted.

        progress: Told how far it is.

        expected: A head that somebody has kept, through which it must go.
    """
    seen = Accesses(at=expected.position if expected else None)
    try:
        for row in store.access_log(after=BEFORE_ALL):
            _take(row, seen, notes)
            if seen.reads % EVERY == 0:
                progress("access", row.position, None)
        # Read after the rows: what came meanwhile lies before it.
        head = store.access_head()
        meanwhile = store.access_log(after=seen.last) if seen.last < head.position else ()
        for row in meanwhile:
            _take(row, seen, notes)
    except (StoreError, TypeError) as error:
        notes.add("access-unreadable", f"the access log cannot be read: {error}")
        return seen
    _close(seen, head, notes)
    if expected is not None:
        expected.compare_access(head.position, seen.kept, notes)
    return seen


def _take(row: AccessRow, seen: Accesses, notes: Notes) -> None:
    """Take the next row: its place, its link, what it says, and what stands beside it."""
    place = row.position
    if place < 1:
        notes.add("access-foreign-position", "nothing is recorded there", position=place)
        return
    if place != seen.last + 1:
        detail = f"positions {seen.last + 1} to {place - 1} are missing"
        notes.add("access-missing-position", detail, position=place)
    # What a damaged file holds there may be of any type.
    link, entry = _bytes(row.link) or b"", _bytes(row.entry)
    if entry is None or access_link(seen.link, entry) != link:
        detail = "the link does not follow from the link before it and the entry"
        notes.add("access-broken-link", detail, position=place)
    _read(row, entry, notes)
    seen.reads += 1
    seen.last, seen.link = place, link
    if place == seen.at:
        seen.kept = link


def _read(row: AccessRow, entry: bytes | None, notes: Notes) -> None:
    try:
        read = SensitiveDataRead.model_validate_json(entry or b"")
    except (ValueError, RecursionError) as error:
        detail = str(error).partition("\n")[0]
        notes.add("access-unreadable", f"it is no entry: {detail}", position=row.position)
        return
    if canonical(read.model_dump(mode="json")) != entry:
        notes.add("access-unreadable", "it is not written as entries are", position=row.position)
    if columns_of(read) != tuple(row)[3:]:
        detail = "the columns beside it say another case, person, reader or instant"
        notes.add("access-differs", detail, case_id=str(read.case_id), position=row.position)


def _bytes(value: object) -> bytes | None:
    return value if isinstance(value, bytes) else None


def _close(seen: Accesses, head: AccessHead, notes: Notes) -> None:
    if seen.last < head.position:
        detail = f"the access log ends at {seen.last}, its head says {head.position}"
        notes.add("access-truncated", detail, position=seen.last + 1)
    elif seen.last > head.position:
        detail = f"its head says {head.position}; nothing lies beyond it"
        notes.add("access-beyond-head", detail, position=seen.last)
    elif seen.link != head.link:
        detail = "the head's link is not that of the last entry"
        notes.add("access-wrong-head", detail, position=head.position)
