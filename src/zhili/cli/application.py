"""All commands, by the name under which they are typed."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

import typer

from zhili.cli import (
    audit,
    case,
    demo,
    diagram,
    export,
    figure,
    importing,
    keeping,
    policy,
    readers,
    serve,
    stats,
    summonses,
    wall,
    worklist,
)
from zhili.cli.program import Program

__all__ = ["application"]

application = typer.Typer(
    name="zhili",
    cls=Program,
    help="zhili 治理: cases of grassroots governance, kept, measured and audited.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"zhili {version('zhili')}")
        raise typer.Exit


@application.callback()
def _zhili(
    _version: Annotated[  # noqa: FBT002 - typer's switches are so
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Keep, measure and audit the cases of grassroots governance 治理."""


application.command("init")(keeping.init)
application.command("migrate")(keeping.migrate)
application.command("check")(keeping.check)
application.command("demo")(demo.demo)
application.command("serve")(serve.serve)
application.command("import")(importing.import_file)
application.command("stats")(stats.stats)
application.command("worklist")(worklist.worklist)
application.command("summonses")(summonses.summonses)
application.command("case")(case.case)
application.command("readers")(readers.readers)
application.command("wall")(wall.wall)
application.command("tick")(keeping.tick)
application.command("audit")(audit.audit)
application.command("export")(export.export_folder)
application.command("import-log")(export.import_folder)
application.command("figure")(figure.publish_figure)
application.command("reproduce")(figure.reproduce_figure)
application.command("rebuild")(keeping.rebuild)
application.command("diagram")(diagram.diagram)

policies = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Policies 制度 and their versions."
)
policies.command("list")(policy.list_policies)
policies.command("show")(policy.show)
policies.command("publish")(policy.publish_policy)
application.add_typer(policies, name="policy")
