"""The manifest of an exported folder: what is in it, of which moment, and the files' digests."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_core import from_json, to_json

from zhili.errors import InputError
from zhili.store.access_log import AccessHead
from zhili.store.store import Head
from zhili.values import Instant, Line, Value

__all__ = [
    "MANIFEST", "AccessHeadEntry", "FileEntry", "Form", "HeadEntry", "Manifest", "digest_of",
    "is_plain_path", "manifest_sha256",
]  # fmt: skip

MANIFEST: Final = "manifest.json"
FORMAT: Final = "zhili-export"
FORMAT_VERSION: Final = 1

MANIFEST_BYTES_MAX: Final = 64 * 2**20
FILES_MAX: Final = 100_000
CHUNK: Final = 2**20

_PLAIN: Final = re.compile(
    r"[A-Za-z0-9_=-][A-Za-z0-9_.=-]{0,99}(/[A-Za-z0-9_=-][A-Za-z0-9_.=-]{0,99}){0,5}"
)
_HEX: Final = r"^[0-9a-f]{64}$"

Form = Literal["jsonl", "parquet"]

Count = Annotated[int, Field(ge=0, lt=2**62)]
Sha256 = Annotated[str, Field(pattern=_HEX)]


class HeadEntry(Value):
    """The end of the exported log: position, link in hexadecimal, policies published by then."""

    position: Count
    link: Sha256
    epoch: Count

    @property
    def head(self) -> Head:
        """The same as a store has it."""
        return Head(self.position, bytes.fromhex(self.link), self.epoch)


class AccessHeadEntry(Value):
    """The end of the exported access log: position, link in hexadecimal."""

    position: Count
    link: Sha256

    @property
    def head(self) -> AccessHead:
        """The same as a store has it."""
        return AccessHead(self.position, bytes.fromhex(self.link))


class FileEntry(Value):
    """One file of the folder: its path with slashes, its size in bytes, its digest."""

    path: Annotated[str, Field(max_length=600)]
    size: Count
    sha256: Sha256

    @field_validator("path")
    @classmethod
    def _is_inside(cls, path: str) -> str:
        if not is_plain_path(path):
            raise ValueError("a path is relative, of plain letters, and stays inside the folder")
        return path


class Manifest(Value):
    """What an export says of itself."""

    format: Literal["zhili-export"] = FORMAT
    format_version: Literal[1] = FORMAT_VERSION
    zhili: Line
    exported_at: Instant
    as_of: Instant
    zone: Line
    forms: Annotated[tuple[Form, ...], Field(min_length=1, max_length=2)]
    until: Line | None = None
    head: HeadEntry
    access_head: AccessHeadEntry
    counts: dict[Annotated[str, Field(max_length=64)], Count]
    files: Annotated[tuple[FileEntry, ...], Field(max_length=FILES_MAX)]

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError) as error:
            message = f"there is no time zone {zone!r}; e.g. Asia/Shanghai, UTC"
            raise ValueError(message) from error
        return zone

    @field_validator("forms")
    @classmethod
    def _each_form_once(cls, forms: tuple[Form, ...]) -> tuple[Form, ...]:
        if len(set(forms)) != len(forms):
            raise ValueError("it names a form twice")
        return forms

    @field_validator("files")
    @classmethod
    def _each_once(cls, files: tuple[FileEntry, ...]) -> tuple[FileEntry, ...]:
        if len({entry.path for entry in files}) != len(files):
            raise ValueError("it names a file twice")
        return files

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of its files, in order."""
        return tuple(entry.path for entry in self.files)

    def write(self, folder: Path) -> str:
        """Write it into *folder*, and give its own digest: who keeps that convicts any change."""
        content = to_json(self.model_dump(mode="json"), indent=2) + b"\n"
        (folder / MANIFEST).write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    @classmethod
    def read(cls, folder: Path) -> Self:
        """
        Read the manifest of *folder*.

        Raises:
            InputError: If there is none, or it says what cannot be.
        """
        path = folder / MANIFEST
        if path.is_symlink() or not path.is_file():
            message = f"{folder} has no {MANIFEST}; name a folder that `zhili export` has made"
            raise InputError(message, path=str(folder))
        try:
            with path.open("rb") as file:
                content = file.read(MANIFEST_BYTES_MAX + 1)
            if len(content) > MANIFEST_BYTES_MAX:
                raise InputError(f"{MANIFEST} is larger than {MANIFEST_BYTES_MAX} bytes")
            return cls.model_validate(from_json(content, allow_inf_nan=False))
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "all of it"
            message = f"{MANIFEST} cannot be read: {where}: {first['msg']}"
            raise InputError(message, path=str(path)) from error
        except (ValueError, OSError) as error:
            message = f"{MANIFEST} cannot be read: {' '.join(str(error).split())[:200]}"
            raise InputError(message, path=str(path)) from error


def manifest_sha256(folder: Path) -> str | None:
    """Give the digest of the manifest that is in *folder*; None if there is none to be read."""
    path = folder / MANIFEST
    try:
        return None if path.is_symlink() or not path.is_file() else digest_of(path)[1]
    except OSError:
        return None


def is_plain_path(path: str) -> bool:
    """Say whether *path* is relative and can lead nowhere but into its folder."""
    return _PLAIN.fullmatch(path) is not None


def digest_of(path: Path) -> tuple[int, str]:
    """Give size and SHA-256 of a file, reading it piece by piece."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
