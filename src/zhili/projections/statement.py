"""The statistics' .sql files: put together, fingerprinted, and written for a database."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from zhili.projections.sql_text import for_duckdb, for_psycopg, load

__all__ = ["STATEMENTS", "Statement", "fingerprint", "statement"]

STATEMENTS: Final = (
    "closing_rate",
    "cohort",
    "durations",
    "flags",
    "hazard_figures",
    "newest",
    "on_time_rate",
    "overview",
    "resolution_rate",
    "risk",
    "survival",
    "survival_curve",
    "time_bands",
    "time_to_close",
    "whistle_calls",
    "whistle_figures",
    "whistle_rate",
    "whistle_ratings",
    "whistle_times",
    "whistle_units",
)
"""The files of this room that are statements of statistics."""

INCLUDE: Final = re.compile(r"^-- include (\w+)\.sql$", re.MULTILINE)
MARKED: Final = re.compile(r"--[^\n]*|\$(\w+)")


@dataclass(frozen=True)
class Statement:
    """One complete SELECT. `text` is constant: what is asked for is a parameter, `:name`."""

    name: str
    text: str

    @cached_property
    def duckdb(self) -> str:
        """The text with parameters as DuckDB writes them."""
        return for_duckdb(self.text)

    @cached_property
    def psycopg(self) -> str:
        """The text with parameters as psycopg writes them."""
        return for_psycopg(self.text)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(name for name in MARKED.findall(self.duckdb) if name)


@cache
def statement(name: str) -> Statement:
    """Give the statement of a .sql file, with the files it includes put in their place."""
    return Statement(name, INCLUDE.sub(lambda match: statement(match[1]).text.rstrip(), load(name)))


def fingerprint(names: Iterable[str]) -> str:
    """Give the SHA-256 of the statements: it says which computation a figure comes from."""
    return hashlib.sha256("".join(statement(name).text for name in names).encode()).hexdigest()
