"""`zhili export | import-log`: the record as a folder 导出, and a store made of one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from zhili.cli.command import (
    FINE,
    FOUND,
    Format,
    FormatOption,
    Language,
    LanguageOption,
    opened,
    whole_command,
)
from zhili.cli.moment import place_of, read_place
from zhili.cli.screen import print_json, progress_bar, table, word
from zhili.evidence import Exported, export, import_log
from zhili.evidence.manifest import Form

__all__ = ["export_folder", "import_folder"]


class As(StrEnum):
    """The form of an exported folder."""

    JSONL = "jsonl"
    PARQUET = "parquet"
    BOTH = "both"


FORMS: Final[dict[As, tuple[Form, ...]]] = {
    As.JSONL: ("jsonl",),
    As.PARQUET: ("parquet",),
    As.BOTH: ("jsonl", "parquet"),
}


@whole_command("no folder was made")
def export_folder(  # noqa: PLR0913, PLR0917 - what, where to, in which form
    store: Annotated[
        str, typer.Argument(help="sqlite:///file or postgresql://host/db.", show_default=False)
    ],
    folder: Annotated[
        Path,
        typer.Argument(help="A folder that does not exist yet, or is empty.", show_default=False),
    ],
    form: Annotated[
        As, typer.Option("--as", help="JSON lines and CSV, Parquet of DuckDB, or both.")
    ] = As.JSONL,
    until: Annotated[
        str | None,
        typer.Option(
            help="The record as it was known at a log position, at an instant with its offset, or "
            "at the beginning of a date. Not in the future.",
            show_default=False,
        ),
    ] = None,
    shown: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """
    Export log, register, policies and SQL for an auditor 导出.

    The folder holds personal data as they are stored: keep it as you keep the store.
    """
    told = None if until is None else read_place("--until", until)
    with opened(store) as engine, progress_bar() as progress:
        known = None if told is None else place_of("--until", told, engine)
        made = export(engine, folder, forms=FORMS[form], until=known, progress=progress)
    if shown is Format.JSON:
        document = made.manifest.model_dump(mode="json", exclude={"files"})
        print_json(
            {
                **document,
                "folder": str(made.folder),
                "manifest_sha256": made.sha256,
                "unfoldable": made.unfoldable,
            }
        )
    else:
        _print(made, language)
    return FOUND if made.unfoldable else FINE


def _print(made: Exported, language: Language) -> None:
    manifest = made.manifest
    columns = (word("Exported", "导出内容", language), word("Rows", "行数", language))
    table(columns, manifest.counts.items(), right=1)
    typer.echo(f"{word('Folder', '目录', language)}: {made.folder}")
    head = f"{manifest.head.position} {manifest.head.link}"
    typer.echo(f"{word('Head', '链头', language)}: {head}")
    access = f"{manifest.access_head.position} {manifest.access_head.link}"
    typer.echo(f"{word('Access log', '查阅记录', language)}: {access}")
    typer.echo(f"{word('Manifest SHA-256', '清单摘要', language)}: {made.sha256}")
    personal = word(
        "The folder holds personal data as they are stored; give it to nobody who may not see them",
        "目录含按原样存储的个人信息,仅可交给有权查阅者",
        language,
    )
    typer.echo(personal)
    if made.unfoldable:
        some = ", ".join(made.unfoldable[:5])
        typer.echo(f"{len(made.unfoldable)} cases have events that cannot be read: {some}")


@whole_command("nothing was taken in; a store that is new stays empty")
def import_folder(
    folder: Annotated[
        Path, typer.Argument(help="What `zhili export` has made.", show_default=False)
    ],
    store: Annotated[
        str, typer.Argument(help="A store that does not exist yet.", show_default=False)
    ],
    despite_findings: Annotated[  # noqa: FBT002 - typer's switches are so
        bool, typer.Option("--despite-findings", help="Take in a log with findings, as it stands.")
    ] = False,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """
    Make a store of an exported folder 导入日志: with the same head and the same audit digest.

    The folder is audited first, and refused if anything is found. All of it is written, or nothing.
    """
    with progress_bar() as progress:
        made = import_log(folder, store, despite_findings=despite_findings, progress=progress)
    report, link = made.report, bytes(made.head.link).hex()
    if form is Format.JSON:
        print_json(
            {
                "store": made.url,
                "position": made.head.position,
                "head": link,
                "cases": report.cases,
                "reads": report.reads,
                "access_head": report.access_head,
                "digest": report.digest,
                "findings": len(report.findings) + report.findings_left_out,
            }
        )
    else:
        events, cases = word("events", "事件", language), word("cases", "工单", language)
        typer.echo(f"{made.url}: {report.events} {events}, {report.cases} {cases}")
        typer.echo(f"{word('Head', '链头', language)}: {made.head.position} {link}")
        if report.access_head is not None:
            reads = word(f"{report.reads} readings", f"{report.reads}次查阅", language)
            access = report.access_head.replace(":", " ")
            typer.echo(f"{word('Access log', '查阅记录', language)}: {reads}, {access}")
        typer.echo(f"{word('Digest', '摘要', language)}: {report.digest}")
    return FINE
