"""The tables of a store, by the names that they have in a host's database."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.db import migrations

from zhili.integrations.django.settings import host_said
from zhili.integrations.django.store.naming import TABLES, named, renamed
from zhili.store.schema import SCHEMA_VERSION, Dialect, statements

DIALECTS: Final[dict[str, Dialect]] = {"sqlite": "sqlite", "postgresql": "postgres"}


def make(_apps: Any, editor: Any) -> None:
    """Make the tables, in the one database that holds the store."""
    if editor.connection.alias != host_said().database:
        return
    vendor = editor.connection.vendor
    if vendor not in DIALECTS:
        message = f"a store lives in SQLite or PostgreSQL, not in {vendor}; see ZHILI['DATABASE']"
        raise ImproperlyConfigured(message)
    for statement in statements(DIALECTS[vendor]):
        editor.execute(renamed(statement), params=None)
    editor.execute(
        f"INSERT INTO {named('meta')} VALUES ('schema', '{SCHEMA_VERSION}')", params=None
    )


def drop(_apps: Any, editor: Any) -> None:
    """Drop the tables, and the record with them."""
    if editor.connection.alias == host_said().database:
        for table in TABLES:
            editor.execute(f"DROP TABLE {named(table)}", params=None)


class Migration(migrations.Migration):
    """Version 1 of the tables."""

    initial = True
    dependencies: Final[list[tuple[str, str]]] = []
    operations: Final = [migrations.RunPython(make, drop)]
