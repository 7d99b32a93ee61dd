"""`zhili init | migrate | check | tick | rebuild`: preparing and keeping a store."""

from __future__ import annotations

from typing import Annotated

import typer

from zhili.cli.command import (
    FINE,
    FOUND,
    ZONE,
    Format,
    FormatOption,
    StoreOption,
    command,
    opened,
    whole_command,
)
from zhili.cli.screen import print_json, progress_bar
from zhili.engine import Engine
from zhili.errors import InputError

__all__ = ["check", "init", "migrate", "rebuild", "tick"]

LIMIT = 1000


@command
def init(
    context: typer.Context,
    url: Annotated[str | None, typer.Argument(help="The store.", show_default=False)] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", envvar="ZHILI_STORE", help="The same.", show_default=False),
    ] = None,
    zone: Annotated[str, typer.Option(help="The time zone of its local days.")] = ZONE,
    form: FormatOption = Format.TABLE,
) -> int:
    """Make a store with the default policies. One that is there stays as it is."""
    named = url or store
    if named is None:
        raise InputError("name a store, e.g. zhili init sqlite:///cases.db")
    # The argument goes before the environment, but not before another store that was typed.
    source = context.get_parameter_source("store")
    if store not in {None, named} and source is not None and source.name == "COMMANDLINE":
        message = "two stores are named, as the argument and with --store; name one"
        raise InputError(message)
    with opened(named, create=True, zone=zone) as engine:
        position = engine.head().position
        if form is Format.JSON:
            print_json({"store": _shown(engine), "zone": zone, "position": position})
        else:
            typer.echo(f"{_shown(engine)} is ready, with {position} events, in {zone}")
    return FINE


@command
def migrate(store: StoreOption, form: FormatOption = Format.TABLE) -> int:
    """Bring a store to this version of the tables. A newer one is refused."""
    with opened(store) as engine:
        # Opening has refused every other version; there has been only one so far.
        schema = _schema(engine)
        if form is Format.JSON:
            print_json({"store": _shown(engine), "schema": schema, "up_to_date": True})
        else:
            typer.echo(f"{_shown(engine)} is up to date: its tables are of version {schema}")
    return FINE


@whole_command("nothing was changed")
def check(store: StoreOption, form: FormatOption = Format.TABLE) -> int:
    """Examine the store itself. `zhili audit` examines its log."""
    with opened(store) as engine:
        problems = engine.store.check()
        head = engine.head()
        if form is Format.JSON:
            print_json(
                {
                    "store": _shown(engine),
                    "schema": _schema(engine),
                    "zone": engine.zone,
                    "position": head.position,
                    "head": bytes(head.link).hex(),
                    "problems": problems,
                }
            )
        else:
            typer.echo(f"{_shown(engine)}: tables of version {_schema(engine)}, {engine.zone}")
            typer.echo(f"{head.position} events, head {bytes(head.link).hex()}")
            for problem in problems:
                typer.echo(f"problem: {problem}")
            typer.echo(f"{len(problems)} problems" if problems else "nothing is wrong")
    return FOUND if problems else FINE


@command
def tick(
    store: StoreOption,
    limit: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="At most so many cases whose clocks fire, of which a case may have several, and "
            "as many whose deadlines are recalculated; all that is due by default.",
        ),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> int:
    """Carry out what the clocks demand by now."""
    fired = recalculated = 0
    refused: set[str] = set()
    with opened(store) as engine:
        while True:
            report = engine.tick(limit=limit or LIMIT)
            fired += report.fired
            recalculated += report.recalculated
            refused |= {str(case_id) for case_id in report.refused}
            if limit is not None or not report.more:
                break
    if form is Format.JSON:
        print_json(
            {
                "fired": fired,
                "recalculated": recalculated,
                "refused": sorted(refused),
                "more": report.more,
            }
        )
    else:
        typer.echo(f"{fired} clocks fired, {recalculated} deadlines recalculated")
        if refused:
            typer.echo(f"{len(refused)} cases refused: {', '.join(sorted(refused)[:5])}")
        if report.more:
            typer.echo("more is due; call it again")
    return FINE


@whole_command("the register is as it was")
def rebuild(store: StoreOption, form: FormatOption = Format.TABLE) -> int:
    """Fold the log into a fresh register 台账."""
    with opened(store) as engine, progress_bar() as progress:
        cases = engine.rebuild(progress=progress)
        position = engine.head().position
    if form is Format.JSON:
        print_json({"cases": cases, "position": position})
    else:
        typer.echo(f"the register was rebuilt: {cases} cases, up to position {position}")
    return FINE


def _shown(engine: Engine) -> str:
    """Give the store's URL without its password."""
    return _without_password(engine.store.url)


def _schema(engine: Engine) -> int:
    return int(engine.store.meta("schema") or 0)


def _without_password(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    who, at, where = rest.rpartition("@")
    return f"{scheme}{separator}{who.partition(':')[0]}{at}{where}" if at else url
