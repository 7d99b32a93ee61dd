"""`zhili policy list | show | publish`: under which rules 制度."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any, Final, cast

import typer

from zhili.cli.command import FINE, Format, FormatOption, StoreOption, command, opened
from zhili.cli.screen import local, print_json, table
from zhili.commands.policy import Publish, policy_id
from zhili.engine import Engine
from zhili.errors import InputError
from zhili.policies import POLICIES, Policy, whistle
from zhili.policies.presets import PRESETS
from zhili.store.policy_book import PolicyVersion
from zhili.values import Actor
from zhili.workflows.policy import ADMINISTRATOR

__all__ = ["list_policies", "publish_policy", "show"]

CITIES: Final[Mapping[str, Callable[[], Policy]]] = {**PRESETS, **whistle.PRESETS}
"""The rules of cities, of whatever policy they are."""


@command
def list_policies(store: StoreOption, form: FormatOption = Format.TABLE) -> int:
    """List every policy with the version in force."""
    with opened(store) as engine:
        found = [(name, engine.book.versions(name)) for name in sorted(POLICIES)]
        zone = engine.zone
    if form is Format.JSON:
        print_json([{"name": name, "versions": _plain(versions)} for name, versions in found])
    else:
        rows = [
            (name, versions[-1].version, local(versions[-1].published_at, zone))
            for name, versions in found
            if versions
        ]
        table(("Policy 制度", "Version in force 版本", "Published 发布时间"), rows)
    return FINE


@command
def show(
    name: Annotated[str, typer.Argument(help="The policy.")],
    store: StoreOption,
    version: Annotated[int | None, typer.Option(min=1, help="The one in force by default.")] = None,
) -> int:
    """Print the document of a policy as JSON."""
    with opened(store) as engine:
        print_json(_version(engine, name, version).document.model_dump(mode="json"))
    return FINE


@command
def publish_policy(
    store: StoreOption,
    file: Annotated[
        Path | None, typer.Argument(help="The document, in JSON.", show_default=False)
    ] = None,
    name: Annotated[str | None, typer.Option(help=f"One of {', '.join(sorted(POLICIES))}.")] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            help=f"Rules of a city. Of time_limits: {', '.join(PRESETS)}; of whistle: "
            f"{', '.join(whistle.PRESETS)}."
        ),
    ] = None,
    form: FormatOption = Format.TABLE,
) -> int:
    """Publish a version of a policy; it holds for everything decided from then on."""
    name, document = _document(file, name, preset)
    asked = Publish(case_id=policy_id(name), policy=name, document=document)
    with opened(store) as engine:
        receipt = engine.submit(asked, by=Actor(id=f"cli:{_user()}", role=ADMINISTRATOR))
    if form is Format.JSON:
        print_json({"name": name, "version": receipt.version, "head": receipt.head})
    else:
        typer.echo(f"{name} is in force in version {receipt.version}")
    return FINE


def _document(
    file: Path | None, name: str | None, preset: str | None
) -> tuple[str, dict[str, Any]]:
    if preset is not None:
        rules = _preset(preset)
        if file is not None or name not in {None, rules.name}:
            message = (
                f"--preset {preset} is the policy {rules.name}; give no FILE and no other --name"
            )
            raise InputError(message, preset=preset)
        return rules.name, rules.model_dump(mode="json")
    if file is None:
        raise InputError("name a FILE and the policy that it holds (--name), or a --preset")
    document = _read(file)
    if name is None:
        message = f"name the policy that {file} holds: --name with one of {_known()}"
        raise InputError(message, path=str(file))
    if name not in POLICIES:
        raise InputError(f"there is no policy {name!r}; there are: {_known()}", policy=name)
    return name, document


def _preset(name: str) -> Policy:
    """
    Give the rules of a city.

    Raises:
        InputError: If no city is called so.
    """
    if name.upper() not in CITIES:
        message = f"--preset takes one of {', '.join(CITIES)}, without FILE"
        raise InputError(message, preset=name)
    return CITIES[name.upper()]()


def _read(file: Path) -> dict[str, Any]:
    """
    Read the document in *file*.

    Raises:
        InputError: If it is not there, not JSON, or no object.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        message = f"there is no file {file}; `zhili policy show NAME` prints a document to change"
        raise InputError(message, path=str(file)) from error
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror or error}; name a JSON file"
        raise InputError(message, path=str(file)) from error
    except (ValueError, RecursionError) as error:  # no UTF-8, or no JSON
        message = f"{file} is not a JSON document: {error}"
        raise InputError(message, path=str(file)) from error
    if not isinstance(document, dict):
        message = f"{file} holds no JSON object; `zhili policy show NAME` prints one"
        raise InputError(message, path=str(file))
    return cast("dict[str, Any]", document)


def _version(engine: Engine, name: str, version: int | None) -> PolicyVersion:
    versions = engine.book.versions(name)
    if name not in POLICIES or not versions:
        raise InputError(f"there is no policy {name!r}; there are: {_known()}", policy=name)
    if version is not None and version > len(versions):
        message = f"policy {name!r} has {len(versions)} versions, no version {version}"
        raise InputError(message, policy=name, version=version)
    return versions[(version or len(versions)) - 1]


def _known() -> str:
    return ", ".join(sorted(POLICIES))


def _plain(versions: tuple[PolicyVersion, ...]) -> list[dict[str, Any]]:
    return [
        {"version": entry.version, "published_at": entry.published_at.isoformat()}
        for entry in versions
    ]


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # an account without a name, as in some containers
        return "unknown"
