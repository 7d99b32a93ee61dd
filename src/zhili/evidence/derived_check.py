"""What a folder derives from its log or says beside it: policies, `units`, `days`, the texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from zhili.errors import InputError
from zhili.evidence.files_check import plain_file
from zhili.evidence.fingerprint import Fingerprint
from zhili.evidence.lookup import Lookup, PolicyDocument
from zhili.evidence.manifest import Manifest
from zhili.evidence.notes import FolderNotes
from zhili.evidence.texts import texts
from zhili.policies.calendar import Calendar
from zhili.projections.daybook import DAYS
from zhili.projections.hierarchy import UNITS
from zhili.projections.register import Table
from zhili.projections.row_text import TYPES
from zhili.projections.table_file import csv_rows, parquet_rows

__all__ = ["DerivedCheck"]

YEARS: Final = range(1970, 2200)
ZONES_MAX: Final = 100
"""What lies outside these is somebody's joke, and would be laid out day by day."""


class DerivedCheck:
    """Compares the files of one folder that say again, in other words, what its log says."""

    def __init__(self, folder: Path, manifest: Manifest, notes: FolderNotes) -> None:
        """Begin with no policy seen."""
        self._folder = folder
        self._manifest = manifest
        self._notes = notes
        self._policies: set[str] = set()

    def policy(self, policy: PolicyDocument) -> None:
        """Compare the file of a policy with what the log published."""
        self._policies.add(policy.path)
        self._same(policy.path, policy.content, "the log published something else")

    def finish(self, lookup: Lookup) -> None:
        """Compare the rest, once all of the log and the register was seen."""
        for path in self._manifest.paths:
            if path.startswith("policies/") and path not in self._policies:
                self._notes.add("copies-differ", f"{path} is not in the log")
        calendar = lookup.in_force(Calendar)
        if calendar is not None and calendar.zone != self._manifest.zone:
            zone = self._manifest.zone
            detail = f"it says the zone {zone}, the log keeps its days in {calendar.zone}"
            self._notes.add("wrong-manifest", detail)
        until = self._manifest.as_of.date()
        if until.year not in YEARS or len(lookup.zones) > ZONES_MAX:
            detail = f"it is as of {until}, in {len(lookup.zones)} zones"
            detail += "; `days` and the texts are not compared"
            self._notes.add("wrong-manifest", detail)
            return
        self._texts()
        self._table(UNITS, lookup.unit_rows())
        self._table(DAYS, lookup.day_rows(until))

    def _texts(self) -> None:
        """Compare what an auditor reads and runs: one line more makes figures false."""
        manifest, own = self._manifest, version("zhili")
        if manifest.zhili != own:
            detail = (
                f"it says zhili {manifest.zhili}, this is {own}: the SQL, the scripts, the READMEs "
                "and schema.json are not compared; audit it with that version too"
            )
            self._notes.remark("other-version", detail)
            return
        for name, content in texts(manifest.forms, manifest.as_of, manifest.zone):
            self._same(name, content, f"zhili {own} writes another text")

    def _same(self, name: str, content: bytes, otherwise: str) -> None:
        path = plain_file(self._folder, name)
        if path is None:
            if name not in self._manifest.paths:  # otherwise it was found missing already
                self._notes.add("missing-file", f"{name} is not there")
            return
        try:
            with path.open("rb") as file:
                found = file.read(len(content) + 1)
        except OSError:  # found already, when the digest was taken
            return
        if found != content:
            self._notes.add("copies-differ", f"{name}: {otherwise}")

    def _table(self, table: Table, rows: Iterator[tuple[Any, ...]]) -> None:
        right = Fingerprint()
        for _ in right.of_rows(rows):
            pass
        for form in self._manifest.forms:
            name = f"register/{table.name}.{'csv' if form == 'jsonl' else 'parquet'}"
            path = plain_file(self._folder, name)
            if path is None:
                if name not in self._manifest.paths:
                    self._notes.add("missing-file", f"{name} is not there")
                continue
            found = Fingerprint()
            try:
                for _ in found.of_rows(_rows(path, table)):
                    pass
            except InputError as error:
                self._notes.add("unreadable-file", error.message)
                continue
            if found != right:
                detail = f"{name} has not the rows that policies and register give"
                self._notes.add("copies-differ", detail)


def _rows(path: Path, table: Table) -> Iterator[Sequence[Any]]:
    if path.suffix == ".parquet":
        columns = {column.name: TYPES[column.kind] for column in table.columns}
        yield from parquet_rows([path], columns, bytes_max=2**20)
        return
    with path.open("rb") as file:
        for _, row in csv_rows(file, table):
            yield (row,) if isinstance(row, str) else row
