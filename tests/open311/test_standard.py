"""GeoReport v2 as its standard has it: read by a client that knows nothing else."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen
from uuid import uuid4

import pytest

from tests.open311.client import Client
from tests.open311.conftest import APP, SETTINGS
from tests.open311.serving import served
from zhili import complaint
from zhili.interchange.open311 import Open311Settings
from zhili.interchange.open311.lookup import PUBLIC

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhili.engine import Engine

NOW = "2026-03-02T01:00:00Z"
WHERE = ("address_string", "Xinghua Road, by the bus stop")


def answered(address: str) -> Any:
    """Give the JSON at *address*."""
    with urlopen(address, timeout=30) as answer:  # noqa: S310 - the test's own server
        return json.load(answer)


def test_the_endpoint_is_discovered(bare_site: str, form: str) -> None:
    """Every field of the discovery standard is there, and leads to the endpoint in both formats."""
    found = Client("", form).discovery(f"{bare_site}/open311/discovery")
    assert found == {
        "changeset": NOW,
        "contact": "12345",
        "key_service": "Write to open311@heping.example",
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": f"{bare_site}/open311/v2",
                "changeset": NOW,
                "type": "test",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    assert Client(found["endpoints"][0]["url"], form).services()


def test_services_are_the_categories_of_the_catalogue(
    bare_town: Engine, refused_poster: Client
) -> None:
    """One for each row in force, in its order, and one for whatever has no category."""
    rows = bare_town.book.current().routing.rows
    services = refused_poster.services(lang="en")
    codes = [row.category.replace("/", ".") for row in rows]
    assert [one["service_code"] for one in services] == [*codes, "other"]
    assert services[2] == {
        "service_code": "roads.lighting",
        "service_name": "Street lights",
        "description": "A light that is out, or never goes out",
        "metadata": "true",
        "type": "realtime",
        "keywords": "lamp, 路灯",
        "group": "Roads",
    }
    assert refused_poster.services(lang="zh")[2]["service_name"] == "路灯"
    assert services[3]["service_name"] == "roads / surface"


def test_every_service_has_a_definition(refused_poster: Client) -> None:
    """It asks the kind and the place; it requires neither, so the standard's fields suffice."""
    for service in refused_poster.services():
        definition = refused_poster.service(service["service_code"], lang="en")
        assert definition["service_code"] == service["service_code"]
        kind, place = definition["attributes"]
        assert [(one["code"], one["order"]) for one in (kind, place)] == [
            ("kind", "1"), ("division", "2"),
        ]  # fmt: skip
        assert {one["required"] for one in (kind, place)} == {"false"}
        assert {one["datatype"] for one in (kind, place)} == {"singlevaluelist"}
        assert {"key": "suggestion", "name": "Suggestion"} in kind["values"]
        assert {"key": "372001001001", "name": "春风第一社区"} in place["values"]


def test_requests_are_the_complaints_that_everybody_may_know(
    district: Engine, reader: Client
) -> None:
    """The latest first; of each only what the standard names, in its words."""
    rows = district.store.rows(
        f"SELECT number, ended FROM cases WHERE {PUBLIC} ORDER BY opened_at DESC, case_id DESC", {}
    )
    found = reader.requests()
    assert len(found) > 50
    assert [(one["service_request_id"], one["status"]) for one in found] == [
        (number, "closed" if ended else "open") for number, ended in rows
    ]
    assert {"open", "closed"} == {one["status"] for one in found}
    codes = {one["service_code"] for one in reader.services()}
    assert {one["service_code"] for one in found} <= codes


def test_one_request_is_as_in_the_list(reader: Client) -> None:
    """By its id in the path, by several ids in the query, however they are written."""
    first, second, *_ = reader.requests()
    assert reader.request(first["service_request_id"]) == first
    loosely = first["service_request_id"].lower().replace("-", "")
    assert reader.request(loosely) == first
    both = f"{second['service_request_id']},{first['service_request_id']}"
    assert reader.requests(service_request_id=both) == [first, second]
    other = "closed" if first["status"] == "open" else "open"
    assert reader.requests(service_request_id=both, status=other, page="7") == [first, second]


def test_status_notes_say_what_open_and_closed_do_not(district: Engine, reader: Client) -> None:
    """The state in words, in the language asked for; for what is over, how it ended."""
    rows = dict(district.store.rows("SELECT number, state FROM cases", {}))
    labels = complaint_states()
    for one in reader.requests(lang="en"):
        assert one["status_notes"].startswith(labels[rows[one["service_request_id"]]].en)
    notes = {one["status_notes"] for one in reader.requests(lang="zh", status="closed")}
    assert "已办结:解决" in notes


def complaint_states() -> Any:
    """Give the labels of the complaint's states."""
    from zhili.workflows.complaint import COMPLAINT

    return COMPLAINT.states


def test_extensions_are_given_to_whom_they_are_asked(district: Engine, reader: Client) -> None:
    """Without `extensions=true` there is nothing but the standard's fields."""
    (plain, *_), (extended, *_) = reader.requests(), reader.requests(extensions="true", lang="en")
    assert "extended_attributes" not in plain
    row = district.store.rows(
        "SELECT state, outcome, kind, channel FROM cases WHERE number = :number",
        {"number": plain["service_request_id"]},
    )[0]
    told = extended["extended_attributes"]
    assert (told["state"], told["outcome"], told["kind"], told["channel"]) == row
    assert set(told) == {
        "state", "state_name", "outcome", "outcome_name", "kind", "channel", "closed_datetime",
        "source",
    }  # fmt: skip


