"""The SQL files of the statistics, and their parameters as each database wants them written."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Final

__all__ = ["for_duckdb", "for_psycopg", "load", "replaced"]

TOKEN: Final = re.compile(
    r"""
      '(?:[^']|'')*'          # a literal,
    | "(?:[^"]|"")*"          # a quoted name,
    | --[^\n]*                # a comment
    | /\*.*?\*/               # of either kind
    | ::                      # and PostgreSQL's cast hold no parameter
    | :(?P<name>[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


@lru_cache(maxsize=64)
def load(name: str) -> str:
    """
    Give the text of `sql/<name>.sql`, its parameters written `:name`.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    return files("zhili.projections").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def for_duckdb(sql: str) -> str:
    """Write the parameters of *sql* as `$name`."""
    return replaced(sql, "${}".format)


def for_psycopg(sql: str) -> str:
    """Write the parameters of *sql* as `%(name)s`, and every other percent sign twice."""
    # psycopg looks for percent signs everywhere, in literals and comments too.
    return replaced(sql.replace("%", "%%"), "%({})s".format)


def replaced(sql: str, written_as: Callable[[str], str]) -> str:
    """Write every parameter of *sql* as *written_as* gives its name."""

    def written(match: re.Match[str]) -> str:
        name = match.group("name")
        return match.group() if name is None else written_as(name)

    return TOKEN.sub(written, sql)
