"""
The import: a source's rows become cases, batch by batch, each batch one transaction.

A case's id is made from the source's system, its id there and its place among the rows of that
id, so importing again finds what is there: nothing is brought in twice, and what a newer export
shows closed is closed. An import that was stopped is finished by running it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from zhili.commands.complaint import imported_id
from zhili.engine import Engine
from zhili.errors import ConflictError, InputError, RefusalError
from zhili.interchange.carrier import Decided, Deciders, Question, commit, decide
from zhili.interchange.csv_source import Record
from zhili.interchange.examination import Examined, RowSource, examine
from zhili.interchange.import_map import ImportMap
from zhili.interchange.plan import COMPARED, Known, Row, Terms
from zhili.interchange.reject_file import RejectFile
from zhili.interchange.source_row import RejectedError, RowReader
from zhili.interchange.summary import ImportSummary
from zhili.progress import Progress, silent
from zhili.store.store import AcknowledgementLostError
from zhili.values import Actor
from zhili.workflows.role import IMPORTER

__all__ = ["import_cases", "import_examined"]

DUPLICATE: Final = "duplicate_id"
TRIES_MAX: Final = 5

ASKED_MAX: Final = 2000
"""How many cases one query asks for: every store takes as many parameters."""

_SELECT_KNOWN: Final = (
    "SELECT case_id, state, opened_at, closed_at, due_at, source_status, unit, category, type, "
    "division, channel, flags FROM cases"
)


def import_cases(  # noqa: PLR0913 - a file, how to read it, and the circumstances
    engine: Engine,
    file: str | Path,
    import_map: ImportMap,
    *,
    batch: int = 1000,
    jobs: int = 1,
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

        jobs: How many processes share the work; with more than one, others decide what this one
            reads and writes, and a script needs the usual `if __name__ == "__main__":`.

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
    return import_examined(engine, examined, batch=batch, jobs=jobs, progress=progress)


def import_examined(
    engine: Engine,
    examined: Examined,
    *,
    batch: int = 1000,
    jobs: int = 1,
    progress: Progress = silent,
) -> ImportSummary:
    """
    Bring in what `examine` has found fit, as `import_cases` does.

    Raises:
        InputError: If the batch is no number of rows, the file changed since, or the store cannot
            be shared with other processes.
    """
    if jobs < 1:
        raise InputError(f"{jobs} jobs do nothing; one does, and several go faster", jobs=jobs)
    if batch < 1:
        raise InputError(f"a batch takes at least one row, not {batch}", batch=batch)
    reader = RowReader(examined.map, examined.places, engine.now)
    with examined.rejects as given_back:
        return _Import(engine, examined.map, reader, given_back).run(
            examined, batch, jobs, progress
        )


class _Import:
    """One run over one file."""

    def __init__(
        self, engine: Engine, import_map: ImportMap, reader: RowReader, given_back: RejectFile
    ) -> None:
        self.engine = engine
        self.terms = Terms(
            import_map.source.system,
            import_map.source.zone,
            tuple(
                place
                for place, name in enumerate(COMPARED)
                if getattr(import_map.columns, name) is not None
            ),
        )
        self.keep_all = import_map.duplicates.external_id == "keep-all"
        self.reader = reader
        self.given_back = given_back
        self.by = Actor(id=f"import:{self.terms.system}", role=IMPORTER)
        self.seen: dict[str, int] = {}
        self.counts: Counter[str] = Counter()
        self.flags: Counter[str] = Counter()
        self.differences: Counter[str] = Counter()

    def run(self, examined: Examined, batch: int, jobs: int, progress: Progress) -> ImportSummary:
        """Bring in the file."""
        source = examined.source
        deciders = Deciders(self.engine, self.terms, self.by, jobs - 1) if jobs > 1 else None
        try:
            asked = self._batches(source, batch)
            decided = deciders.decide(asked) if deciders else ((one, None) for one in asked)
            for question, found in decided:
                self._bring_in(question, found)
                progress("import", question.line, source.lines)
        finally:
            if deciders is not None:
                deciders.close()
        progress("import", source.lines, source.lines)
        return ImportSummary(
            system=self.terms.system,
            **self.counts,
            differences=dict(sorted(self.differences.items())),
            flags=dict(sorted(self.flags.items())),
            delimiter=examined.delimiter_found,
            rejects=str(self.given_back.path) if self.given_back.count else None,
        )

    def _batches(self, source: RowSource, batch: int) -> Iterator[Question]:
        """Read the file, so many rows at a time, and look up which of their cases are there."""
        rows: list[Row] = []
        taken = 0
        for record in source.records():
            taken += 1
            row = self._row(record)
            if row is not None:
                rows.append(row)
            if taken == batch:
                yield self._question(tuple(rows), record.line)
                rows, taken = [], 0
        if rows:
            yield self._question(tuple(rows), source.lines)

    def _row(self, record: Record) -> Row | None:
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
        return Row(imported_id(self.terms.system, told.external_id, nth), nth, told)

    def _bring_in(self, asked: Question, decided: Decided | None) -> None:
        """Write a batch; if somebody else brings in the same cases meanwhile, look again."""
        for attempt in range(1, TRIES_MAX + 1):
            try:
                found = decided or decide(self.engine, self.terms, asked, self.by)
                commit(self.engine, found)
            except (ConflictError, AcknowledgementLostError):
                if attempt == TRIES_MAX:
                    raise
                self.engine.book.refresh()
                asked, decided = self._question(asked.rows, asked.line), None
                continue
            except RefusalError:  # somebody may have closed one of the cases meanwhile
                now = self._question(asked.rows, asked.line)
                if attempt == TRIES_MAX or now.known == asked.known:
                    raise
                asked = now
                continue
            self.counts += found.counts
            self.flags += found.flags
            self.differences += found.differences
            return

    def _question(self, rows: tuple[Row, ...], line: int) -> Question:
        """Look up those of the cases that are there already."""
        found: dict[UUID, Known] = {}
        for start in range(0, len(rows), ASKED_MAX):
            some = rows[start : start + ASKED_MAX]
            names = {f"i{n}": str(row.case_id) for n, row in enumerate(some)}
            marks = ", ".join(f":{name}" for name in names)
            sql = f"{_SELECT_KNOWN} WHERE case_id IN ({marks})"
            for case_id, state, *values, flags in self.engine.store.rows(sql, names):
                found[UUID(case_id)] = Known(state, tuple(values), frozenset((flags or "").split()))
        return Question(rows, line, found)
