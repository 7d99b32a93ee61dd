"""A page of a list: asked for as of a moment, and where the next one begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import typer

from zhili.cli.command import Language
from zhili.cli.moment import Moment
from zhili.cli.screen import unit_names, word
from zhili.engine import Engine
from zhili.projections.question import Question

__all__ = ["Asked", "ask", "given", "print_next"]


class Asked(NamedTuple):
    """A page, the zone of its local days, and what its units are called."""

    page: Any
    zone: str
    names: Mapping[str, str]


def given(**options: Any) -> dict[str, Any]:
    """Give the options that somebody has typed."""
    return {name: value for name, value in options.items() if value is not None}


def ask(engine: Engine, question: Question, moment: Moment) -> Asked:
    """Ask for a page as of *moment*."""
    as_of, known_at = moment.at(engine)
    page = engine.ask(question, as_of=as_of, known_at=known_at)
    return Asked(page, engine.zone, unit_names(engine))


def print_next(following: str | None, language: Language) -> None:
    """Say how to get the page that follows, if there is one."""
    if following is not None:
        typer.echo(f"{word('More', '下一页', language)}: --after {following}")
