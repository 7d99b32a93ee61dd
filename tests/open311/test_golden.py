"""Two documents to the last byte, as they were when the form was fixed: clients rely on them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.request import urlopen
from uuid import UUID

import pytest

from tests.open311.conftest import APP, SETTINGS, town_engine
from tests.open311.serving import served
from zhili import complaint
from zhili.demo.people import dispatcher
from zhili.interchange.open311.discovery import SPECIFICATION

if TYPE_CHECKING:
    from collections.abc import Iterator

OPEN = UUID("01900000-0000-7000-8000-00000000000a")
ENDED = UUID("01900000-0000-7000-8000-00000000000b")

REQUESTS_XML = """\
<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request>
    <service_request_id>260302-00000-0000B-A</service_request_id>
    <status>closed</status>
    <status_notes>Answered at once</status_notes>
    <service_name>Something else</service_name>
    <service_code>other</service_code>
    <description/>
    <agency_responsible/>
    <service_notice/>
    <requested_datetime>2026-03-02T01:00:00Z</requested_datetime>
    <updated_datetime>2026-03-02T03:00:00Z</updated_datetime>
    <expected_datetime/>
    <address/>
    <address_id/>
    <zipcode/>
    <lat/>
    <long/>
    <media_url/>
  </request>
  <request>
    <service_request_id>260302-00000-0000A-C</service_request_id>
    <status>open</status>
    <status_notes>Dispatched, to be signed</status_notes>
    <service_name>Street lights</service_name>
    <service_code>roads.lighting</service_code>
    <description/>
    <agency_responsible>和平区城市管理局</agency_responsible>
    <service_notice/>
    <requested_datetime>2026-03-02T01:00:00Z</requested_datetime>
    <updated_datetime>2026-03-02T03:00:00Z</updated_datetime>
    <expected_datetime>2026-03-03T03:00:00Z</expected_datetime>
    <address>春风第一社区</address>
    <address_id>372001001001</address_id>
    <zipcode/>
    <lat/>
    <long/>
    <media_url/>
  </request>
</service_requests>
"""

REQUEST_JSON = (
    '[{"service_request_id": "260302-00000-0000A-C", "status": "open",'
    ' "status_notes": "已派单待签收", "service_name": "路灯",'
    ' "service_code": "roads.lighting", "description": null,'
    ' "agency_responsible": "和平区城市管理局", "service_notice": null,'
    ' "requested_datetime": "2026-03-02T01:00:00Z", "updated_datetime": "2026-03-02T03:00:00Z",'
    ' "expected_datetime": "2026-03-03T03:00:00Z", "address": "春风第一社区",'
    ' "address_id": "372001001001", "zipcode": null, "lat": null, "long": null,'
    ' "media_url": null, "extended_attributes": {"state": "dispatched",'
    ' "state_name": "已派单待签收", "outcome": null, "outcome_name": null, "kind": "help",'
    ' "channel": "hotline", "closed_datetime": null, "source": null}}]'
)

DISCOVERY_JSON = (
    '{"changeset": "2026-03-02T01:00:00Z", "contact": "12345",'
    ' "key_service": "Write to open311@heping.example", "endpoints":'
    f' [{{"specification": "{SPECIFICATION}", "url": "SITE/open311/v2",'
    ' "changeset": "2026-03-02T01:00:00Z", "type": "test",'
    ' "formats": ["text/xml", "application/json"]}]}'
)


@pytest.fixture(scope="module")
def golden_site() -> Iterator[str]:
    """Serve a town with a dispatched complaint and an answered enquiry."""
    from random import Random

    engine, clock = town_engine()
    with engine:
        for case_id, kind, category in ((OPEN, "help", "roads/lighting"), (ENDED, "enquiry", None)):
            told = complaint.Register(
                case_id=case_id, kind=kind, channel="hotline", title="路灯不亮", content="不亮",
                category=category, division="372001001001" if category else None, anonymous=True,
            )  # fmt: skip
            engine.submit(told, by=APP)
        clock.advance(hours=2)
        engine.submit(complaint.AnswerImmediately(case_id=ENDED, answer="明天"), by=APP)
        engine.submit(complaint.Accept(case_id=OPEN), by=APP)
        engine.submit(
            complaint.Dispatch(case_id=OPEN, unit="HP-CGJ"),
            by=dispatcher(Random(1)),  # noqa: S311 - any of the dispatchers
        )
        with served(engine, SETTINGS) as address:
            yield address


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/v2/requests.xml?lang=en", REQUESTS_XML),
        ("/v2/requests/260302-00000-0000A-C.json?lang=zh&extensions=true", REQUEST_JSON),
        ("/discovery.json", DISCOVERY_JSON),
    ],
)
def test_a_document_is_as_it_was(golden_site: str, path: str, wanted: str) -> None:
    """Names, order and form of every field."""
    with urlopen(f"{golden_site}/open311{path}", timeout=30) as answer:  # noqa: S310 - the test's own server
        body = answer.read().decode("utf-8")
    assert body.replace(golden_site, "SITE") == wanted
