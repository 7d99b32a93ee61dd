"""`manage.py zhili …`: the command line over the host's own database."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from zhili.cli.application import application
from zhili.cli.command import ENGINES
from zhili.integrations.django.engines import opened
from zhili.integrations.django.settings import host_said
from zhili.integrations.django.store.opening import SCHEME

__all__ = ["Command"]

STORE: Final = "ZHILI_STORE"

NAMES_STORE: Final = "export"
"""The command whose first argument is the store."""


class Command(BaseCommand):
    """The commands of `zhili`, without `--store`: that is the database in the settings."""

    help = "Runs the commands of zhili 治理 over this project's database."

    def add_arguments(self, parser: Any) -> None:
        """Take everything for the command line."""
        parser.add_argument("arguments", nargs=argparse.REMAINDER)

    def run_from_argv(self, argv: list[str]) -> None:
        """Leave even `--help` and `--version` to the command line."""
        known = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        known.add_argument("--settings")  # which Django has read already
        known.add_argument("--pythonpath")
        sys.exit(self._run(known.parse_known_args(argv[2:])[1], f"{argv[0]} {argv[1]}"))

    def handle(self, *_: Any, **options: Any) -> None:
        """
        Run the command that `call_command` names.

        Raises:
            CommandError: If it fails; its code is the command's.
        """
        code = self._run(options["arguments"], "zhili")
        if code:
            raise CommandError(f"zhili ended with {code}", returncode=code)

    def _run(self, arguments: list[str], name: str) -> int:
        for argument in arguments:
            if argument == "--store" or argument.startswith("--store="):
                raise CommandError("leave --store out: the store is the one of ZHILI['DATABASE']")
        before = os.environ.get(STORE)
        store = os.environ[STORE] = f"{SCHEME}://{host_said().database}"
        if arguments[:1] == [NAMES_STORE]:
            arguments = [NAMES_STORE, store, *arguments[1:]]
        ENGINES[SCHEME] = opened
        try:
            application(arguments, prog_name=name)
        except SystemExit as end:
            return int(end.code or 0)
        finally:
            del ENGINES[SCHEME]
            if before is None:
                del os.environ[STORE]
            else:
                os.environ[STORE] = before
        return 0
