"""What can be known of an import before it begins: whether file, map and reject file are fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from zhili.interchange.csv_source import COMMA, CsvSource, Record
from zhili.interchange.import_map import ImportMap
from zhili.interchange.open311.source import Open311Source
from zhili.interchange.reject_file import RejectFile

__all__ = ["Examined", "RowSource", "examine", "examine_open311"]

BESIDE_THE_STORE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite may write: the file itself, and the files beside it."""


class RowSource(Protocol):
    """Whatever rows come from: how many lines it has, and its records in order."""

    path: Path
    delimiter: str
    lines: int

    def records(self) -> Iterator[Record]:
        """Give the records in order, each with its line and its fields or what is wrong."""
        ...


class Examined(NamedTuple):
    """A source that fits its map, and the file that its rejects will go into."""

    map: ImportMap
    source: RowSource
    places: dict[str, int]
    rejects: RejectFile

    @property
    def delimiter_found(self) -> str | None:
        """What separates the fields, where the map names nothing and it is not the comma."""
        found = self.source.delimiter
        return found if self.map.source.delimiter is None and found != COMMA else None


def examine(
    file: str | Path,
    import_map: ImportMap,
    *,
    rejects: str | Path | None = None,
    store: str | None = None,
    spared: Iterable[Path] = (),
) -> Examined:
    """
    Examine *file* as a whole, without a store and without writing anything.

    Args:
        file: A CSV file, plain or gzipped.

        import_map: How to read it.

        rejects: Where its rejects would go; `<file>.rejects.csv` in the current directory by
            default.

        store: The URL of the store that it would go into, whose files the rejects must spare.

        spared: What else they must not be written over.

    Raises:
        InputError: If the file cannot be read as the map says, or the rejects cannot be written.
    """
    columns = import_map.columns.model_dump(exclude_none=True)
    source = CsvSource(
        file,
        encoding=import_map.source.encoding,
        delimiter=import_map.source.delimiter,
        wanted=columns.values(),
    )
    given_back = _rejects(source, rejects, (*spared, *_files_of(store)))
    return Examined(import_map, source, source.places(columns), given_back)


def examine_open311(
    place: str,
    import_map: ImportMap,
    *,
    rejects: str | Path | None = None,
    store: str | None = None,
    spared: Iterable[Path] = (),
) -> Examined:
    """
    Examine the answers of a GeoReport server as `examine` does a file.

    Args:
        place: A file with a recorded answer, JSON or XML, or the address of a live server's
            requests, which are then all asked for.

        import_map: How to read it; `open311_map` says it as the standard has it.

        rejects: Where its rejects would go; `<file or host>.rejects.csv` by default.

        store: The URL of the store that it would go into, whose files the rejects must spare.

        spared: What else they must not be written over.

    Raises:
        InputError: If it cannot be had, is no list of requests, or the rejects cannot be written.
    """
    columns = import_map.columns.model_dump(exclude_none=True)
    source = Open311Source(place, import_map)
    places = source.places(columns)
    return Examined(
        import_map, source, places, _rejects(source, rejects, (*spared, *_files_of(store)))
    )


def _rejects(source: RowSource, rejects: str | Path | None, kept: tuple[Path, ...]) -> RejectFile:
    into = Path(f"{source.path.name}.rejects.csv") if rejects is None else Path(rejects)
    return RejectFile(into, source.path, kept)


def _files_of(store: str | None) -> tuple[Path, ...]:
    """Give the files of a store that is one; a malformed URL has none, and is refused later."""
    try:
        parts = urlsplit(store or "")
    except ValueError:
        return ()
    path = unquote(parts.path[1:])
    if parts.scheme != "sqlite" or not path or "\0" in path:
        return ()
    return tuple(Path(f"{path}{ending}") for ending in BESIDE_THE_STORE)
