"""What the tests of exports share: a district of six days, its engine, and an exported folder."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from zhili import Engine
from zhili.demo import simulate
from zhili.evidence import export
from zhili.evidence.manifest import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 3, 9, 4, tzinfo=UTC)
"""A day after the last event of the district."""

DAYS = 6


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulate a district for six days and give the file of its store, closed."""
    path = tmp_path_factory.mktemp("district") / "cases.db"
    simulate(f"sqlite:///{path}", days=DAYS).engine.close()
    return path


@pytest.fixture
def store(district: Path, tmp_path: Path) -> Path:
    """Give a copy of the district's store."""
    path = tmp_path / "cases.db"
    shutil.copy(district, path)
    return path


@pytest.fixture
def engine(store: Path) -> Iterator[Engine]:
    """Give an engine over a copy of the district; it is 9 March 2026."""
    with Engine.open(f"sqlite:///{store}", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture(scope="session")
def exported(district: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the district as a folder in both forms; whoever changes it takes a copy."""
    folder = tmp_path_factory.mktemp("exported") / "folder"
    copy = tmp_path_factory.mktemp("copy") / "cases.db"
    shutil.copy(district, copy)
    with Engine.open(f"sqlite:///{copy}", clock=lambda: NOW) as opened:
        export(opened, folder, forms=("jsonl", "parquet"))
    return folder


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """Give a copy of the exported folder, with JSON lines and CSV only."""
    path = tmp_path / "folder"
    shutil.copytree(exported, path)
    shutil.rmtree(path / "events")
    for file in (path / "register").glob("*.parquet"):
        file.unlink()
    manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
    manifest["forms"] = ["jsonl"]
    manifest["files"] = [f for f in manifest["files"] if not f["path"].endswith(".parquet")]
    (path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return path


@pytest.fixture
def signed() -> Callable[[Path], None]:
    """Give a function that brings the manifest's digests up to date, as a careful forger does."""

    def sign(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for entry in manifest["files"]:
            entry["size"], entry["sha256"] = digest_of(folder / entry["path"])
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    return sign
