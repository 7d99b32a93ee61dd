"""`zhili figure | reproduce`: a statistic published as a document 发布指标, and recomputed 复算."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from pydantic import ValidationError

from zhili.cli.command import (
    FINE,
    FOUND,
    Format,
    FormatOption,
    Language,
    LanguageOption,
    StoreOption,
    in_one_line,
    opened,
    whole_command,
)
from zhili.cli.moment import AS_OF_HELP, instant_of, read_instant
from zhili.cli.screen import print_json, progress_bar, table, word
from zhili.cli.source import opened_source
from zhili.errors import InputError
from zhili.evidence.figure import STATISTICS, publish, read, refuse_place, reproduce, write
from zhili.projections.question import Question
from zhili.values import Month

__all__ = ["publish_figure", "reproduce_figure"]

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_SPAN: Final = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@whole_command("nothing was published")
def publish_figure(  # noqa: PLR0913, PLR0917 - what is asked, and where it goes
    name: Annotated[
        str, typer.Argument(help=f"One of {', '.join(STATISTICS)}.", show_default=False)
    ],
    out: Annotated[Path, typer.Option(help="The file; it must not exist yet.", show_default=False)],
    store: StoreOption,
    by: Annotated[str | None, typer.Option(help="As in `zhili stats`.", show_default=False)] = None,
    during: Annotated[
        str | None,
        typer.Option(
            help="A month, 2026-03, or days, 2026-03-01..2026-03-31, both of them in it.",
            show_default=False,
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help=f"{AS_OF_HELP} Now by default.", show_default=False),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(help="Any other field of the statistic, e.g. unit=110105002. Repeat it."),
    ] = None,
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """Publish a statistic as a JSON document that anybody can have recomputed 发布指标."""
    newest = as_of == "max"  # which of them knows that is the statistic's affair
    moment = None if as_of is None or newest else read_instant("--as-of", as_of)
    fields = {"by": by, "as_of": "max" if newest else None}
    question = _question(name, fields, during=during, where=where or [])
    refuse_place(out)
    with opened(store) as engine:
        if moment is not None:
            instant = instant_of("--as-of", moment, engine)
            question = question.model_copy(update={"as_of": instant})
        document = publish(engine, question)
    write(document, out)
    log = document["log"]
    if form is Format.JSON:
        print_json({"file": str(out), "sha256": document["sha256"], "log": log})
    else:
        typer.echo(f"{out}: {name}, {word('as of', '截至', language)} {document['as_of']}")
        typer.echo(f"{word('Head', '链头', language)}: {log['position']} {log['link']}")
        typer.echo(f"SHA-256: {document['sha256']}")
    return FINE


@whole_command("nothing was changed")
def reproduce_figure(
    file: Annotated[Path, typer.Argument(help="A published figure.", show_default=False)],
    source: Annotated[
        str,
        typer.Argument(
            help="The store, or a folder that `zhili export` has made.", show_default=False
        ),
    ],
    form: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
) -> int:
    """Recompute a published figure at its place in the log 复算. Exit code 1 if it differs."""
    document = read(file)
    with progress_bar() as progress, opened_source(source, progress) as engine:
        found = reproduce(engine, document)
    if form is Format.JSON:
        differences = [difference.model_dump(mode="json") for difference in found]
        print_json({"equal": not found, "differences": differences})
        return FOUND if found else FINE
    if found:
        columns = (
            word("Where", "位置", language),
            word("Published", "已发布", language),
            word("Recomputed", "复算", language),
        )
        table(columns, [(one.path, one.published, one.found) for one in found])
    equal = word("equal: the figure is reproduced", "一致:指标可复算", language)
    other = word(f"not equal: {len(found)} places differ", f"不一致:{len(found)}处不同", language)
    typer.echo(other if found else equal)
    return FOUND if found else FINE


def _question(
    name: str, told: Mapping[str, Any], *, during: str | None, where: list[str]
) -> Question:
    """
    Give the question that was typed.

    Raises:
        InputError: If there is no such statistic, or it has no such field or value.
    """
    kind = STATISTICS.get(name)
    if kind is None:
        message = f"there is no statistic {name!r}; there are: {', '.join(STATISTICS)}"
        raise InputError(message, definition=name)
    fields = dict(told)
    if during is not None:
        fields["during"] = _during(during)
    fields = {field: value for field, value in fields.items() if value is not None}
    for pair in where:
        field, equals, value = pair.partition("=")
        if not equals:
            raise InputError(f"--where {pair!r}: write FIELD=VALUE, e.g. unit=110105002")
        fields[field] = value
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise InputError(f"{name}: {in_one_line(error)}") from error


def _during(text: str) -> Any:
    try:
        if month := _MONTH.fullmatch(text):
            return Month(int(month[1]), int(month[2])).model_dump()
        if span := _SPAN.fullmatch(text):
            last = date.fromisoformat(span[2])
            return {"first": date.fromisoformat(span[1]), "after": last + timedelta(days=1)}
    except (ValueError, OverflowError):
        pass
    raise InputError(f"--during {text!r}: write a month, 2026-03, or 2026-03-01..2026-03-31")
