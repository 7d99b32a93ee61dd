"""The parameters of a statement, rewritten for each database."""

from __future__ import annotations

import pytest

from zhili.projections.sql_text import for_duckdb, for_psycopg, load

SQL = """
-- :comment 5%
SELECT ':literal' || 'it''s :not', "a:b", x::text, 7 % 2 /* :neither
:nor */ FROM t WHERE a = :first AND b=:second_2 AND :first > 0
"""


def test_duckdb_gets_dollar_names() -> None:
    """Only parameters change; literals, quoted names, casts and comments stay as they are."""
    expected = SQL.replace("a = :first", "a = $first").replace("b=:second_2", "b=$second_2")
    assert for_duckdb(SQL) == expected.replace("AND :first", "AND $first")


def test_psycopg_gets_percent_names_and_no_other_percent_sign() -> None:
    """A percent sign anywhere in a statement belongs to psycopg."""
    expected = SQL.replace("%", "%%").replace("a = :first", "a = %(first)s")
    expected = expected.replace("b=:second_2", "b=%(second_2)s")
    assert for_psycopg(SQL) == expected.replace("AND :first", "AND %(first)s")


def test_a_file_is_loaded_by_its_name() -> None:
    """The text of a statistic is the file, head and all."""
    assert load("backlog").startswith("-- backlog, version 1")
    with pytest.raises(FileNotFoundError):
        load("no_such_statistic")
