"""Whatever is asked or posted is answered in the standard's form, and never by a failure."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.open311.conftest import SETTINGS, town_engine
from zhili.face import Face, Request
from zhili.face.open311 import routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.engine import Engine

NAMES = st.one_of(
    st.sampled_from((
        "service_request_id", "service_code", "start_date", "end_date", "status", "page", "phone",
        "page_size", "extensions", "lang", "jurisdiction_id", "api_key", "lat", "long", "email",
        "address_string", "address_id", "attribute[kind]", "attribute[division][]", "description",
        "first_name", "last_name", "account_id", "media_url", "device_id",
    )),
    st.text(max_size=10),
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from((
        "2026-03-02T01:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "open",
        "closed,", "other", "roads.lighting", "key-of-the-app", "39.9", "-180", "372001001", "1",
        "1000", "10000", "~", "~9.~0", "heping.example", "report", "true", "9" * 30, "'", "%",
    )),
    st.text(max_size=300),
)  # fmt: skip
PAIRS = st.lists(st.tuples(NAMES, VALUES), max_size=8)
SEGMENTS = st.builds(
    lambda name, form: f"{name}{form}",
    VALUES,
    st.sampled_from((".json", ".xml", "", ".", ".csv", ".json.xml")),
)


@pytest.fixture(scope="module")
def noisy_town() -> Iterator[Engine]:
    """Give the engine of a town into which anything may be posted."""
    engine, _ = town_engine()
    with engine:
        yield engine


@given(PAIRS, PAIRS, SEGMENTS, st.data())
def test_no_request_makes_it_fail(
    noisy_town: Engine,
    query: list[tuple[str, str]],
    form: list[tuple[str, str]],
    segment: str,
    data: st.DataObject,
) -> None:
    """200, 400, 403 or 404, and a document that can be read."""
    face = Face(noisy_town, routes(noisy_town, SETTINGS))
    route = data.draw(st.sampled_from(face.routes))
    named = route.path.rpartition("{")[2].rstrip("}") if "{" in route.path else None
    body = urlencode(form, errors="replace").encode()
    response = face.respond(
        route,
        Request(
            route.method,
            route.path,
            MappingProxyType({named: segment} if named else {}),
            tuple(query),
            {"content-type": "application/x-www-form-urlencoded"},
            body if route.method == "POST" else b"",
        ),
    )
    assert response.status in {200, 400, 403, 404}, response.body
    if response.media_type.startswith("application/json"):
        json.loads(response.body)
    else:
        ET.fromstring(response.body)  # noqa: S314 - written here
