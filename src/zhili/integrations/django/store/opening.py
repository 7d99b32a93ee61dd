"""From `django://alias` to the store in that database."""

# Django ships no types.
# pyright: basic

from __future__ import annotations

from typing import Any, Final

from django.db import connections

from zhili.errors import InputError, StoreError
from zhili.integrations.django.store.hosted import Hosted
from zhili.integrations.django.store.naming import named
from zhili.store import Store
from zhili.store.opening import OPENERS
from zhili.store.version import refuse_other_version

__all__ = ["SCHEME", "VENDORS", "alias_in", "have_opened", "hosted", "is_migrated", "open_hosted"]

SCHEME: Final = "django"
VENDORS: Final = ("sqlite", "postgresql")


def have_opened() -> None:
    """Let `open_store`, and whoever uses it, understand `django://alias`."""
    OPENERS[SCHEME] = open_hosted


def open_hosted(url: str, *, create: bool = True) -> Store:
    """
    Open the store in the database that *url* names; its tables come with the app's migrations.

    Raises:
        InputError: If the host has no such database.
        StoreError: If it is of no kind that can hold a store, has no tables, or of another version.
    """
    store = hosted(alias_in(url))
    if not is_migrated(store.host.alias):
        alias = store.host.alias
        message = f"{store.url} has no tables yet; run `manage.py migrate zhili --database {alias}`"
        raise StoreError(message, url=store.url, create=create)
    refuse_other_version(store.meta("schema"), store.url)
    return store


def alias_in(url: str) -> str:
    """Give the database that *url* names: `django://alias`."""
    return url.partition(":")[2].strip("/") or "default"


def hosted(alias: str) -> Hosted:
    """
    Give the store in the database *alias* without looking into it.

    Raises:
        InputError: If the host has no such database.
        StoreError: If it is of no kind that can hold a store.
    """
    databases: Any = connections.databases
    if alias not in databases:
        known = ", ".join(sorted(databases))
        raise InputError(f"DATABASES has no {alias!r}; it has {known}", database=alias)
    vendor = connections[alias].vendor
    if vendor == "sqlite":
        from zhili.integrations.django.store.sqlite import HostedSQLiteStore  # noqa: PLC0415 - only the store that is asked for

        return HostedSQLiteStore(alias)
    if vendor == "postgresql":
        from zhili.integrations.django.store.postgres import HostedPostgresStore  # noqa: PLC0415 - needs an extra

        return HostedPostgresStore(alias)
    message = f"the database {alias!r} is {vendor}; a store lives in SQLite or PostgreSQL"
    raise StoreError(message, database=alias, vendor=vendor)


def is_migrated(alias: str) -> bool:
    """Say whether the tables are there; asking never spoils the host's transaction."""
    wrapper = connections[alias]
    with wrapper.cursor() as cursor:
        return named("meta") in wrapper.introspection.table_names(cursor)
