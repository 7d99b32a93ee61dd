"""What `manage.py check` says before anything goes wrong."""

# Django ships no types.
# pyright: basic

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name for it
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from zhili.integrations.django.settings import HostSettings, host_said
from zhili.integrations.django.store.naming import TABLES, named
from zhili.integrations.django.store.opening import VENDORS

__all__ = ["CHECKS", "check_database", "check_settings", "check_tables"]

Check: TypeAlias = Callable[..., Sequence[CheckMessage]]

CALM: Final = ("READ COMMITTED", 2, None)
"""Isolation levels under which who waits for a turn then sees what was written before it."""


def check_settings(**_: Any) -> list[CheckMessage]:
    """Say what in `ZHILI` cannot be used."""
    try:
        host_said().check()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint="see docs/how-to/embed-in-django.md", id="zhili.E001")]
    return []


def check_database(**_: Any) -> list[CheckMessage]:
    """Say whether the database can hold a store, and what would make its writers wait in vain."""
    said = _said()
    if said is None:
        return []
    alias, wrapper = said.database, connections[said.database]
    if wrapper.vendor not in VENDORS:
        message = f"{alias!r} is {wrapper.vendor}; a store lives in SQLite or PostgreSQL"
        hint = "name another of DATABASES in ZHILI['DATABASE']"
        return [Error(message, hint=hint, id="zhili.E002")]
    found: list[CheckMessage] = []
    options = wrapper.settings_dict["OPTIONS"]
    mode = str(options.get("transaction_mode") or "").upper()
    if wrapper.vendor == "sqlite" and mode not in {"IMMEDIATE", "EXCLUSIVE"}:
        message = f"transactions of {alias!r} begin as readers, and one that has read cannot wait"
        hint = 'say "OPTIONS": {"transaction_mode": "IMMEDIATE"} in DATABASES'
        found.append(Warning(message, hint=hint, id="zhili.W001"))
    if wrapper.vendor == "postgresql" and _is_strict(options.get("isolation_level")):
        message = f"transactions of {alias!r} do not see what is written after they began"
        hint = "leave isolation_level out, or do again what ends in a ConflictError"
        found.append(Warning(message, hint=hint, id="zhili.W002"))
    if wrapper.settings_dict["ATOMIC_REQUESTS"]:
        message = (
            f"every view of {alias!r} is one transaction: who writes a case keeps all other "
            "writers waiting until the view's end"
        )
        hint = "mark views that submit with transaction.non_atomic_requests; zhili's own are"
        found.append(Warning(message, hint=hint, id="zhili.W003"))
    return found


def check_tables(**_: Any) -> list[CheckMessage]:
    """Refuse models of the host that would live in the store's tables."""
    ours = {named(table) for table in TABLES}
    return [
        Error(
            f"the table {table} is the store's",
            hint="give the model another db_table: nobody but zhili writes there",
            obj=model,
            id="zhili.E003",
        )
        for model in apps.get_models(include_auto_created=True)
        if (table := model._meta.db_table) in ours  # noqa: SLF001 - Django's documented API
    ]


CHECKS: Final[tuple[Check, ...]] = (check_settings, check_database, check_tables)


def _said() -> HostSettings | None:
    """Give the settings if they can be used: what is wrong with them is said once."""
    try:
        said = host_said()
        said.check()
    except ImproperlyConfigured:
        return None
    return said


def _is_strict(level: Any) -> bool:
    return level is not None and getattr(level, "name", str(level)) != "READ_COMMITTED"
