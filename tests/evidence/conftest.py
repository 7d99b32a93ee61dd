"""What the tests of exports share: a district of six days, its engine, and an exported folder."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from zhili import Actor, Engine, complaint, role
from zhili.demo import simulate
from zhili.evidence import export
from zhili.evidence.manifest import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zhili.evidence.manifest import Form

NOW = datetime(2026, 3, 9, 4, tzinfo=UTC)
"""A day after the last event of the district."""

DAYS = 6

AGENT = Actor(id="intake-01", role=role.INTAKE_AGENT, unit="12345")


def told() -> complaint.Register:
    """Give a complaint by telephone."""
    return complaint.Register(
        kind="complaint",
        channel="hotline",
        title="路灯",
        content="门口路灯三天不亮",
        category="roads/lighting",
        anonymous=True,
    )


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
    return _exported(district, tmp_path_factory.mktemp("exported"), ("jsonl", "parquet"))


@pytest.fixture(scope="session")
def exported_lines(district: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the district as a folder with JSON lines and CSV only; to be copied likewise."""
    return _exported(district, tmp_path_factory.mktemp("exported"), ("jsonl",))


@pytest.fixture
def folder(exported_lines: Path, tmp_path: Path) -> Path:
    """Give a copy of the folder with JSON lines and CSV only, to be changed."""
    return Path(shutil.copytree(exported_lines, tmp_path / "folder"))


def _exported(district: Path, home: Path, forms: tuple[Form, ...]) -> Path:
    shutil.copy(district, home / "cases.db")
    with Engine.open(f"sqlite:///{home}/cases.db", clock=lambda: NOW) as opened:
        return export(opened, home / "folder", forms=forms).folder


@pytest.fixture
def signed() -> Callable[[Path], None]:
    """Give a function that brings the manifest's digests up to date, as a careful forger does."""

    def sign(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for entry in manifest["files"]:
            entry["size"], entry["sha256"] = digest_of(folder / entry["path"])
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    return sign
