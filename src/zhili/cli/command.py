"""What every command has in common: options, an open engine, errors in one line, exit codes."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from enum import StrEnum
from functools import wraps
from typing import Annotated, Final, ParamSpec

import typer
from pydantic import ValidationError

from zhili.cli.stopping import exit_code
from zhili.engine import Engine
from zhili.errors import InputError, StoreError, ZhiliError

__all__ = [
    "ENGINES", "FINE", "FOUND", "USAGE", "Format", "FormatOption", "Language", "LanguageOption",
    "StoreOption", "command", "in_one_line", "opened", "refuse", "whole_command",
]  # fmt: skip

FINE: Final = 0
FOUND: Final = 1
"""Something was found, or refused."""
USAGE: Final = 2
"""What was typed, or a file that was named, cannot be understood."""
ZONE: Final = "Asia/Shanghai"

Parameters = ParamSpec("Parameters")

ENGINES: Final[dict[str, Callable[[str], Engine]]] = {}
"""What opens URLs of other schemes: a host's store, with the host's own case types."""


class Format(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"


class Language(StrEnum):
    """In which language words are printed; in English the Chinese term stands beside."""

    EN = "en"
    ZH = "zh"


StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        envvar="ZHILI_STORE",
        help="sqlite:///file (relative), sqlite:////dir/file or postgresql://host/db.",
        show_default=False,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="For people or for programs.")]
LanguageOption = Annotated[Language, typer.Option("--language", help="en or zh.")]


def command(function: Callable[Parameters, int]) -> Callable[Parameters, None]:
    """Make *function*, which gives an exit code, a command: it never ends in a traceback."""
    return _command(function, "stopped; what was done stays")


def whole_command(
    otherwise: str,
) -> Callable[[Callable[Parameters, int]], Callable[Parameters, None]]:
    """Make a command of what is done whole, or not: stopped half way, it says *otherwise*."""
    return lambda function: _command(function, f"stopped; {otherwise}")


def _command(function: Callable[Parameters, int], when_stopped: str) -> Callable[Parameters, None]:
    @wraps(function)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            code = function(*args, **kwargs)
        except (typer.Exit, typer.Abort, BrokenPipeError):
            raise  # the framework's own; and whoever reads may have read enough
        except KeyboardInterrupt as stop:
            sys.stderr.write(f"{when_stopped}\n")
            code = exit_code(stop)
        except ValidationError as error:
            code = refuse("input", in_one_line(error), USAGE)
        except InputError as error:
            code = refuse(error.code, error.message, USAGE)
        except ZhiliError as error:
            code = refuse(error.code, error.message, FOUND)
        except sqlite3.Error as error:
            code = refuse("store", f"SQLite says: {error}", FOUND)
        except OSError as error:
            code = refuse("system", _in_words(error), FOUND)
        except Exception as error:  # noqa: BLE001 - a fault of zhili's own; people get one line
            code = refuse("unexpected", f"{type(error).__name__}: {error}", FOUND)
        raise typer.Exit(code)

    return run


def refuse(code: str, message: str, exit_code: int) -> int:
    """Say what was wrong in one line, and give the exit code."""
    sys.stderr.write(f"error [{code}]: {' '.join(message.split())}\n")
    return exit_code


def in_one_line(error: ValidationError) -> str:
    """Say every fault that pydantic found: where, and what is wrong."""
    faults = error.errors(include_url=False, include_context=False)
    said = (
        f"{_place(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}" for fault in faults
    )
    return "; ".join(dict.fromkeys(said))


def _in_words(error: OSError) -> str:
    known = error.filename is not None and error.strerror is not None
    return f"{error.filename}: {error.strerror}" if known else str(error)


def _place(location: tuple[int | str, ...]) -> str:
    # Of several types that a field may have, each is named in brackets: that is pydantic's affair.
    parts = [str(part) for part in location]
    return ".".join(part for part in parts if "[" not in part) or "input"


@contextmanager
def opened(
    url: str, *, create: bool = False, zone: str | None = None
) -> Generator[Engine, None, None]:
    """
    Open the store at *url* in its own zone, or in *zone* if one is named.

    Raises:
        StoreError: If there is no store and none may be made, or it cannot be used.
    """
    with _open(url, create=create, zone=zone) as engine:
        yield engine


def _open(url: str, *, create: bool, zone: str | None) -> Engine:
    hosts_own = ENGINES.get(url.partition(":")[0])
    if hosts_own is not None:
        return hosts_own(url)
    try:
        return Engine.open(url, zone=zone or ZONE, create=create)
    except StoreError as error:
        # A store says in which zone it keeps its days; who named none means that one.
        kept = error.data.get("zone")
        if zone is not None or not isinstance(kept, str):
            raise
        return Engine.open(url, zone=kept, create=create)
