"""`zhili audit`: the log is replayed, and every claim checked again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import typer

from zhili.audit import Report
from zhili.cli.command import (
    FINE,
    FOUND,
    Format,
    FormatOption,
    Language,
    LanguageOption,
    command,
    opened,
)
from zhili.cli.screen import print_json, progress_bar, table, word
from zhili.cli.source import OptionalStore, Source, is_folder, named
from zhili.engine import Engine
from zhili.evidence import audit_folder

__all__ = ["audit", "print_report"]

SHOWN_MAX = 50


@command
def audit(
    context: typer.Context,
    source: Source = None,
    store: OptionalStore = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """Audit the log of a store, or of an exported folder 审计. Exit code 1 if anything is found."""
    audited = named(context, source, store)
    with progress_bar() as progress:

        def replay(engine: Engine) -> Report:
            return engine.audit(progress=progress)

        if is_folder(audited):
            report = audit_folder(Path(audited), replay=replay, progress=progress)
        else:
            with opened(audited) as engine:
                report = replay(engine)
    if form is Format.JSON:
        print_json(report.document())
    else:
        print_report(report, language)
    return FINE if report.clean else FOUND


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
    remarks = Counter(remark.code for remark in report.remarks)
    said = ", ".join(f"{code} {number}" for code, number in sorted(remarks.items())) or "0"
    verdict = word(f"{found} findings", f"发现问题{found}项", language)
    if report.clean:
        verdict = word("nothing was found", "未发现问题", language)
    typer.echo(f"{word('Audit', '审计', language)}: {verdict}")
    events, cases = word("events", "事件", language), word("cases", "工单", language)
    typer.echo(f"{report.events} {events}, {report.cases} {cases}")
    typer.echo(f"{word('Remarks', '备注', language)}: {said}")
    typer.echo(f"{word('Head', '链头', language)}: {report.position} {report.head}")
    typer.echo(f"{word('Digest', '摘要', language)}: {report.digest}")
