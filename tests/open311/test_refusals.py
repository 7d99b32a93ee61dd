"""What the endpoint refuses, with the standard's errors: 404, 403, and 400 for all else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.open311.client import Client, Open311Error
from tests.open311.conftest import APP
from tests.open311.serving import served
from zhili.values import Actor
from zhili.workflows import role

if TYPE_CHECKING:
    from zhili.engine import Engine

WHERE = ("address_string", "Xinghua Road")
SERVICE = ("service_code", "roads.lighting")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start_date": "yesterday"}, "is no time with a zone"),
        ({"start_date": "2026-03-02"}, "is no time with a zone"),
        ({"start_date": "2026-03-02T09:00:00"}, "is no time with a zone"),
        ({"end_date": "2026-02-30T00:00:00Z"}, "is no time with a zone"),
        ({"end_date": "0000-01-01T00:00:00Z"}, "is no time with a zone"),
        ({"end_date": "2026-03-02T09:00:00+99:99"}, "is no time with a zone"),
        ({"start_date": "20260302T090000Z"}, "is no time with a zone"),
        ({"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-01T00:00:01Z"}, "90 days"),
        ({"start_date": "2026-03-02T00:00:00Z", "end_date": "2026-03-01T00:00:00Z"}, "before"),
        ({"status": "half"}, "there are: open, closed"),
        ({"page": "0"}, "no number from 1"),
        ({"page": "-1"}, "no number from 1"),
        ({"page": "١"}, "no number from 1"),
        ({"page": "1e3"}, "no number from 1"),
        ({"page": "9" * 40}, "no number from 1"),
        ({"page_size": "1001"}, "from 1 to 1000"),
        ({"page_size": "0"}, "from 1 to 1000"),
        ({"page": "11", "page_size": "1000"}, "beyond the first 10000"),
        ({"service_code": "x" * 300}, "at most 200 characters"),
        ({"service_code": "a\0b"}, "match pattern"),
        ({"service_request_id": ",".join(map(str, range(1001)))}, "at most 1000 at once"),
    ],
)
def test_what_cannot_be_asked_is_a_400(reader: Client, asked: dict[str, str], said: str) -> None:
    """The code is the HTTP status, and the description says what would be right."""
    with pytest.raises(Open311Error) as refused:
        reader.requests(**asked)
    assert refused.value.status == 400
    ((code, description),) = refused.value.errors
    assert code == "400"
    assert said in description


def test_ninety_days_are_what_one_may_span(reader: Client) -> None:
    """Exactly ninety are; one bound alone reaches ninety days from there."""
    every = reader.requests()
    both = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-01T00:00:00Z"}
    assert reader.requests(**both) == every
    assert reader.requests(start_date="2026-01-01T00:00:00Z") == every
    assert reader.requests(start_date="2025-12-01T00:00:00Z") == []
    assert reader.requests(end_date="2026-03-01T00:00:00Z") == []
    for far in ("0001-01-02T00:00:00Z", "9999-12-30T00:00:00Z"):
        assert reader.requests(start_date=far) == []
        assert len(reader.requests(end_date=far)) in {0, len(every)}


def test_a_plus_that_became_a_space_is_a_plus(reader: Client) -> None:
    """Many clients do not escape the offset of a time."""
    told = {"end_date": "2026-03-10T08:00:00 08:00"}
    assert reader.requests(**told) == reader.requests(end_date="2026-03-10T00:00:00Z")


@pytest.mark.parametrize(
    "path",
    ["services/none", "services/", "requests/none", "requests/260302-7K3F9-Q4M2R-X", "tokens/none",
     "tokens/01900000-0000-7000-8000-00000000000a", "services/..%2Fx"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(reader: Client, path: str) -> None:
    """Unknown services, requests and tokens, and mistyped ones."""
    kind, _, name = path.partition("/")
    ask = {"services": reader.service, "requests": reader.request, "tokens": reader.token}[kind]
    with pytest.raises(Open311Error) as refused:
        ask(name)
    assert refused.value.status == 404
    assert refused.value.errors[0][0] == "404"


def test_another_format_is_a_404_in_xml(site: str) -> None:
    """XML is the format that every client of the standard reads."""
    for path in ("services/other.csv", "requests/260302", "tokens/a.JSON"):
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{site}/open311/v2/{path}", timeout=30)  # noqa: S310 - the test's own server
        with refused.value as answer:
            assert (answer.code, answer.headers["Content-Type"]) == (404, "text/xml; charset=utf-8")
            assert b"<errors>" in answer.read()


def test_another_jurisdiction_is_a_404(refused_poster: Client) -> None:
    """Where one is served, its id may be left out, and another's is not found."""
    assert refused_poster.services(jurisdiction_id="heping.example") == refused_poster.services()
    for ask in (
        lambda: refused_poster.services(jurisdiction_id="city.gov"),
        lambda: refused_poster.service("other", jurisdiction_id="city.gov"),
        lambda: refused_poster.requests(jurisdiction_id="city.gov"),
        lambda: refused_poster.request("260302-7K3F9-Q4M2R-X", jurisdiction_id="city.gov"),
        lambda: refused_poster.post([("jurisdiction_id", "city.gov"), SERVICE, WHERE]),
    ):
        with pytest.raises(Open311Error, match=r"404.*jurisdiction_id 'city\.gov' was not found"):
            ask()


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ([WHERE], 400, "service_code was not provided"),
        ([("service_code", ""), WHERE], 400, "service_code was not provided"),
        ([("service_code", "none"), WHERE], 404, "service_code 'none' was not found"),
        ([SERVICE], 400, "where is it?"),
        ([SERVICE, ("lat", "39.9")], 400, "lat and long go together"),
        ([SERVICE, WHERE, ("long", "116.4")], 400, "lat and long go together"),
        ([SERVICE, ("lat", "90.1"), ("long", "0")], 400, "no number of degrees"),
        ([SERVICE, ("lat", "0"), ("long", "-180.5")], 400, "no number of degrees"),
        ([SERVICE, ("lat", "nan"), ("long", "0")], 400, "no number of degrees"),
        ([SERVICE, ("lat", "1e1"), ("long", "0")], 400, "no number of degrees"),
        ([SERVICE, ("address_id", "13459430")], 400, "address_id: division code"),
        ([SERVICE, WHERE, ("attribute[division]", "1")], 400, "attribute[division]: division"),
        ([SERVICE, WHERE, ("attribute[kind]", "joke")], 400, "there are: enquiry, help"),
        ([SERVICE, WHERE, ("attribute[colour]", "red")], 400, "there are: kind, division"),
        ([SERVICE, WHERE, ("attribute[kind][]", "help"), ("attribute[kind][]", "report")], 400,
         "given twice"),
        ([SERVICE, WHERE, ("description", "长" * 4001)], 400, "description: "),
        ([SERVICE, WHERE, ("description", "长" * 3999), ("media_url", "https://a.example")], 400,
         "there is room for"),
        ([SERVICE, WHERE, ("phone", "1" * 201)], 400, "phone: "),
        ([SERVICE, WHERE, ("email", "e" * 201)], 400, "email: "),
        ([SERVICE, WHERE, ("first_name", "n" * 201), ("phone", "1")], 400, "first_name, last_name"),
        ([SERVICE, WHERE, ("account_id", "n" * 201)], 400, "account_id: "),
        ([SERVICE, WHERE, ("description", "a\0b")], 400, "description: "),
    ],
)  # fmt: skip
def test_a_post_that_cannot_be_understood_records_nothing(
    bare_town: Engine, refused_poster: Client, sent: list[tuple[str, str]], status: int, said: str
) -> None:
    """It is refused in the standard's words, and the log stays where it was."""
    head = bare_town.head()
    with pytest.raises(Open311Error) as refused:
        refused_poster.post(sent)
    assert refused.value.status == status
    assert said in refused.value.errors[0][1]
    assert bare_town.head() == head


