"""The files of a folder against its manifest: missing, changed, foreign, or no files at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from zhili.evidence.manifest import MANIFEST, Manifest, digest_of
from zhili.evidence.notes import FolderNotes
from zhili.progress import Progress

__all__ = ["check_files", "plain_file", "plain_files"]

LOOKED_AT_MAX: Final = 1_000_000


def check_files(folder: Path, manifest: Manifest, notes: FolderNotes, progress: Progress) -> None:
    """Compare every file with its digest, and look for what the manifest does not name."""
    for n, entry in enumerate(manifest.files, 1):
        progress("files", n, len(manifest.files))
        path = plain_file(folder, entry.path)
        if path is None:
            kind = "no plain file" if os.path.lexists(folder / entry.path) else "not there"
            notes.add("missing-file", f"{entry.path} is {kind}")
            continue
        try:
            found = digest_of(path)
        except OSError as error:
            notes.add("unreadable-file", f"{entry.path} cannot be read: {error.strerror or error}")
            continue
        if found != (entry.size, entry.sha256):
            detail = f"{entry.path} has {found[0]} bytes of SHA-256 {found[1]}"
            notes.add("changed-file", f"{detail}; the manifest says {entry.size}, {entry.sha256}")
    _foreign(folder, manifest, notes)


def plain_file(folder: Path, inside: str) -> Path | None:
    """Give a file of *folder*; None if it is not there, no plain file, or behind a link."""
    path = folder
    for part in inside.split("/"):
        path /= part
        if path.is_symlink():
            return None
    return path if path.is_file() else None


def plain_files(folder: Path, manifest: Manifest, below: str, ending: str) -> list[Path]:
    """Give the files below a directory that the manifest names and that are there."""
    named = (p for p in manifest.paths if p.startswith(f"{below}/") and p.endswith(ending))
    return [path for path in (plain_file(folder, inside) for inside in sorted(named)) if path]


def _foreign(folder: Path, manifest: Manifest, notes: FolderNotes) -> None:
    known = {*manifest.paths, MANIFEST}
    for n, path in enumerate(_walk(folder)):
        if n > LOOKED_AT_MAX:
            notes.add("foreign-file", f"there are more than {LOOKED_AT_MAX} files")
            return
        inside = path.relative_to(folder).as_posix()
        if inside not in known:
            shown = inside.encode(errors="backslashreplace").decode()
            notes.add("foreign-file", f"{shown!r} is in the folder and not in the manifest")


def _walk(folder: Path) -> Iterator[Path]:
    """Give everything below but directories that hold something; links are never followed."""
    for place, directories, files in os.walk(folder, followlinks=False):
        if not (directories or files) and Path(place) != folder:
            yield Path(place)
        for name in (*files, *(d for d in directories if os.path.islink(os.path.join(place, d)))):  # noqa: PTH114, PTH118 - os.walk gives names
            yield Path(place) / name
