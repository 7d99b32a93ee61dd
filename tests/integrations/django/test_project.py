"""A project's settings, checks, migrations and commands, as Django runs them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test import override_settings
from django.test.utils import isolate_apps

from tests.integrations.django.conftest import KINDS, empty, use, use_kind
from zhili import CASE_TYPES, Actor, Engine
from zhili.errors import InputError, StoreError
from zhili.integrations.django import engine, engines
from zhili.integrations.django.checks import check_database, check_settings, check_tables
from zhili.integrations.django.store.naming import NAMES, TABLES, named, renamed
from zhili.projections.register import TABLES as REGISTER
from zhili.testing import controls
from zhili.values import new_case_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.http import HttpRequest

TYPES = CASE_TYPES[:2]
NO_TYPES = 7


def somebody(_request: HttpRequest) -> Actor | None:
    """Say that an intake agent asks."""
    return controls.INTAKE


@pytest.fixture(params=KINDS)
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Let the host have a fresh database with nothing in it."""
    use_kind(request.param, request, tmp_path)
    yield request.param
    empty(request.param)


@contextmanager
def said(**told: Any) -> Iterator[None]:
    """Let the settings say something else."""
    with override_settings(ZHILI=told):
        engines.forget()
        yield
    engines.forget()


def tables() -> set[str]:
    """Give the tables of the host's database."""
    return set(connection.introspection.table_names())


def test_migrations_make_the_store_and_take_it_away(project: str) -> None:
    """With the default policies in it, under names of its own, and without a trace afterwards."""
    assert project
    with pytest.raises(StoreError, match=r"manage\.py migrate"):
        engine()
    call_command("migrate", verbosity=0)
    assert {named(table) for table in TABLES} <= tables()
    assert not set(TABLES) & tables()
    assert engine().book.complete
    assert engine().store.check() == []
    assert engine().audit().findings == ()
    call_command("migrate", "zhili", "zero", verbosity=0)
    assert not {named(table) for table in TABLES} & tables()
    call_command("migrate", verbosity=0)
    assert engine().book.complete


def test_no_model_has_changed() -> None:
    """There is nothing for `makemigrations` to make."""
    call_command("makemigrations", "zhili", check=True, dry_run=True, verbosity=0)


def test_no_column_is_called_as_a_table() -> None:
    """So a table's name may be found in SQL as a whole word."""
    assert not {name for table in REGISTER for name in table.names} & NAMES


@pytest.mark.parametrize(
    ("sql", "there"),
    [
        ("SELECT keys.key FROM keys", "SELECT zhili_keys.key FROM zhili_keys"),
        ("SELECT 'cases' AS a -- cases", "SELECT 'cases' AS a -- cases"),
        ("SELECT :cases, %(parts)s", "SELECT :cases, %(parts)s"),
        ("NULL::cases_fresh", "NULL::zhili_cases_fresh"),
        ('"public"."stored_events"', '"public"."zhili_stored_events"'),
        ("SELECT case_id, 'it''s cases'", "SELECT case_id, 'it''s cases'"),
    ],
)
def test_names_are_those_of_the_hosts_database(sql: str, there: str) -> None:
    """Whole words only; texts, comments and parameters stay as they are."""
    assert renamed(sql) == there


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"DATABASE": "other"}, "DATABASES has no 'other'"),
        ({"DATABASE": 7}, "has to be a text"),
        ({"ZONE": "Mars/Base"}, "no time zone"),
        ({"ACTOR": "tests.integrations.django.test_project.nobody"}, "does not define"),
        ({"ACTOR": f"{__name__}.NO_TYPES"}, "nothing that can be called"),
        ({"PAGES": {"colour": "red"}}, "colour"),
        ({"PAGES": "red"}, "has to be a mapping"),
        ({"CASE_TYPES": f"{__name__}.NO_TYPES"}, "no sequence of case types"),
        ({"REACTIONS": f"{__name__}.NO_TYPES"}, "no sequence of reactions"),
        ({"COLOUR": "red"}, "no such key"),
    ],
)
def test_what_cannot_be_used_is_said_by_the_checks(told: dict[str, Any], message: str) -> None:
    """Each in words, and before anything is opened."""
    with said(**told):
        (found,) = check_settings()
        assert found.id == "zhili.E001"
        assert message in found.msg
        with pytest.raises((ImproperlyConfigured, InputError)):
            engine()


