"""Files of a folder that is being made: written once, fingerprinted while they are written."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final, Self

from zhili.errors import InputError
from zhili.evidence.manifest import FileEntry, digest_of

__all__ = ["Folder"]

PARTIAL: Final = ".partial"
MARK: Final = ".zhili-export-unfinished"


class Folder:
    """
    A folder that is not there until all of it is.

    It grows beside its place under a name that ends in `.partial`; what an export left there that
    was stopped is thrown away by the next one.
    """

    def __init__(self, place: Path) -> None:
        """
        Begin a folder that is to be at *place*.

        Raises:
            InputError: If something is there already that no stopped export has left.
        """
        self.place = place
        self.path = place.with_name(place.name + PARTIAL)
        self.entries: list[FileEntry] = []
        _refuse_used(place)
        if os.path.lexists(self.path):
            if self.path.is_symlink() or not (self.path / MARK).is_file():
                message = f"{self.path} is there and no unfinished export; move it away"
                raise InputError(message, path=str(self.path))
            shutil.rmtree(self.path)
        # It holds personal data: nobody else on the machine reads it.
        self.path.mkdir(mode=0o700, parents=True)
        (self.path / MARK).touch()

    def __enter__(self) -> Self:
        """Give the folder itself."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Leave nothing behind where it was not finished."""
        if kind is not None:
            shutil.rmtree(self.path, ignore_errors=True)

    def write(self, name: str, pieces: Iterable[bytes]) -> Path:
        """Write a file and take it into the list."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with path.open("xb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            _to_disk(file)
        self.entries.append(FileEntry(path=name, size=size, sha256=digest.hexdigest()))
        return path

    def take(self, name: str) -> None:
        """Take a file, or all files of a folder, that somebody else wrote into the list."""
        found = self.path / name
        for path in sorted(found.rglob("*")) if found.is_dir() else [found]:
            if path.is_file():
                with path.open("rb+") as file:
                    _to_disk(file)
                size, sha256 = digest_of(path)
                inside = path.relative_to(self.path).as_posix()
                self.entries.append(FileEntry(path=inside, size=size, sha256=sha256))

    def drop(self, name: str) -> None:
        """Throw a file away again."""
        (self.path / name).unlink()
        self.entries = [entry for entry in self.entries if entry.path != name]

    def finish(self) -> None:
        """
        Put it in its place.

        Raises:
            InputError: If somebody else has put something there meanwhile.
        """
        (self.path / MARK).unlink()
        _refuse_used(self.place)
        if self.place.is_dir():
            self.place.rmdir()
        self.path.rename(self.place)


def _refuse_used(place: Path) -> None:
    empty = place.is_dir() and not place.is_symlink() and not any(place.iterdir())
    if os.path.lexists(place) and not empty:
        message = f"{place} is there already; name a folder that does not exist yet"
        raise InputError(message, path=str(place))


def _to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
