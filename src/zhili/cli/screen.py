"""What is printed: tables for people, JSON for programs, progress for whoever waits."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from zhili.cli.command import Language
from zhili.engine import Engine
from zhili.progress import Progress, silent

__all__ = [
    "NO_DATA", "console", "figure", "heading", "local", "percent", "print_json",
    "progress_bar", "table", "unit_names", "word",
]  # fmt: skip

WIDTH: Final = 150
"""How wide a table is where nobody looks at it on a screen."""

NO_DATA: Final = "no data"


def console() -> Console:
    """Give the screen. What is printed is data: no word of it is markup."""
    screen = Console(highlight=False, markup=False, emoji=False)
    if not screen.is_terminal:
        screen.width = WIDTH
    return screen


def print_json(document: Any) -> None:
    """Print *document* as one JSON value."""
    plain = not (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(json.dumps(document, ensure_ascii=plain, indent=2) + "\n")


def word(en: str, zh: str, language: Language) -> str:
    """Give a term: in Chinese alone, or in English with the Chinese beside it."""
    return zh if language is Language.ZH else f"{en} {zh}"


def heading(text: str) -> None:
    """Print a heading."""
    console().print(f"\n{text}", style="bold")


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    right: int = 0,
    *,
    whole: bool = False,
) -> None:
    """Print a table whose last *right* columns are numbers; *whole* keeps the first on one line."""
    grid = Table(*columns, header_style="bold")
    for column in grid.columns:
        column.overflow = "fold"  # Chinese words have no spaces; none of them is cut off
    grid.columns[0].no_wrap = whole
    for column in grid.columns[len(columns) - right :]:
        column.justify = "right"
    for row in rows:
        grid.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(grid)


def percent(rate: float | None) -> str:
    """Give a rate for people; an empty denominator is no data, never 0."""
    return NO_DATA if rate is None else f"{rate:.2%}"


def figure(number: float | None) -> str:
    """Give a number of hours for people."""
    return NO_DATA if number is None else f"{number:,.2f}"


def local(instant: datetime | None, zone: str) -> str:
    """Give an instant in the time of *zone*, to the minute."""
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if instant else ""


def unit_names(engine: Engine) -> dict[str, str]:
    """Give the names of the units by their ids, as far as the organisation in force knows them."""
    return {unit.id: unit.name for unit in engine.book.current().organisation.units}


@contextmanager
def progress_bar() -> Generator[Progress, None, None]:
    """Give a progress that is drawn on stderr, if that is a terminal."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, TimeRemainingColumn(), console=screen, transient=True) as bars:
        known: dict[str, Any] = {}

        def tell(what: str, done: int, total: int | None) -> None:
            if what not in known:
                known[what] = bars.add_task(what, total=total)
            bars.update(known[what], completed=done, total=total)

        yield tell
