"""A simulated district and a small town, both behind a real server, and clients of both formats."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from tests.open311.client import Client
from tests.open311.serving import served
from zhili.commands.policy import publish
from zhili.demo import simulate
from zhili.demo.district import starting_policies
from zhili.demo.people import PUBLISHER
from zhili.engine import Engine
from zhili.interchange.open311 import Open311Settings, ServiceWords
from zhili.testing import VirtualClock
from zhili.values import Actor
from zhili.workflows import Label, role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

APP = Actor(id="app:city", role=role.INTAKE_AGENT, unit="12345")
OTHER_APP = Actor(id="app:other", role=role.INTAKE_AGENT, unit="12345")
CITIZEN = Actor(id="citizen-7", role=role.COMPLAINANT)
KEYS = {"key-of-the-app": APP, "key-of-another": OTHER_APP, "key-of-a-citizen": CITIZEN}
SETTINGS = Open311Settings(
    jurisdiction="heping.example",
    keys=KEYS.get,
    services={
        "roads/lighting": ServiceWords(
            name=Label("Street lights", "路灯"),
            group=Label("Roads", "道路"),
            description=Label("A light that is out, or never goes out", "路灯不亮或常亮"),
            keywords=("lamp", "路灯"),
        )
    },
    contact="12345",
    key_service="Write to open311@heping.example",
    live=False,
)


def town_engine(url: str = "memory:") -> tuple[Engine, VirtualClock]:
    """Give an engine with the policies of the simulated district and no cases, and its clock."""
    clock = VirtualClock(datetime(2026, 3, 2, 1, tzinfo=UTC))
    engine = Engine.open(url, clock=clock)
    for policy in starting_policies():
        engine.submit(publish(policy), by=PUBLISHER)
    return engine, clock


@pytest.fixture(scope="session")
def district() -> Iterator[Engine]:
    """Give the engine of a simulated district after 20 days."""
    with simulate(days=20).engine as engine:
        yield engine


@pytest.fixture(scope="session")
def site(district: Engine) -> Iterator[str]:
    """Serve the district; nobody may post there."""
    with served(district) as address:
        yield address


@pytest.fixture
def town() -> Iterator[Engine]:
    """Give an engine of a town without cases."""
    engine, _ = town_engine()
    with engine:
        yield engine


@pytest.fixture
def town_site(town: Engine) -> Iterator[str]:
    """Serve the town; whoever has a key may post."""
    with served(town, SETTINGS) as address:
        yield address


@pytest.fixture(scope="session")
def bare_town() -> Iterator[Engine]:
    """Give the engine of a town in which nothing is ever recorded."""
    engine, _ = town_engine()
    with engine:
        yield engine


@pytest.fixture(scope="session")
def bare_site(bare_town: Engine) -> Iterator[str]:
    """Serve the town in which nothing is ever recorded."""
    with served(bare_town, SETTINGS) as address:
        yield address


@pytest.fixture(params=["json", "xml"])
def form(request: pytest.FixtureRequest) -> str:
    """Give each format in turn."""
    return str(request.param)


@pytest.fixture
def reader(site: str, form: str) -> Client:
    """Give a client of the district."""
    return Client(f"{site}/open311/v2", form)


@pytest.fixture
def poster(town_site: str, form: str) -> Client:
    """Give a client of the town that has a key."""
    return Client(f"{town_site}/open311/v2", form, "key-of-the-app")


@pytest.fixture(scope="session")
def schema(shared_data: Path) -> Callable[[str], Any]:
    """Give a function from the name of one of the standard's schemas to what validates by it."""
    folder = shared_data / "open311" / "schema_georeport_v2"

    def read(name: str) -> Any:
        found = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        if "items" in found:  # it names a neighbour by its file
            found["items"] = read(found["items"]["$ref"].removesuffix(".json"))
            found["minItems"] = 1
        return found

    return lambda name: jsonschema_rs.validator_for(read(name), validate_formats=True)


@pytest.fixture
def refused_poster(bare_site: str, form: str) -> Client:
    """Give a client with a key, of a town in which nothing is ever recorded."""
    return Client(f"{bare_site}/open311/v2", form, "key-of-the-app")
