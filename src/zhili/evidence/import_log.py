"""A store made of an exported folder: that is also how one moves between databases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.aggregates import CASE_TYPES, Case
from zhili.audit import Report
from zhili.engine import Engine
from zhili.errors import StoreError
from zhili.evidence.folder import opened_folder
from zhili.progress import Progress, silent
from zhili.projections.register import TABLES
from zhili.reactions import REACTIONS, Reaction
from zhili.store import Head, open_store
from zhili.store.raw_rows import KeyEntry, RawRows, raw_rows, refuse_used
from zhili.store.store import STATE_BYTES_MAX, LogRow

if TYPE_CHECKING:
    from zhili.evidence.manifest import Manifest
    from zhili.store import Store

__all__ = ["Imported", "import_log"]

BEFORE_ALL: Final = -(2**62)
AFTER_ALL: Final = 2**62
PAGE: Final = 5000
EVERY: Final = 5000

_KEYS: Final = "SELECT key, digest, receipt FROM keys WHERE key > :after ORDER BY key LIMIT :page"


class Imported(NamedTuple):
    """A store that was made: its URL as it may be shown, its head, and the folder's audit."""

    url: str
    head: Head
    report: Report


def import_log(  # noqa: PLR0913 - from where, where to, and what lives in it
    folder: Path,
    url: str,
    *,
    despite_findings: bool = False,
    case_types: Sequence[type[Case]] = CASE_TYPES,
    reactions: Iterable[Reaction] = REACTIONS,
    progress: Progress = silent,
) -> Imported:
    """
    Make a store at *url* of an exported folder: logs, register, keys and heads, all or nothing.

    The folder is audited first, which folds its log and compares the register with it; then both
    are written as they stand. The store has the same head, and its audit the same digest. Keys come
    along, so a submit that is repeated after the move is recognised; and so does the access log.

    Args:
        folder: What `export` has made.

        url: A store that does not exist yet, or has no events.

        despite_findings: Whether to take in a log with findings, as it stands.

        case_types: The case types that live in it.

        reactions: What follows from what.

        progress: Told how far it is.

    Raises:
        InputError: If the folder has no readable manifest, or the URL cannot be understood.
        ConflictError: If the store has events.
        StoreError: If the folder has findings, or the store cannot take its rows.
    """
    with suppress(StoreError), closing(open_store(url, create=False)) as there:
        refuse_used(there.head().position, there.url)  # before hours of work, and again after them
    with opened_folder(
        folder, case_types=case_types, reactions=reactions, progress=progress
    ) as opened:
        report = opened.audit(lambda engine: Engine.audit(engine, progress=progress))
        if not (report.clean or despite_findings):
            found = len(report.findings) + report.findings_left_out
            message = (
                f"the audit of {folder} finds {found} faults; `zhili audit {folder}` names them"
            )
            raise StoreError(message, findings=found)
        with raw_rows(url) as target:
            _copy(opened.engine.store, target, opened.manifest, progress)
    with closing(open_store(url, create=False)) as made:
        return Imported(made.url, made.head(), report)


def _copy(source: Store, target: RawRows, manifest: Manifest, progress: Progress) -> None:
    """Write all that the scratch store of a folder holds, row by row and unchanged."""
    head = manifest.head.head
    refused: list[object] = [*target.log(_told(source, head, progress))]
    for table in TABLES:
        refused += target.register(table, source.register_by_case(table))
    refused += target.keys(_keys(source))
    refused += target.access(source.access_log(after=BEFORE_ALL))
    assert not refused, "what stood in one store stands in another"
    target.end(head, manifest.access_head.head)


def _told(source: Store, head: Head, progress: Progress) -> Iterator[LogRow]:
    for n, row in enumerate(source.log(after=BEFORE_ALL, until=AFTER_ALL), 1):
        if row.oversize:
            # The scratch store keeps that an event is too large, and not by how much.
            message = (
                f"the event at position {row.position} has more than {STATE_BYTES_MAX} bytes; "
                "no event may, and no store takes it in"
            )
            raise StoreError(message, position=row.position)
        if n % EVERY == 0:
            progress("write", n, head.position)
        yield row
    progress("write", head.position, head.position)


def _keys(source: Store) -> Iterator[KeyEntry]:
    after = ""
    while page := source.rows(_KEYS, {"after": after, "page": PAGE}):
        for key, digest, receipt in page:
            yield str(key), bytes(digest), str(receipt)
        after = str(page[-1][0])
