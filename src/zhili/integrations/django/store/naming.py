"""What the tables are called in a host's database, which has tables of its own."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import Final

from zhili.store.schema import register_statements, statements

__all__ = ["NAMES", "PREFIX", "TABLES", "named", "renamed"]

PREFIX: Final = "zhili_"

_MADE: Final = re.compile(r"CREATE (?:UNIQUE )?(?:TABLE|INDEX) (\w+)")

NAMES: Final = frozenset(
    name
    for statement in chain(
        statements("sqlite"),
        statements("postgres"),
        register_statements("sqlite", "_fresh"),
        register_statements("postgres", "_fresh"),
    )
    for name in _MADE.findall(statement)
)
"""Tables and indexes of a store, also those of a register that is being rebuilt."""

TABLES: Final = tuple(re.findall(r"CREATE TABLE (\w+)", "\n".join(statements("sqlite"))))
"""The tables of a store, by the names that they have in a store of its own."""

_TOKEN: Final = re.compile(
    r"""
    '(?:[^']|'')*' | --[^\n]* | /\*.*?\*/   # what is no name: a text, a comment,
    | ::                                    # a cast, after which a name may come,
    | :[A-Za-z_]\w* | %\(\w+\)s             # and a parameter
    | (?P<name> [A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


def named(name: str) -> str:
    """Give what the table or index *name* of a store is called in the host's database."""
    return f"{PREFIX}{name}" if name in NAMES else name


@lru_cache(maxsize=2048)
def renamed(sql: str) -> str:
    """
    Give *sql*, written for a store of its own, with the names of the host's database.

    No column has the name of a table, so whole words are enough; texts and parameters stay.
    """
    return _TOKEN.sub(lambda match: named(match["name"]) if match["name"] else match[0], sql)
