"""The instants of a manifest against its log, and against one another, as far as can be known."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from zhili.engine.cut import NEIGHBOURS
from zhili.evidence.log_line import recorded_at

if TYPE_CHECKING:
    from zhili.evidence.manifest import Manifest
    from zhili.evidence.notes import FolderNotes
    from zhili.store import Store

__all__ = ["check_instants"]

APART_MAX: Final = timedelta(hours=1)
"""Clocks of writers are never that far from the clock of whoever exports; a forger's may be."""


def check_instants(store: Store, manifest: Manifest, notes: FolderNotes) -> None:
    """
    Compare `as_of`, which the SQL of the folder asks about at first, with the log in *store*.

    When exactly a folder was made nobody but its manifest says.
    """
    as_of, until = manifest.as_of, manifest.until
    if as_of > manifest.exported_at:
        detail = f"it is as of {as_of}, after it was exported at {manifest.exported_at}"
        notes.add("wrong-manifest", detail)
    latest = _latest(store, manifest.head.position)
    if latest is None:
        return
    if until is not None and until.isdecimal():
        if as_of != latest:
            detail = f"it is as of {as_of}; its log had come to position {until} at {latest}"
            notes.add("wrong-manifest", detail)
        return
    end = None if until is None else _instant(until)
    if end is not None and as_of > end:
        notes.add("wrong-manifest", f"it is as of {as_of}, after its end {until}")
    # Who exports with a clock that is behind has both instants wrong, and nobody forged anything.
    if as_of + APART_MAX < latest <= manifest.exported_at:
        detail = f"it is as of {as_of}; its last event was recorded at {latest}"
        notes.add("wrong-manifest", detail)


def _latest(store: Store, position: int) -> datetime | None:
    """Give when the last events were recorded, as far as they can be read."""
    rows = store.log(after=max(position - NEIGHBOURS, 0), until=position)
    told = (_instant(recorded_at(row.state) or "") for row in rows)
    return max((instant for instant in told if instant is not None), default=None)


def _instant(text: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if told.tzinfo is None else told
