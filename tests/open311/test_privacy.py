"""What everybody may read through GeoReport tells nothing about anybody (rulebook §5.3, §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from tests.open311.client import Client, Open311Error
from tests.open311.conftest import APP
from zhili import complaint
from zhili.aggregates.complaint import Complaint
from zhili.values import Personal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.engine import Engine

SECRETS = {
    "first_name": "建国",
    "last_name": "欧阳",
    "phone": "13912345678",
    "email": "jianguo@example.cn",
    "description": "七号楼三单元的灯不亮,找了物业三次",
    "address_string": "幸福里七号楼三单元501室",
    "account_id": "account-4711",
    "device_id": "tt222111",
    "media_url": "https://pictures.example/jianguo.jpg",
    "lat": "39.904211",
    "long": "116.407395",
}


def personal_in(value: Any) -> Iterator[str]:
    """Give every text that belongs to a person in *value*, whatever it is."""
    if isinstance(value, Personal):
        yield value.value
        yield value.subject
    elif isinstance(value, dict):
        for one in value.values():
            yield from personal_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from personal_in(one)


def test_nothing_that_belongs_to_anybody_is_in_any_answer(district: Engine, site: str) -> None:
    """No name, telephone, word, place, title or actor of the district is in the bytes sent."""
    clients = [Client(f"{site}/open311/v2", form) for form in ("json", "xml")]
    numbers: set[str] = set()
    for client in clients:
        for language in ("en", "zh"):
            for service in client.services(lang=language):
                client.service(service["service_code"], lang=language)
            for one in client.requests(lang=language, extensions="true"):
                numbers.add(one["service_request_id"])
                client.request(one["service_request_id"], lang=language, extensions="true")
    said = "\n".join(body.decode() for client in clients for body in client.bodies)
    secrets: set[str] = set()
    for number, case_id, title, place, person in district.store.rows(
        "SELECT number, case_id, title, place, person FROM cases", {}
    ):
        assert number not in said or number in numbers
        secrets |= {case_id, *filter(None, (title, place, person))}
        for event in district.history(UUID(case_id)):
            secrets.add(event.by.id)
            secrets.update(text for one in vars(event).values() for text in personal_in(one))
    assert len(secrets) > 300
    units = district.book.current().organisation.units
    public = {text for unit in units for text in (unit.id, unit.name)}
    assert sorted(secret for secret in secrets - public if secret in said) == []


def test_what_somebody_posted_is_nowhere_to_be_read(town: Engine, poster: Client) -> None:
    """Of a post everybody learns service, street or community, and times."""
    sent = [("service_code", "roads.lighting"), ("attribute[division]", "372001001001")]
    made = poster.post([*sent, *SECRETS.items()])
    poster.bodies.clear()
    for language in ("en", "zh"):
        poster.requests(lang=language, extensions="true")
        poster.request(made["service_request_id"], lang=language, extensions="true")
    said = b"\n".join(poster.bodies).decode()
    assert made["service_request_id"] in said
    assert [name for name, secret in SECRETS.items() if secret in said] == []
    assert "幸福里" not in said
    assert town.audit().clean


def registered(engine: Engine, **fields: Any) -> str:
    """Register a complaint in *engine*; give its number."""
    told: dict[str, Any] = {
        "case_id": uuid4(), "kind": "complaint", "channel": "hotline", "title": "…",
        "content": "…", "category": "market/food", "anonymous": True, **fields,
    }  # fmt: skip
    return engine.submit(complaint.Register(**told), by=APP).number


@pytest.mark.parametrize(
    "fields", [{"kind": "report"}, {"confidentiality": 1}, {"confidentiality": 3}]
)
def test_what_is_confidential_is_as_if_it_were_not_there(
    town: Engine, poster: Client, fields: dict[str, Any]
) -> None:
    """Reports of a wrong and confidential matters are in no list, by no id: 404."""
    seen, hidden = registered(town), registered(town, **fields)
    assert [one["service_request_id"] for one in poster.requests()] == [seen]
    both = f"{seen},{hidden}"
    assert [one["service_request_id"] for one in poster.requests(service_request_id=both)] == [seen]
    with pytest.raises(Open311Error) as refused:
        poster.request(hidden)
    absent = hidden[:-1] + ("A" if hidden[-1] != "A" else "B")
    with pytest.raises(Open311Error) as mistyped:
        poster.request(absent)
    assert refused.value.status == mistyped.value.status == 404
    assert refused.value.errors[0][1].replace(hidden, absent) == mistyped.value.errors[0][1]


def test_a_matter_that_becomes_confidential_disappears(town: Engine, poster: Client) -> None:
    """What was public yesterday is asked again today."""
    number = registered(town)
    assert poster.request(number)["status"] == "open"
    (case_id,) = (row[0] for row in town.store.rows("SELECT case_id FROM cases", {}))
    town.submit(
        complaint.SetConfidentiality(case_id=case_id, level=2, reason="the caller asks"), by=APP
    )
    assert poster.requests() == []
    with pytest.raises(Open311Error):
        poster.request(number)


def test_a_posted_report_goes_through_the_centre(town: Engine, poster: Client) -> None:
    """It is kept at the highest level, its number is given, and nobody finds it by that."""
    made = poster.post([
        ("service_code", "market.food"), ("attribute[kind]", "report"), ("phone", "13912345678"),
        ("address_string", "菜市场"), ("description", "有人卖过期食品"),
    ])  # fmt: skip
    assert "保密" in made["service_notice"]
    (case_id,) = (row[0] for row in town.store.rows("SELECT case_id FROM cases", {}))
    case = town.case(UUID(case_id))
    assert isinstance(case, Complaint)
    assert (case.number, case.confidentiality) == (made["service_request_id"], 3)
    with pytest.raises(Open311Error, match="404"):
        poster.request(made["service_request_id"])


def test_only_complaints_are_requests(district: Engine, site: str) -> None:
    """Whistles, items of the wall, hazards and branch's calls are none, by id or token."""
    client = Client(f"{site}/open311/v2", "json")
    for number, case_id in district.store.rows(
        "SELECT MIN(number), MIN(case_id) FROM cases WHERE case_type <> 'complaint'"
        " GROUP BY case_type",
        {},
    ):
        for ask in (client.request, client.token):
            with pytest.raises(Open311Error, match="404"):
                ask(number if ask == client.request else case_id)
