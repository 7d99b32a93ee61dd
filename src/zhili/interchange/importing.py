"""
The import: a source's rows become cases, batch by batch, each batch one transaction.

A case's id is made from the source's system, its id there and its place among the rows of that
id, so importing again finds what is there: nothing is brought in twice, and what a newer export
shows closed is closed. An import that was stopped is finished by running it again.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from zhili.commands.command import Command
from zhili.commands.complaint import BringIn, BringInClosing, imported_id
from zhili.engine import Engine
from zhili.errors import ConflictError, InputError, RefusalError
from zhili.interchange.carrier import carry_out
from zhili.interchange.csv_source import Record
from zhili.interchange.examination import Examined, examine
from zhili.interchange.import_map import ImportMap
from zhili.interchange.reject_file import RejectFile
from zhili.interchange.source_row import NAMED, RejectedError, RowReader, SourceCase
from zhili.interchange.summary import ImportSummary
from zhili.progress import Progress, silent
from zhili.projections.register import microseconds
from zhili.store.store import AcknowledgementLostError
from zhili.values import Actor
from zhili.workflows.role import IMPORTER

__all__ = ["import_cases", "import_examined"]

DUPLICATE: Final = "duplicate_id"
OPEN_STATE: Final = "imported"
TRIES_MAX: Final = 5

ASKED_MAX: Final = 2000
"""How many cases one query asks for: every store takes as many parameters."""

_SELECT_KNOWN: Final = (
    "SELECT case_id, state, opened_at, closed_at, due_at, source_status, unit, category, type, "
    "division, channel, flags FROM cases"
)
_COMPARED: Final = ("opened_at", "closed_at", "due_at", *NAMED)
"""What of a case can differ, in the order of the columns asked for."""


def import_cases(  # noqa: PLR0913 - a file, how to read it, and the circumstances
    engine: Engine,
    file: str | Path,
    import_map: ImportMap,
    *,
    batch: int = 1000,
    progress: Progress = silent,
    rejects: str | Path | None = None,
) -> ImportSummary:
    """
    Bring the cases in *file* into *engine*'s store, or what is new about them.

    Args:
        engine: Where to.

        file: A CSV file, plain or gzipped.

        import_map: How to read it.

        batch: How many rows one transaction takes in.

        progress: Told lines read and lines in all after each batch; may stop by raising. Whole
            batches remain, and running again goes on.

        rejects: Where rows that cannot become cases go, with line number and reason;
            `<file>.rejects.csv` in the current directory by default. Made only if there are any;
            a file that is there is replaced only if an earlier import made it.

    Raises:
        InputError: If the file cannot be read as the map says, or the rejects cannot be written
            there; nothing has changed then.
    """
    examined = examine(file, import_map, rejects=rejects, store=engine.store.url)
    return import_examined(engine, examined, batch=batch, progress=progress)


def import_examined(
    engine: Engine, examined: Examined, *, batch: int = 1000, progress: Progress = silent
) -> ImportSummary:
    """
    Bring in what `examine` has found fit, as `import_cases` does.

    Raises:
        InputError: If the batch is no number of rows, or the file changed since.
    """
    if batch < 1:
        raise InputError(f"a batch takes at least one row, not {batch}", batch=batch)
    reader = RowReader(examined.map, examined.places, engine.now)
    with examined.rejects as given_back:
        return _Import(engine, examined.map, reader, given_back).run(examined, batch, progress)


class _Known(NamedTuple):
    """What the register knows of a case."""

    state: str
    values: tuple[object, ...]
    flags: frozenset[str]


class _Row(NamedTuple):
    """A row on its way into the log."""

    case_id: UUID
    nth: int
    told: SourceCase


class _Import:
    """One run over one file."""

    def __init__(
        self, engine: Engine, import_map: ImportMap, reader: RowReader, given_back: RejectFile
    ) -> None:
        self.engine = engine
        self.system = import_map.source.system
        self.zone = import_map.source.zone
        self.compared = [
            place
            for place, name in enumerate(_COMPARED)
            if getattr(import_map.columns, name) is not None
        ]
        self.keep_all = import_map.duplicates.external_id == "keep-all"
        self.reader = reader
        self.given_back = given_back
        self.by = Actor(id=f"import:{self.system}", role=IMPORTER)
        self.seen: dict[str, int] = {}
        self.counts: Counter[str] = Counter()
        self.flags: Counter[str] = Counter()
        self.differences: Counter[str] = Counter()

    def run(self, examined: Examined, batch: int, progress: Progress) -> ImportSummary:
        """Bring in the file."""
        source = examined.source
        rows: list[_Row] = []
        last = taken = 0
        for record in source.records():
            taken += 1
            last = record.line
            row = self._row(record)
            if row is not None:
                rows.append(row)
            if taken == batch:
                self._bring_in(rows)
                progress("import", last, source.lines)
                rows, taken = [], 0
        self._bring_in(rows)
        progress("import", source.lines, source.lines)
        return ImportSummary(
            system=self.system,
            **self.counts,
            differences=dict(sorted(self.differences.items())),
            flags=dict(sorted(self.flags.items())),
            delimiter=examined.delimiter_found,
            rejects=str(self.given_back.path) if self.given_back.count else None,
        )

    def _row(self, record: Record) -> _Row | None:
        """Read a row; None if it is rejected, or the second of its id where the first is kept."""
        self.counts["rows"] += 1
        try:
            told = self.reader.read(record)
        except RejectedError as error:
            self.given_back.write(record.line, str(error), record.text)
            self.counts["rejected"] += 1
            return None
        nth = self.seen.get(told.external_id, 0) + 1
        self.seen[told.external_id] = nth
        if nth > 1:
            if not self.keep_all:
                self.counts["duplicates_skipped"] += 1
                return None
            told = told._replace(flags=(*told.flags, DUPLICATE))
        return _Row(imported_id(self.system, told.external_id, nth), nth, told)

    def _bring_in(self, rows: list[_Row]) -> None:
        """Carry out a batch; if somebody else brings in the same cases, look again."""
        for attempt in range(1, TRIES_MAX + 1):
            plan = _Plan(self, self._known(rows))
            for row in rows:
                plan.add(row)
            try:
                if plan.commands:
                    carry_out(self.engine, plan.commands, by=self.by, fresh=plan.fresh)
            except (ConflictError, AcknowledgementLostError):
                if attempt == TRIES_MAX:
                    raise
                self.engine.book.refresh()
                continue
            except RefusalError:  # somebody may have closed one of the cases meanwhile
                if attempt == TRIES_MAX or self._known(rows) == plan.known:
                    raise
                continue
            self.counts += plan.counts
            self.flags += plan.flags
            self.differences += plan.differences
            return

    def _known(self, rows: list[_Row]) -> dict[UUID, _Known]:
        """Look up those of the cases that are there already."""
        found: dict[UUID, _Known] = {}
        for start in range(0, len(rows), ASKED_MAX):
            some = rows[start : start + ASKED_MAX]
            names = {f"i{n}": str(row.case_id) for n, row in enumerate(some)}
            marks = ", ".join(f":{name}" for name in names)
            sql = f"{_SELECT_KNOWN} WHERE case_id IN ({marks})"
            for case_id, state, *values, flags in self.engine.store.rows(sql, names):
                found[UUID(case_id)] = _Known(
                    state, tuple(values), frozenset((flags or "").split())
                )
        return found


class _Plan:
    """What one batch would do, and what would be counted for it."""

    def __init__(self, run: _Import, known: dict[UUID, _Known]) -> None:
        self.run = run
        self.known = known
        self.commands: list[Command] = []
        self.fresh: set[UUID] = set()
        self.counts: Counter[str] = Counter()
        self.flags: Counter[str] = Counter()
        self.differences: Counter[str] = Counter()

    def add(self, row: _Row) -> None:
        """Add what a row asks for."""
        known = self.known.get(row.case_id)
        if known is None:
            self._open(row)
        else:
            self._compare(row, known)

    def _open(self, row: _Row) -> None:
        told = row.told
        self.commands.append(
            BringIn(
                case_id=row.case_id,
                source=self.run.system,
                source_id=told.external_id,
                zone=self.run.zone,
                nth=row.nth,
                opened_at=told.opened_at,
                due_at=told.due_at,
                flags=told.flags,
                unreadable=told.unreadable,
                **dict(zip(NAMED, told.named, strict=True)),
            )
        )
        self.fresh.add(row.case_id)
        self.counts["opened"] += 1
        self.flags.update(told.flags)
        if told.closed_at is not None:
            self._close(row, told.closed_at, told.closing_flags)
            self.counts["closed"] += 1

    def _close(self, row: _Row, closed_at: datetime, flags: tuple[str, ...]) -> None:
        status = row.told.status
        self.commands.append(
            BringInClosing(case_id=row.case_id, closed_at=closed_at, status=status, flags=flags)
        )
        self.flags.update(flags)

    def _compare(self, row: _Row, known: _Known) -> None:
        """Close a case that the source now shows closed; count whatever else it says anew."""
        self.counts["already_there"] += 1
        told = row.told
        times = (told.opened_at, told.closed_at, told.due_at)
        now = (*(microseconds(time) for time in times), *told.named)
        closed_at = told.closed_at if known.state == OPEN_STATE else None
        taken_over: set[str] = {"closed_at", "status"} if closed_at else set()
        differ = [
            _COMPARED[place]
            for place in self.run.compared
            if now[place] != known.values[place] and _COMPARED[place] not in taken_over
        ]
        self.differences.update(differ)
        if closed_at is not None:
            fresh = tuple(flag for flag in told.closing_flags if flag not in known.flags)
            self._close(row, closed_at, fresh)
            self.counts["closed_now"] += 1
        else:
            self.counts["changed" if differ else "unchanged"] += 1
