"""`zhili audit`: the log is replayed, and every claim checked again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from zhili.audit import FOLDER_REMARKS, REMARKS, Report, jobs_possible
from zhili.cli.case import find_case
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
from zhili.cli.screen import print_json, progress_bar, table, word
from zhili.cli.source import OptionalStore, Source, is_folder, named
from zhili.engine import Engine
from zhili.evidence import audit_folder
from zhili.evidence.manifest import manifest_sha256

__all__ = ["audit", "print_report"]

SHOWN_MAX: Final = 50

EVENTS_ALONE_MAX: Final = 50_000
"""Up to so many events, other processes take longer to begin than the audit takes."""

ExpectOption = Annotated[
    str | None,
    typer.Option(
        metavar="HEAD",
        help="A head that was kept, POSITION:LINK; the log must end in it or go on from there.",
        show_default=False,
    ),
]
ExpectAccessOption = Annotated[
    str | None,
    typer.Option(
        metavar="HEAD", help="The same of the access log: POSITION:LINK.", show_default=False
    ),
]
CaseOption = Annotated[
    str | None,
    typer.Option(metavar="NUMBER|ID", help="Look at this case only.", show_default=False),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Processes that share the work; all cores for a long log by default.",
        show_default=False,
    ),
]


@whole_command("nothing was changed")
def audit(  # noqa: PLR0913, PLR0917 - what is audited, how, and how it is shown
    context: typer.Context,
    source: Source = None,
    store: OptionalStore = None,
    expect: ExpectOption = None,
    expect_access: ExpectAccessOption = None,
    case: CaseOption = None,
    jobs: JobsOption = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """Audit the log of a store, or of an exported folder 审计. Exit code 1 if anything is found."""
    audited = named(context, source, store)
    with progress_bar() as progress:

        def replay(engine: Engine) -> Report:
            one = None if case is None else find_case(engine, case)
            number = jobs or _jobs_for(engine, one_case=one is not None)
            return engine.audit(
                expect=expect, expect_access=expect_access, case=one, jobs=number, progress=progress
            )

        if is_folder(audited):
            report = audit_folder(Path(audited), replay=replay, progress=progress)
        else:
            with opened(audited) as engine:
                report = replay(engine)
    sha256 = manifest_sha256(Path(audited)) if is_folder(audited) else None
    if form is Format.JSON:
        own = {} if sha256 is None else {"manifest_sha256": sha256}
        print_json({**report.document(), **own})
    else:
        print_report(report, language)
        if sha256 is not None:
            typer.echo(f"{word('Manifest SHA-256', '清单摘要', language)}: {sha256}")
    return FINE if report.clean else FOUND


def _jobs_for(engine: Engine, *, one_case: bool) -> int:
    """Give how many processes are worth their beginning."""
    short = engine.head().position <= EVENTS_ALONE_MAX
    if one_case or short or engine.store.address is None:
        return 1
    return jobs_possible()


def print_report(report: Report, language: Language) -> None:
    """Print what an audit found, for people."""
    if report.findings:
        columns = (
            word("Finding", "问题", language),
            word("Case", "工单", language),
            word("Version", "版本", language),
            word("Position", "位置", language),
            word("Detail", "说明", language),
        )
        shown = report.findings[:SHOWN_MAX]
        table(columns, [(f.code, f.case_id, f.version, f.position, f.detail) for f in shown])
    found = len(report.findings) + report.findings_left_out
    verdict = word(f"{found} findings", f"发现问题{found}项", language)
    if report.clean:
        verdict = word("nothing was found", "未发现问题", language)
    typer.echo(f"{word('Audit', '审计', language)}: {verdict}")
    counts, remarks = sorted(report.counts.items()), {*REMARKS, *FOLDER_REMARKS}
    told = [f"{code} {number}" for code, number in counts if code not in remarks]
    if told:
        typer.echo(f"{word('Findings', '问题', language)}: {', '.join(told)}")
    events, cases = word("events", "事件", language), word("cases", "工单", language)
    typer.echo(f"{report.events} {events}, {report.cases} {cases}")
    told = [f"{code} {number}" for code, number in counts if code in remarks]
    typer.echo(f"{word('Remarks', '备注', language)}: {', '.join(told) or '0'}")
    typer.echo(f"{word('Head', '链头', language)}: {report.position} {report.head}")
    if report.access_head is not None:
        reads = word(f"{report.reads} readings", f"{report.reads}次查阅", language)
        told_head = report.access_head.replace(":", " ")
        typer.echo(f"{word('Access log', '查阅记录', language)}: {reads}, {told_head}")
    typer.echo(f"{word('Digest', '摘要', language)}: {report.digest}")
