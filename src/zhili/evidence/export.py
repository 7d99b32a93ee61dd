"""The export: a folder that holds the log, the register and all that an auditor needs of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhili.engine.cut import Known, cut_at
from zhili.errors import InputError, UnreadableEventError
from zhili.evidence.access_file import write_access
from zhili.evidence.event_parquet import EVENTS, write_events
from zhili.evidence.folder_file import Folder
from zhili.evidence.key_line import key_line, keys_at
from zhili.evidence.log_line import line_of
from zhili.evidence.lookup import PUBLISHED, Lookup, PolicyDocument, documents
from zhili.evidence.manifest import AccessHeadEntry, Form, HeadEntry, Manifest
from zhili.evidence.plain_sql import EXPORTED
from zhili.evidence.register_at import RegisterAt
from zhili.evidence.texts import texts
from zhili.progress import Progress, silent
from zhili.projections.daybook import DAYS
from zhili.projections.hierarchy import UNITS
from zhili.projections.register import TABLES, Rows, Table
from zhili.projections.table_file import csv_line, parquet_from_csv
from zhili.store.store import GENESIS, Head, LogRow

if TYPE_CHECKING:
    from zhili.engine import Engine
    from zhili.store import AccessHead

__all__ = ["Exported", "export"]

BEFORE_ALL: Final = -(2**62)
EVERY: Final = 5000


class Exported(NamedTuple):
    """
    A folder that was made: where, what its manifest says, and the manifest's own SHA-256.

    Whoever keeps that digest, or the heads, convicts any later change. `unfoldable` names the cases
    of which an earlier position has no register rows, because their events cannot be read.
    """

    folder: Path
    manifest: Manifest
    sha256: str
    unfoldable: tuple[str, ...]


def export(
    engine: Engine,
    folder: Path,
    *,
    forms: Sequence[Form] = ("jsonl",),
    until: Known | None = None,
    progress: Progress = silent,
) -> Exported:
    """
    Write the record of *engine* into *folder*, all of one moment, while others write on.

    Memory does not grow with the log. Stopped half way, it leaves nothing that looks whole.

    Args:
        engine: Whose record.

        folder: A folder that does not exist yet, or is empty.

        forms: `jsonl` for one line an event and CSV, `parquet` for DuckDB's own, or both.

        until: The position, or the instant of recording, at which the record ends; now if none.

        progress: Told how far it is.

    Raises:
        InputError: If the folder is there already, the log has no such position, or what follows
            from the event there lies beyond it.
        StoreError: If the store cannot be read.
    """
    if not forms:
        raise InputError("name a form: jsonl, parquet or both")
    # What somebody records while this runs lies beyond the head that is read here, once.
    head, now, access = engine.head(), engine.now(), engine.access_head()
    cut = cut_at(engine.store, engine.mapper, now, known_at=until)
    position, whole = head.position, True
    if cut is not None:
        position, whole, now = cut.position, cut.position == head.position, cut.now
        _refuse_torn(engine, position)
    with Folder(folder) as made:
        work = _Export(engine, made, tuple(dict.fromkeys(forms)), progress)
        work.access(access, by=None if until is None else now)
        manifest = work.run(position, head if whole else None, now, until)
        sha256 = manifest.write(made.path)
        made.finish()
    return Exported(folder, manifest, sha256, tuple(work.register.unfoldable))


def _refuse_torn(engine: Engine, position: int) -> None:
    """
    Insist that what follows from the last event is not cut off: its effects come right after it.

    Raises:
        InputError: If it is; every head and every receipt names a position where nothing is.
    """
    end = position
    for row in engine.store.log(after=position):
        try:
            event = engine.mapper.to_domain_event(row.stored)
        except (UnreadableEventError, ValueError):
            break
        if event.cause is None:
            break
        end = row.position
    if end > position:
        message = (
            f"position {position} lies between an event and what follows from it, which ends at "
            f"{end}; say --until {end}"
        )
        raise InputError(message, position=position, end=end)


class _Export:
    """One run."""

    def __init__(
        self, engine: Engine, folder: Folder, forms: tuple[Form, ...], progress: Progress
    ) -> None:
        self.engine = engine
        self.folder = folder
        self.forms = forms
        self.progress = progress
        self.lookup = Lookup()
        tables = (table.name for table in EXPORTED)
        self.counts = dict.fromkeys(("events", "keys", "policies", *tables, "reads"), 0)
        self.link, self.epoch = GENESIS, 0

    def access(self, head: AccessHead, *, by: datetime | None) -> None:
        """Write the access log up to *head*, or what of it was recorded *by* an instant."""
        written, self.counts["reads"] = write_access(self.engine.store, head, self.folder, by=by)
        self.access_head = AccessHeadEntry(position=written.position, link=written.link.hex())

    def run(self, position: int, head: Head | None, now: datetime, until: Known | None) -> Manifest:
        """Write every file but the manifest, which is given; *head* is None at an earlier place."""
        engine = self.engine
        self.register = RegisterAt(engine.store, engine.mapper, zone=engine.zone, position=position)
        self._events(position)
        if head is not None:
            self.link = bytes(head.link)  # also where a row at the end of the log is missing
        self._register(whole=head is not None)
        self._tables(now)
        self._keys(whole=head is not None)
        self._texts(now)
        return Manifest(
            zhili=version("zhili"),
            exported_at=engine.now(),
            as_of=now,
            zone=engine.zone,
            forms=self.forms,
            until=None if until is None else str(until),
            head=HeadEntry(position=position, link=self.link.hex(), epoch=self.epoch),
            access_head=self.access_head,
            counts=self.counts,
            files=tuple(sorted(self.folder.entries, key=lambda entry: entry.path)),
        )

    def _events(self, position: int) -> None:
        rows: Iterator[LogRow] = self._seen(position)
        if "parquet" in self.forms:
            rows = write_events(rows, self.folder.path)
        if "jsonl" in self.forms:
            self.folder.write("events.jsonl", map(line_of, rows))
        else:
            for _ in rows:
                pass
        if "parquet" in self.forms:
            self.folder.take(EVENTS)

    def _seen(self, position: int) -> Iterator[LogRow]:
        """Give the log, and take in on the way what the rest of the folder needs of it."""
        for row in self.engine.store.log(after=BEFORE_ALL, until=position):
            self.counts["events"] += 1
            if self.counts["events"] % EVERY == 0:
                self.progress("events", row.position, position)
            self.link = bytes(row.link)
            if row.topic == PUBLISHED:
                self.epoch += 1
                for policy in documents((row,), self.engine.mapper):
                    self._publish(policy)
            yield row
        self.progress("events", position, position)

    def _publish(self, policy: PolicyDocument) -> None:
        self.lookup.publish(policy)
        self.counts["policies"] += 1
        self.folder.write(policy.path, [policy.content])

    def _register(self, *, whole: bool) -> None:
        files = {table.name: self._csv_path(table).open("xb") for table in TABLES}
        try:
            for table in TABLES:
                files[table.name].write(csv_line(table.names))
            for rows in self.register.stored() if whole else self.register.folded():
                self._write(files, rows)
        finally:
            for file in files.values():
                file.close()

    def _write(self, files: dict[str, Any], rows: Rows) -> None:
        self.lookup.see(rows)
        for table, some in zip(TABLES, rows, strict=True):
            files[table.name].writelines(map(csv_line, some))
            self.counts[table.name] += len(some)
        self.progress("cases", self.counts["cases"], None)

    def _tables(self, now: datetime) -> None:
        """Write the tables beside the register, and all of them in the forms asked for."""
        today = now.date()
        for table, rows in ((UNITS, self.lookup.unit_rows()), (DAYS, self.lookup.day_rows(today))):
            with self._csv_path(table).open("xb") as file:
                file.write(csv_line(table.names))
                for row in rows:
                    file.write(csv_line(row))
                    self.counts[table.name] += 1
        for table in EXPORTED:
            path = self._csv_path(table)
            if "parquet" in self.forms:
                parquet_from_csv(path, path.with_suffix(".parquet"), table)
            if "jsonl" not in self.forms:
                path.unlink()
        self.folder.take("register")

    def _csv_path(self, table: Table) -> Path:
        path = self.folder.path / "register" / f"{table.name}.csv"
        path.parent.mkdir(exist_ok=True)
        return path

    def _keys(self, *, whole: bool) -> None:
        if not whole:  # every key is looked at then, as to when it was used
            self.register.follow()

        def lines() -> Iterator[bytes]:
            for entry in keys_at(self.engine.store, self.register):
                self.counts["keys"] += 1
                yield key_line(entry)

        self.folder.write("keys.jsonl", lines())

    def _texts(self, now: datetime) -> None:
        """Write what explains the rest, which the audit knows byte for byte."""
        for name, content in texts(self.forms, now, self.engine.zone):
            self.folder.write(name, [content])
