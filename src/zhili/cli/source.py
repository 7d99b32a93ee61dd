"""What a command reads that takes a store or an exported folder."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from zhili.cli.command import opened
from zhili.engine import Engine
from zhili.errors import InputError
from zhili.evidence import opened_folder
from zhili.progress import Progress

__all__ = ["OptionalStore", "Source", "is_folder", "named", "opened_source"]

Source = Annotated[
    str | None,
    typer.Argument(help="A store, or a folder that `zhili export` has made.", show_default=False),
]
OptionalStore = Annotated[
    str | None,
    typer.Option("--store", envvar="ZHILI_STORE", help="The store.", show_default=False),
]


def named(context: typer.Context, source: str | None, store: str | None) -> str:
    """
    Give what was named: the argument goes before the environment, not before a --store typed.

    Raises:
        InputError: If nothing was named, or two things.
    """
    said = context.get_parameter_source("store")
    if source and store and source != store and said is not None and said.name == "COMMANDLINE":
        raise InputError("two are named, as the argument and with --store; name one")
    found = source or store
    if not found:
        raise InputError("name a store, e.g. sqlite:///cases.db, or a folder of `zhili export`")
    return found


def is_folder(source: str) -> bool:
    """
    Say whether *source* is a folder; a store otherwise.

    Raises:
        InputError: If it can be neither.
    """
    if Path(source).is_dir():
        return True
    if ":" not in source:
        message = f"{source} is no folder, and no store such as sqlite:///cases.db"
        raise InputError(message, path=source)
    return False


@contextmanager
def opened_source(source: str, progress: Progress) -> Generator[Engine]:
    """Open a store, or the record in a folder, whatever faults that has."""
    if is_folder(source):
        with opened_folder(Path(source), progress=progress) as folder:
            yield folder.engine
        return
    with opened(source) as engine:
        yield engine
