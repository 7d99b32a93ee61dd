"""Answers of others, read with suspicion: what they are not is said, and nothing is expanded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhili.errors import InputError
from zhili.interchange.open311.reading import DEPTH_MAX, items_in

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = b"<request><service_request_id>1</service_request_id></request>"
BILLION = (
    b'<!DOCTYPE a [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b"<service_requests><request><service_request_id>&b;</service_request_id></request>"
    b"</service_requests>"
)
FILE = (
    b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<service_requests><request><service_request_id>&x;</service_request_id></request>"
    b"</service_requests>"
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "neither JSON nor XML"),
        (b"alexandria:\n  name: Alexandria", "neither JSON nor XML"),
        (b"\x00\x01", "neither JSON nor XML"),
        (BILLION, "document type"),
        (FILE, "document type"),
        (b'<!DOCTYPE a PUBLIC "x" "http://a.example/a.dtd"><service_requests/>', "document type"),
        (b"<service_requests><request>", "is not XML"),
        (b"<service_requests>&undefined;</service_requests>", "is not XML"),
        (b'<?xml version="1.0" encoding="klingon"?><service_requests/>', "is not XML"),
        (b"<service_requests>\xff</service_requests>", "is not XML"),
        (b"<a>" * 1000 + b"</a>" * 1000, f"nested more than {DEPTH_MAX} deep"),
        (b"<html><body/></html>", "is no list of service requests"),
        (b"<services><service/></services>", "lists services"),
        (b'[{"service_code": "001", "service_name": "Cans"}]', "lists services"),
        (b"[1, 2]", "is no list of service requests"),
        (b'{"a": 1}', "is no list of service requests"),
        (b'[{"code": 403, "description": "no key"}]', "is a refusal: no key"),
        (b"<errors><error><code>1</code><description>no key</description></error></errors>",
         "is a refusal: no key"),
        (b"[" * 100_000, "is not JSON"),
        (b"[" + b"9" * 5000 + b"]", "is not JSON"),
        (b'[{"service_request_id": NaN}]', "is not JSON"),
        (b'[{"service_request_id": "\xff"}]', "is not JSON"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_requests_is_refused_as_what_it_is(body: bytes, said: str) -> None:
    """The message says what was found, and what is wanted."""
    with pytest.raises(InputError, match=said) as refused:
        items_in(body, "it")
    assert refused.value.message.startswith("it ")
    assert "GET requests of GeoReport v2 is wanted" in refused.value.message


@pytest.mark.parametrize(
    "body",
    [
        b"<service_requests>" + REQUEST + b"</service_requests>",
        b"<service_requests><!-- a comment -->" + REQUEST + b"<?p i?></service_requests>",
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<service_requests>' + REQUEST + b"</service_requests>",
        b'[{"service_request_id": "1"}]',
        b'\xef\xbb\xbf [{"service_request_id": "1"}]',
        b'{"service_requests": [{"service_request_id": "1"}]}',
        b'{"service_request_id": "1"}',
        REQUEST,
    ],
)
def test_what_servers_answer_is_read(body: bytes) -> None:
    """As the standard has it, and as some have it who have read it loosely."""
    assert items_in(body, "it") == [{"service_request_id": "1"}]


def test_an_empty_list_is_one() -> None:
    """Nobody has asked for anything."""
    for body in (b"[]", b"<service_requests/>", b'<service_requests type="array"/>'):
        assert items_in(body, "it") == []


@given(st.binary(max_size=200), st.sampled_from((b"", b"<", b"[", b"{", b"<service_requests>")))
def test_nothing_that_is_sent_is_a_traceback(body: bytes, start: bytes) -> None:
    """Whatever a server sends is read or refused."""
    try:
        items_in(start + body, "it")
    except InputError as refused:
        assert refused.message  # noqa: PT017 - most are refused, and none raises anything else


def test_every_recorded_answer_is_read_or_refused(shared_data: Path) -> None:
    """Requests are read whole; lists of services and of cities are refused as what they are."""
    found = {}
    for path in sorted((shared_data / "open311" / "open311status").iterdir()):
        try:
            found[path.name] = len(items_in(path.read_bytes(), path.name))
        except InputError as refused:
            found[path.name] = refused.message.removeprefix(f"{path.name} ").partition(";")[0]
    services = "lists services, not requests"
    assert found == {
        "cities.yml": "is neither JSON nor XML",
        "requests_many.xml": 2,
        "requests_single.xml": 1,
        "service_list.json": services,
        "service_requests.json": 2,
        "services_giessen.xml": services,
    }
