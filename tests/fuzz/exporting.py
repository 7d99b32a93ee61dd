"""What an auditor is handed: exported folders in which somebody has changed a line of a file."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.engine.sample import Life
from tests.fuzz.reading import WORDS
from tests.fuzz.target import Target
from zhili.errors import InputError
from zhili.evidence import audit_folder, export
from zhili.evidence.manifest import digest_of
from zhili.testing import path_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fuzz.target import Feed

__all__ = ["FOLDERS"]

LINE_BYTES_MAX: Final = 4000
MANIFEST: Final = "manifest.json"


def _exported(folder: Path) -> None:
    life = Life("memory:")
    life.live(*path_to("handling"))
    export(life.engine, folder)
    life.close()


def _examples() -> tuple[bytes, ...]:
    """Give the lines of a small folder's files, each after the name of the file and its number."""
    found: list[bytes] = []
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "folder"
        _exported(folder)
        files = [one for one in folder.rglob("*") if one.suffix in {".json", ".jsonl", ".csv"}]
        for file in sorted(files):
            name = file.relative_to(folder).as_posix()
            for n, line in enumerate(file.read_bytes().splitlines()[:60]):
                if len(line) < LINE_BYTES_MAX:
                    found.append(f"{name} {n}\n".encode() + line)
    return tuple(found)


@contextmanager
def _folders(home: Path) -> Iterator[Feed]:
    """
    Put the line where another stood, and give the file its digest anew, or not.

    The audit of the folder reports, or says that it is none; it never raises anything else.
    """
    whole, folder = home / "whole", home / "folder"
    _exported(whole)
    names = {one.relative_to(whole).as_posix() for one in whole.rglob("*") if one.is_file()}

    def feed(data: bytes) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, folder)
        place, _, line = data.partition(b"\n")
        name, _, number = place.decode(errors="replace").partition(" ")
        if name not in names:
            raise InputError("no file of the folder")
        file = folder / name
        lines = file.read_bytes().splitlines(keepends=True)
        at = int(number) % len(lines) if number.isascii() and number.isdigit() else 0
        changed = lines[at].rstrip(b"\r\n") != line
        lines[at] = line + b"\n"
        file.write_bytes(b"".join(lines))
        signed = name == MANIFEST or len(data) % 3 > 0
        if signed and name != MANIFEST:
            _sign(folder, name)
        report = audit_folder(folder)
        assert report.findings or signed or not changed
        if report.findings:
            raise InputError("it was found")

    yield feed


def _sign(folder: Path, name: str) -> None:
    """Let the manifest say of a file what it is now."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_bytes())
    size, sha256 = digest_of(folder / name)
    others = [entry for entry in manifest["files"] if entry["path"] != name]
    manifest["files"] = [*others, {"path": name, "size": size, "sha256": sha256}]
    path.write_text(json.dumps(manifest, ensure_ascii=False))


FOLDERS: Final = Target(
    open=_folders, seeds=_examples(), words=(*WORDS, b".jsonl", b"\r", b"/", b"\\"), count=150
)
