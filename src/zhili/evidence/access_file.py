"""`access.jsonl` of a folder: the access log written into it, and brought from it into a store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from zhili.evidence.access_line import ACCESS_FILE, access_line, access_of, kept
from zhili.evidence.files_check import plain_file
from zhili.evidence.log_line import lines
from zhili.projections.register import microseconds
from zhili.store.access_log import AccessHead, AccessRow
from zhili.store.store import GENESIS

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from zhili.evidence.folder_file import Folder
    from zhili.evidence.manifest import Manifest
    from zhili.evidence.notes import FolderNotes
    from zhili.store import Store
    from zhili.store.raw_rows import RawRows

__all__ = ["read_access", "write_access"]

BEFORE_ALL: Final = -(2**62)


def write_access(
    store: Store, head: AccessHead, folder: Folder, *, by: datetime | None
) -> tuple[AccessHead, int]:
    """
    Write the access log of *store* up to *head* into *folder*.

    Args:
        store: Where it is kept.

        head: Its end when the export began.

        folder: The folder that is being made.

        by: Until when it is told; None is up to its end. Told is what stands before the first
            reading after that instant: of a chain nothing can be left out but its end.

    Returns:
        The head of what was written, and how many entries it has.
    """
    limit = microseconds(by)
    count, last, is_cut = 0, AccessHead(0, GENESIS), False

    def told() -> Iterator[bytes]:
        nonlocal count, last, is_cut
        for row in store.access_log(after=BEFORE_ALL, until=head.position):
            if limit is not None and (kept(row.read_at, int) or 0) > limit:
                is_cut = True
                return
            count += 1
            last = AccessHead(max(row.position, 0), kept(row.link, bytes) or GENESIS)
            yield access_line(row)

    folder.write(ACCESS_FILE, told())
    return (last if is_cut else head), count


def read_access(folder: Path, manifest: Manifest, notes: FolderNotes, store: RawRows) -> int:
    """Bring the entries of *folder* into *store*, note what is wrong, give how many they are."""
    seen = 0

    def entries() -> Iterator[AccessRow]:
        nonlocal seen
        path = plain_file(folder, ACCESS_FILE)
        if path is None:
            if ACCESS_FILE not in manifest.paths:  # otherwise it was found missing already
                notes.add("missing-file", f"{ACCESS_FILE} is not there")
            return
        before: int | None = None
        with path.open("rb") as file:
            for number, content in lines(file):
                where = f"{ACCESS_FILE}, line {number}"
                try:
                    row, odd = access_of(content or b"")
                except (ValueError, RecursionError) as error:
                    said = " ".join(str(error).split())[:200]
                    notes.add("unreadable-line", f"{where}: {said}")
                    continue
                if odd:
                    notes.add("unreadable-line", f"{where}: {odd}")
                if before is not None and row.position < before:
                    detail = f"{where}: position {row.position} stands after {before}"
                    notes.add("wrong-order", detail)
                before = row.position
                seen += 1
                yield row

    for row in store.access(entries()):
        detail = f"{ACCESS_FILE}: position {row.position} stands in the folder already"
        notes.add("doubled-row", detail)
    return seen