def test_requests_are_narrowed_by_service_status_and_time(reader: Client) -> None:
    """Each parameter lets through exactly what fits it; lists are split at commas."""
    every = reader.requests()
    for status in ("open", "closed"):
        wanted = [one for one in every if one["status"] == status]
        assert reader.requests(status=status) == wanted
    assert reader.requests(status="open,closed") == every
    codes = {"roads.lighting", "property.leak"}
    wanted = [one for one in every if one["service_code"] in codes]
    assert wanted
    assert reader.requests(service_code=", ".join(codes)) == wanted
    assert reader.requests(service_code="no.such.service") == []
    newest, oldest = every[10]["requested_datetime"], every[30]["requested_datetime"]
    some = reader.requests(start_date=oldest, end_date=newest.replace("Z", "+00:00"))
    assert some == [one for one in every if oldest <= one["requested_datetime"] <= newest]
    assert len(some) >= 21


def test_an_empty_parameter_is_none(reader: Client) -> None:
    """The response is the same whether a parameter is empty or not there (Definitions)."""
    empty = dict.fromkeys(
        ("service_request_id", "service_code", "start_date", "end_date", "status", "page"), ""
    )
    assert reader.requests(**empty) == reader.requests()


def test_pages_follow_each_other_without_a_gap(reader: Client) -> None:
    """Pages of seven, put together, are the list; beyond the last there is nothing."""
    every, found = reader.requests(), []
    for page in range(1, 1000):
        more = reader.requests(page=str(page), page_size="7")
        assert len(more) <= 7
        if not more:
            break
        found += more
    assert found == every


def test_what_is_given_as_valid_is(reader: Client, schema: Callable[[str], Any], site: str) -> None:
    """Services, definitions and requests are valid by the standard's own schemas."""
    base = f"{site}/open311/v2"
    schema("services").validate(answered(f"{base}/services.json"))
    for service in reader.services():
        code = service["service_code"]
        schema("service-definition").validate(answered(f"{base}/services/{code}.json"))
    requests = answered(f"{base}/requests.json?extensions=true")
    schema("requests").validate(requests)
    with pytest.raises(Exception, match="is not one of"):
        schema("requests").validate([{**requests[0], "status": "half open"}])


def test_both_formats_say_the_same(site: str) -> None:
    """Whatever is asked, in either language, XML is JSON by the Spark convention."""
    json_client, xml_client = (Client(f"{site}/open311/v2", form) for form in ("json", "xml"))
    for language in ("en", "zh"):
        for asked in ({}, {"extensions": "true"}, {"status": "closed", "page_size": "5"}):
            query = {**asked, "lang": language}
            assert json_client.requests(**query) == xml_client.requests(**query)
        services = json_client.services(lang=language)
        assert services == xml_client.services(lang=language)
        for code in (one["service_code"] for one in services):
            one, other = (each.service(code, lang=language) for each in (json_client, xml_client))
            assert one == other


def test_what_was_posted_is_there_at_once(town: Engine, poster: Client) -> None:
    """The answer has the id; the request is open, of the service, and read back by anybody."""
    made = poster.post([
        ("jurisdiction_id", "heping.example"), ("service_code", "roads.lighting"), WHERE,
        ("address_id", "372001001001"), ("phone", "13912345678"), ("description", "灯不亮三天了"),
    ])  # fmt: skip
    assert set(made) == {"service_request_id", "service_notice", "account_id"}
    found = Client(poster.endpoint, poster.form).request(made["service_request_id"], lang="en")
    assert found == {
        "service_request_id": made["service_request_id"],
        "status": "open",
        "status_notes": "Registered",
        "service_name": "Street lights",
        "service_code": "roads.lighting",
        "description": None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": NOW,
        "updated_datetime": NOW,
        "expected_datetime": None,
        "address": "春风第一社区",
        "address_id": "372001001001",
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }
    assert town.audit().clean


def test_a_token_is_exchanged_for_the_id(town: Engine, form: str) -> None:
    """Where posts are answered by a token, services say so, and /tokens gives the id for it."""
    settings = Open311Settings(keys=SETTINGS.keys, batch=True)
    with served(town, settings) as site:
        client = Client(f"{site}/open311/v2", form, "key-of-the-app")
        assert {one["type"] for one in client.services()} == {"batch"}
        made = client.post([("service_code", "other"), WHERE])
        assert "service_request_id" not in made
        found = client.token(made["token"])
        assert found["token"] == made["token"]
        assert client.request(found["service_request_id"])["service_code"] == "other"


def test_a_category_outside_the_catalogue_is_a_service_of_its_own(
    town: Engine, poster: Client
) -> None:
    """A finer category counts as the nearest row's; one that no row names keeps its name."""
    for category in ("roads/lighting/tunnel", "空中,花园.v1~2", None):
        told = complaint.Register(
            case_id=uuid4(), kind="help", channel="hotline", title="…", content="…",
            category=category, anonymous=True,
        )  # fmt: skip
        town.submit(told, by=APP)
    found = {one["service_code"]: one for one in poster.requests(lang="en")}
    own = "空中~2花园~1v1~02"
    assert found.keys() == {"roads.lighting", own, "other"}
    assert found[own]["service_name"] == "空中,花园.v1~2"
    for code, one in found.items():
        assert poster.requests(service_code=code, lang="en") == [one]


def test_a_time_of_the_answer_has_its_zone(reader: Client) -> None:
    """All times are W3C's, in UTC to the second."""
    for one in reader.requests():
        for name in ("requested_datetime", "updated_datetime"):
            told = datetime.strptime(one[name], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            assert told >= datetime(2026, 3, 1, 16, tzinfo=UTC)
