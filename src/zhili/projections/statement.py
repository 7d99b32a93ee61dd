"""The statistics' .sql files: read, put together, fingerprinted, and written for a database."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Final

__all__ = ["STATEMENTS", "Statement", "statement"]

STATEMENTS: Final = (
    "closing_rate",
    "cohort",
    "durations",
    "flags",
    "newest",
    "on_time_rate",
    "overview",
    "resolution_rate",
    "risk",
    "survival",
    "time_to_close",
)

INCLUDE: Final = re.compile(r"^-- include (\w+)\.sql$", re.MULTILINE)
COMMENT: Final = re.compile(r"--[^\n]*")
PARAMETER: Final = re.compile(r"(?<![:\w]):([a-z_]+)")


@dataclass(frozen=True)
class Statement:
    """
    One complete SELECT. `text` is constant: whatever is asked for is a parameter, written `:name`.

    Its SHA-256 says which computation a published figure comes from.
    """

    name: str
    text: str

    @property
    def sha256(self) -> str:
        """The fingerprint of the text, with the files that it includes."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def parameters(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(PARAMETER.findall(COMMENT.sub("", self.text)))

    @cached_property
    def duckdb(self) -> str:
        """The text with parameters as DuckDB writes them."""
        return PARAMETER.sub(r"$\1", COMMENT.sub("", self.text))

    @cached_property
    def psycopg(self) -> str:
        """The text with parameters as psycopg writes them."""
        return PARAMETER.sub(r"%(\1)s", COMMENT.sub("", self.text).replace("%", "%%"))


@cache
def statement(name: str) -> Statement:
    """Give the statement of a .sql file, with the files it includes put in their place."""
    text = (files("zhili.projections") / "sql" / f"{name}.sql").read_text(encoding="utf-8")
    return Statement(name, INCLUDE.sub(lambda match: statement(match[1]).text.rstrip(), text))
