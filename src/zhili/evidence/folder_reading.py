"""The rows of an exported folder on their way into a scratch store, whatever somebody put there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from zhili.errors import InputError
from zhili.evidence.access_file import read_access
from zhili.evidence.derived_check import DerivedCheck
from zhili.evidence.event_parquet import EVENTS, events_of
from zhili.evidence.files_check import check_files, plain_file, plain_files
from zhili.evidence.fingerprint import Fingerprint
from zhili.evidence.key_line import key_of
from zhili.evidence.log_line import LINE_BYTES_MAX, lines, row_of
from zhili.evidence.lookup import PUBLISHED, Lookup, documents
from zhili.evidence.manifest import Manifest
from zhili.evidence.notes import FolderNotes
from zhili.progress import Progress
from zhili.projections.register import CASES, SPELLS, TABLES, Table
from zhili.projections.row_text import TYPES
from zhili.projections.table_file import csv_rows, parquet_rows
from zhili.store import EventMapper
from zhili.store.raw_rows import KeyEntry, RawRows, raw_rows
from zhili.store.store import LogRow

__all__ = ["FolderReading"]

EVERY: Final = 5000
OVERSIZE_MAX: Final = 8
"""So many events that are too large are laid out in the scratch file; of more, only a finding."""


class FolderReading:
    """One folder on its way into a scratch store."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        notes: FolderNotes,
        mapper: EventMapper,
        progress: Progress,
    ) -> None:
        """Read *folder*, and tell *notes* what is wrong with it."""
        self.folder = folder
        self.manifest = manifest
        self.notes = notes
        self.mapper = mapper
        self.lookup = Lookup()
        self.progress = progress
        self.oversize = 0
        self.checks = DerivedCheck(folder, manifest, notes)
        self.epoch = 0

    def into(self, url: str) -> None:
        """Check the files, then write what they hold into the empty store at *url*."""
        check_files(self.folder, self.manifest, self.notes, self.progress)
        with raw_rows(url, scratch=True) as store:
            counts = {"events": self._events(store)}
            for table in TABLES:
                counts[table.name] = self._table(store, table)
            counts["keys"] = self._keys(store)
            counts["reads"] = read_access(self.folder, self.manifest, self.notes, store)
            store.end(self.manifest.head.head, self.manifest.access_head.head)
        self.checks.finish(self.lookup)
        if self.epoch != self.manifest.head.epoch:
            said = self.manifest.head.epoch
            detail = f"it says that {said} policies were published, the log has {self.epoch}"
            self.notes.add("wrong-manifest", detail)
        for name, count in counts.items():
            told = self.manifest.counts.get(name)
            if told != count:
                self.notes.add("wrong-manifest", f"it says {told} {name}, the folder has {count}")

    # — the log —

    def _events(self, store: RawRows) -> int:
        prints: list[Fingerprint] = []
        for form in self.manifest.forms:
            source = self._lines if form == "jsonl" else self._parquet_events
            prints.append(Fingerprint())
            rows = prints[-1].of_events(source())
            if len(prints) == 1:
                self._write_events(store, rows)
            else:
                for _ in rows:
                    pass
        if len(prints) > 1 and prints[0] != prints[1]:
            self.notes.add("copies-differ", f"events.jsonl and {EVENTS}/ hold other events")
        return prints[0].count

    def _write_events(self, store: RawRows, rows: Iterator[LogRow]) -> None:
        for row in store.log(self._followed(rows)):
            detail = "its position, or the version of its case, stands in the folder already"
            self.notes.add("doubled-row", detail, **_place(row))

    def _followed(self, rows: Iterator[LogRow]) -> Iterator[LogRow]:
        for n, row in enumerate(rows, 1):
            if n % EVERY == 0:
                self.progress("events", n, self.manifest.counts.get("events"))
            if row.topic == PUBLISHED:
                self._publish(row)
            self.oversize += bool(row.oversize)
            if row.oversize and self.oversize > OVERSIZE_MAX:
                detail = f"an event of {row.oversize} bytes, as several before it"
                self.notes.add("unreadable-line", detail, **_place(row))
                continue
            yield row

    def _publish(self, row: LogRow) -> None:
        self.epoch += 1
        for policy in documents((row,), self.mapper):
            self.lookup.publish(policy)
            self.checks.policy(policy)

    def _lines(self) -> Iterator[LogRow]:
        path = plain_file(self.folder, "events.jsonl")
        if path is None:
            self._absent("events.jsonl")
            return
        before: int | None = None
        with path.open("rb") as file:
            for number, content in lines(file):
                where = f"events.jsonl, line {number}"
                if content is None:
                    detail = f"{where} is longer than {LINE_BYTES_MAX} bytes"
                    self.notes.add("unreadable-line", detail)
                    continue
                try:
                    row, odd = row_of(content)
                except (ValueError, RecursionError) as error:
                    self.notes.add("unreadable-line", f"{where}: {_first(error)}")
                    continue
                if odd:
                    self.notes.add("unreadable-line", f"{where}: {odd}", **_place(row))
                if before is not None and row.position < before:
                    detail = f"{where}: position {row.position} stands after {before}"
                    self.notes.add("wrong-order", detail, **_place(row))
                before = row.position
                yield row

    def _parquet_events(self) -> Iterator[LogRow]:
        files = plain_files(self.folder, self.manifest, EVENTS, ".parquet")
        for path in files:
            try:
                for row in events_of(path):
                    if isinstance(row, str):
                        self.notes.add("unreadable-line", f"{path.name}: {row}")
                    else:
                        yield row
            except InputError as error:
                self.notes.add("unreadable-file", error.message)
        if not files:
            self._absent(f"{EVENTS}/*.parquet")

    # — the register —

    def _table(self, store: RawRows, table: Table) -> int:
        prints: list[Fingerprint] = []
        for form in self.manifest.forms:
            source = self._csv if form == "jsonl" else self._parquet
            prints.append(Fingerprint())
            rows = prints[-1].of_rows(source(table))
            if len(prints) == 1:
                for row in store.register(table, self._seen(table, rows)):
                    detail = f"{table.name}: the key of {row[:3]!r} stands in the folder already"
                    self.notes.add("doubled-row", detail)
            else:
                for _ in rows:
                    pass
        if len(prints) > 1 and prints[0] != prints[1]:
            detail = f"register/{table.name}.csv and .parquet hold other rows"
            self.notes.add("copies-differ", detail)
        return prints[0].count

    def _seen(self, table: Table, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
        for row in rows:
            if table is CASES:
                self.lookup.see_case(row)
            elif table is SPELLS:
                self.lookup.see_spell(row)
            yield row

    def _csv(self, table: Table) -> Iterator[Sequence[Any]]:
        name = f"register/{table.name}.csv"
        path = plain_file(self.folder, name)
        if path is None:
            self._absent(name)
            return
        with path.open("rb") as file:
            for number, row in csv_rows(file, table):
                if isinstance(row, str):
                    self.notes.add("unreadable-line", f"{name}, line {number}: {row}")
                elif any(row[n] is None for n in range(len(table.key))):
                    self.notes.add("unreadable-line", f"{name}, line {number}: it has no key")
                else:
                    yield row

    def _parquet(self, table: Table) -> Iterator[Sequence[Any]]:
        name = f"register/{table.name}.parquet"
        path = plain_file(self.folder, name)
        if path is None:
            self._absent(name)
            return
        columns = {column.name: TYPES[column.kind] for column in table.columns}
        try:
            for row in parquet_rows([path], columns, bytes_max=2**20):
                if any(row[n] is None for n in range(len(table.key))):
                    self.notes.add("unreadable-line", f"{name}: a row has no key")
                else:
                    yield row
        except InputError as error:
            self.notes.add("unreadable-file", error.message)

    # — the keys —

    def _keys(self, store: RawRows) -> int:
        seen = 0

        def keys() -> Iterator[KeyEntry]:
            nonlocal seen
            path = plain_file(self.folder, "keys.jsonl")
            if path is None:
                self._absent("keys.jsonl")
                return
            with path.open("rb") as file:
                for number, content in lines(file):
                    try:
                        entry = key_of(content or b"")
                    except (ValueError, RecursionError) as error:
                        detail = f"keys.jsonl, line {number}: {_first(error)}"
                        self.notes.add("unreadable-line", detail)
                        continue
                    seen += 1
                    yield entry

        for key, _, _ in store.keys(keys()):
            self.notes.add("doubled-row", f"the key {key[:200]!r} stands in the folder already")
        return seen

    def _absent(self, name: str) -> None:
        if name not in self.manifest.paths:  # otherwise it was found missing already
            self.notes.add("missing-file", f"{name} is not there")


def _place(row: LogRow) -> dict[str, Any]:
    case_id = row.case_id.encode(errors="backslashreplace").decode()[:100]
    return {"case_id": case_id, "version": row.version, "position": row.position}


def _first(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