def test_a_key_is_needed_and_must_be_one(bare_town: Engine, refused_poster: Client) -> None:
    """403 for a missing and for a wrong key, with where to get one."""
    head = bare_town.head()
    for key, said in ((None, "Missing api_key"), ("wrong", "Invalid api_key")):
        refused_poster.key = key
        with pytest.raises(Open311Error) as refused:
            refused_poster.post([SERVICE, WHERE])
        assert refused.value.status == 403
        assert refused.value.errors[0][1].startswith(said)
        assert "open311@heping.example" in refused.value.errors[0][1]
    assert bare_town.head() == head


def test_where_there_are_no_keys_every_key_is_wrong(site: str) -> None:
    """A host that hands out none lets nobody post from outside."""
    for key in (None, "key-of-the-app"):
        with pytest.raises(Open311Error, match="403"):
            Client(f"{site}/open311/v2", "json", key).post([SERVICE, WHERE])


def test_whom_the_host_knows_may_post_from_its_own_pages_only(town: Engine) -> None:
    """A browser tells where a form was sent from; another site's is refused."""
    with served(town, actor=lambda _: APP) as site:
        client = Client(f"{site}/open311/v2", "json")
        client.post([SERVICE, WHERE])
        client.post([SERVICE, WHERE], **{"Sec-Fetch-Site": "same-origin", "Origin": site})
        head = town.head()
        for name, value in (
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"),
            ("Origin", "https://evil.example"), ("Origin", "null"),
        ):  # fmt: skip
            with pytest.raises(Open311Error, match="403"):
                client.post([SERVICE, WHERE], **{name: value})
        assert town.head() == head


def test_a_role_that_registers_nothing_is_a_403(town: Engine) -> None:
    """The table decides who may register, here as everywhere."""
    clerk = Actor(id="dispatch-01", role=role.DISPATCHER, unit="12345")
    with served(town, actor=lambda _: clerk) as site, pytest.raises(Open311Error, match="403"):
        Client(f"{site}/open311/v2", "xml").post([SERVICE, WHERE])


def test_what_is_no_form_is_a_400(bare_site: str, form: str) -> None:
    """A body of another type, or one that is no UTF-8."""
    address = f"{bare_site}/open311/v2/requests.{form}"
    query = "?api_key=key-of-the-app&service_code=other"
    sent = "application/x-www-form-urlencoded"
    for media, body in (("application/json", b"{}"), (sent, b"lat=%ff"), (sent, b"lat=\xff")):
        request = Request(address + query, body, {"Content-Type": media})  # noqa: S310 - the test's own
        with pytest.raises(HTTPError) as refused:
            urlopen(request, timeout=30)  # noqa: S310 - as above
        with refused.value as answer:
            assert answer.code == 400
            assert b"400" in answer.read()