def test_settings_are_a_mapping() -> None:
    """Anything else is refused with an example."""
    with override_settings(ZHILI=["default"]):
        assert "no mapping" in check_settings()[0].msg
        assert check_database() == []


def test_own_case_types_live_in_the_store(project: str) -> None:
    """Those that the settings name, and no others."""
    assert project
    with said(CASE_TYPES=f"{__name__}.TYPES", ACTOR=f"{__name__}.somebody"):
        assert check_settings() == []
        call_command("migrate", verbosity=0)
        assert engine().case_types[:-1] == TYPES


def test_databases_that_make_writers_wait_in_vain_are_told_of(project: str) -> None:
    """A reader that becomes a writer, a strict isolation level, views that are transactions."""
    assert [found.id for found in check_database()] == []
    told = dict(settings.DATABASES and connection.settings_dict)
    strict = {"transaction_mode": None} if project == "sqlite" else {"isolation_level": 3}
    use(**{**told, "OPTIONS": strict, "ATOMIC_REQUESTS": True})
    ids = [found.id for found in check_database()]
    assert ids == ["zhili.W001" if project == "sqlite" else "zhili.W002", "zhili.W003"]


def test_a_database_of_another_kind_is_refused() -> None:
    """A store lives in SQLite or PostgreSQL."""
    use(ENGINE="django.db.backends.dummy", NAME="x")
    (found,) = check_database()
    assert found.id == "zhili.E002"
    with pytest.raises(StoreError, match="SQLite or PostgreSQL"):
        engine()


def test_a_model_in_our_tables_is_refused() -> None:
    """Nobody but the store writes there."""
    assert check_tables() == []
    with isolate_apps("zhili.integrations.django"):

        class Note(models.Model):  # noqa: DJ008 - nobody prints it
            """A model of the host's, in the wrong place."""

            class Meta:
                app_label = "zhili"
                db_table = "zhili_cases"

        apps.get_app_config("zhili").models["note"] = Note
        try:
            apps.clear_cache()
            (found,) = check_tables()
        finally:
            del apps.get_app_config("zhili").models["note"]
            apps.clear_cache()
    assert found.id == "zhili.E003"
    assert found.obj is Note


def test_urls_name_what_a_host_has() -> None:
    """`django://alias` is understood by whatever opens stores; another alias is refused."""
    with pytest.raises(InputError, match="DATABASES has no 'other'"):
        Engine.open("django://other")


def ran(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run `manage.py zhili …`; give what it printed."""
    capsys.readouterr()
    call_command("zhili", *arguments, stdout=StringIO())
    return capsys.readouterr().out


def test_the_command_line_works_on_the_hosts_database(
    project: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Lists, cases, figures, clocks, the audit, an export, a rebuild; other stores are refused."""
    assert project
    call_command("migrate", verbosity=0)
    step = controls.REGISTER
    opened = engine().submit(step.command(**step.fields), by=controls.INTAKE)
    as_json = ("--format", "json")
    assert opened.number in ran("worklist", capsys=capsys)
    assert opened.number in ran("case", opened.number, capsys=capsys)
    assert json.loads(ran("tick", *as_json, capsys=capsys))["fired"] == 0
    assert json.loads(ran("check", *as_json, capsys=capsys))["problems"] == []
    assert "nothing was found" in ran("audit", capsys=capsys)
    assert "organisation" in ran("policy", "list", capsys=capsys)
    assert json.loads(ran("rebuild", *as_json, capsys=capsys))["cases"] == 1
    ran("export", str(tmp_path / "out"), capsys=capsys)
    assert (tmp_path / "out").is_dir()
    assert ran("stats", capsys=capsys) != ""
    with pytest.raises(CommandError, match="leave --store out"):
        ran("check", "--store", "memory:", capsys=capsys)
    with pytest.raises(CommandError, match="ended with 1") as failed:
        ran("case", str(new_case_id()), capsys=capsys)
    assert failed.value.returncode == 1
    assert engine().head().position == opened.position
