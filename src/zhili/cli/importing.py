"""`zhili import`: the cases of another system, from its CSV file or its Open311 answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from zhili.cli.command import FINE, FOUND, Format, FormatOption, StoreOption, command, opened
from zhili.cli.screen import print_json, progress_bar, table
from zhili.errors import InputError
from zhili.interchange import (
    Examined,
    ImportMap,
    ImportSummary,
    examine,
    examine_open311,
    import_examined,
    open311_map,
)

__all__ = ["import_file"]


@command
def import_file(  # noqa: PLR0913, PLR0917 - a file, how to read it, where to
    store: StoreOption,
    file: Annotated[
        Path | None, typer.Argument(help="A CSV file, plain or .gz.", show_default=False)
    ] = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", help="How to read it: a TOML file.", show_default=False)
    ] = None,
    open311: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="Open311 requests instead: a recorded answer, or a server's …/requests.json.",
            show_default=False,
        ),
    ] = None,
    system: Annotated[
        str | None,
        typer.Option(help="With --open311, whose requests; the host's name by default."),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where unreadable rows go, with line and reason.")
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="Rows in one transaction.")] = 1000,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = 1,
    form: FormatOption = Format.TABLE,
) -> int:
    """Bring in cases 导入. Exit code 1 if rows were rejected; the same file twice adds nothing."""
    # All that can be refused is, before there is a store that would be left behind.
    examined = _examined(file, map_file, open311, system, rejects, store)
    with opened(store, create=True) as engine, progress_bar() as progress:
        summary = import_examined(engine, examined, batch=batch, jobs=jobs, progress=progress)
    if form is Format.JSON:
        print_json(summary.model_dump(mode="json"))
    else:
        _print(summary)
    return FOUND if summary.rejected else FINE


def _examined(  # noqa: PLR0913, PLR0917 - what was typed
    file: Path | None,
    map_file: Path | None,
    open311: str | None,
    system: str | None,
    rejects: Path | None,
    store: str,
) -> Examined:
    """
    Examine what was named.

    Raises:
        InputError: If nothing or too much was, or it does not fit its map.
    """
    if (file is None) == (open311 is None):
        raise InputError("name one thing to import: a CSV FILE with --map, or --open311 FILE|URL")
    spared = (map_file,) if map_file is not None else ()
    if open311 is not None:
        if map_file is not None and system is not None:
            raise InputError("--map names the system already; leave --system out")
        read = ImportMap.read(map_file) if map_file else open311_map(open311, system)
        return examine_open311(open311, read, rejects=rejects, store=store, spared=spared)
    if file is None or map_file is None or system is not None:
        raise InputError("a CSV file is read as --map says, which names the system too; add one")
    return examine(file, ImportMap.read(map_file), rejects=rejects, store=store, spared=spared)


def _print(summary: ImportSummary) -> None:
    counts = summary.model_dump(exclude={"system", "differences", "flags", "delimiter", "rejects"})
    rows = [(name.replace("_", " "), number) for name, number in counts.items()]
    rows += [(f"  flag {code}", number) for code, number in summary.flags.items()]
    rows += [(f"  differs: {name}", number) for name, number in summary.differences.items()]
    table((f"Import from {summary.system} 导入", "Rows 行数"), rows, right=1)
    if summary.delimiter:
        found = f"fields are separated by {summary.delimiter!r}, as the header shows"
        typer.echo(f"{found}; the map may say so: delimiter = {json.dumps(summary.delimiter)}")
    if summary.rejects:
        typer.echo(f"rejected rows are in {summary.rejects}")
