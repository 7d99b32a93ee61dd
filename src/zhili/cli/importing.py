"""`zhili import`: the cases of another system, from its CSV file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from zhili.cli.command import FINE, FOUND, Format, FormatOption, StoreOption, command, opened
from zhili.cli.screen import print_json, progress_bar, table
from zhili.interchange import ImportMap, ImportSummary, examine, import_examined

__all__ = ["import_file"]


@command
def import_file(  # noqa: PLR0913, PLR0917 - a file, how to read it, where to
    file: Annotated[Path, typer.Argument(help="A CSV file, plain or .gz.", show_default=False)],
    map_file: Annotated[
        Path, typer.Option("--map", help="How to read it: a TOML file.", show_default=False)
    ],
    store: StoreOption,
    rejects: Annotated[
        Path | None, typer.Option(help="Where unreadable rows go, with line and reason.")
    ] = None,
    batch: Annotated[int, typer.Option(min=1, help="Rows in one transaction.")] = 1000,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = 1,
    form: FormatOption = Format.TABLE,
) -> int:
    """Bring in cases 导入. Exit code 1 if rows were rejected; the same file twice adds nothing."""
    import_map = ImportMap.read(map_file)
    # All that can be refused is, before there is a store that would be left behind.
    examined = examine(file, import_map, rejects=rejects, store=store, spared=(map_file,))
    with opened(store, create=True) as engine, progress_bar() as progress:
        summary = import_examined(engine, examined, batch=batch, jobs=jobs, progress=progress)
    if form is Format.JSON:
        print_json(summary.model_dump(mode="json"))
    else:
        _print(summary)
    return FOUND if summary.rejected else FINE


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
