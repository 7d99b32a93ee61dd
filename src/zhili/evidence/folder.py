"""
An exported folder as a store: brought into a scratch file exactly as it stands, then audited.

Whoever sent it may have put anything into it. A folder is data: nothing in it is run, no name in it
leads out of it, and no line of it takes more memory than the longest event.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from zhili.aggregates import CASE_TYPES, Case, PolicyStream
from zhili.audit import Report
from zhili.engine import Engine
from zhili.errors import InputError
from zhili.evidence.folder_reading import FolderReading
from zhili.evidence.instant_check import check_instants
from zhili.evidence.manifest import Manifest
from zhili.evidence.notes import FolderNotes
from zhili.progress import Progress, silent
from zhili.reactions import REACTIONS, Reaction
from zhili.store import EventMapper, open_store

__all__ = ["OpenedFolder", "audit_folder", "opened_folder"]


@dataclass
class OpenedFolder:
    """A folder that was read: its manifest, what was found in it, and an engine over its record."""

    manifest: Manifest
    engine: Engine
    notes: FolderNotes = field(default_factory=FolderNotes)

    def audit(self, replay: Callable[[Engine], Report]) -> Report:
        """Audit the log with *replay*, and give its report with what was found in the folder."""
        return self.notes.added_to(replay(self.engine))


@contextmanager
def opened_folder(
    folder: Path,
    *,
    case_types: Sequence[type[Case]] = CASE_TYPES,
    reactions: Iterable[Reaction] = REACTIONS,
    progress: Progress = silent,
) -> Generator[OpenedFolder]:
    """
    Bring *folder* into a scratch store, faults included, and give an engine over it.

    Raises:
        InputError: If it has no manifest that can be read.
    """
    manifest = Manifest.read(folder)
    with tempfile.TemporaryDirectory(prefix="zhili-") as home:
        url = f"sqlite:///{home}/scratch.db"
        notes = FolderNotes()
        mapper = EventMapper((*case_types, PolicyStream))
        FolderReading(folder, manifest, notes, mapper, progress).into(url)
        # Nothing is published into it, as opening an engine does where there are no policies.
        engine = Engine(
            open_store(url, create=False),
            zone=manifest.zone,
            case_types=case_types,
            reactions=reactions,
            clock=None,
        )
        with engine:
            engine.book.refresh()
            check_instants(engine.store, manifest, notes)
            yield OpenedFolder(manifest, engine, notes)


def audit_folder(
    folder: Path,
    *,
    case_types: Sequence[type[Case]] = CASE_TYPES,
    reactions: Iterable[Reaction] = REACTIONS,
    replay: Callable[[Engine], Report] = Engine.audit,
    progress: Progress = silent,
) -> Report:
    """
    Audit an exported folder; it needs no store. It never raises for what is in it: it reports.

    Raises:
        InputError: If there is no folder, or *replay* was asked for what makes no sense.
        CaseNotFoundError: If *replay* was asked for a case that is not in it.
    """
    if not folder.is_dir():
        message = f"{folder} is no folder; name one that `zhili export` has made"
        raise InputError(message, path=str(folder))
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(
                opened_folder(folder, case_types=case_types, reactions=reactions, progress=progress)
            )
        except InputError as error:
            notes = FolderNotes()
            notes.add("unreadable-manifest", error.message)
            return notes.added_to(
                Report(events=0, cases=0, position=0, head="", findings=(), remarks=(), digest="")
            )
        # What the replay refuses is the request, and no fault of the folder.
        return opened.audit(replay)
