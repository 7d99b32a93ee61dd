"""What a posted request becomes: who asks, how to reach them, what, where."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests.open311.client import Client, Open311Error
from tests.open311.conftest import APP, CITIZEN
from zhili.aggregates.complaint import Complaint

if TYPE_CHECKING:
    from zhili.engine import Engine

SERVICE = ("service_code", "roads.lighting")


def the_case(engine: Engine) -> Complaint:
    """Give the only case there is."""
    ((case_id,),) = engine.store.rows("SELECT case_id FROM cases", {})
    case = engine.case(UUID(case_id))
    assert isinstance(case, Complaint)
    return case


def test_everything_that_is_told_is_kept_where_it_belongs(town: Engine, poster: Client) -> None:
    """Words, name, telephone and e-mail are personal; service, kind and place are not."""
    poster.post([
        SERVICE, ("lat", "39.904211"), ("long", "116.407395"), ("first_name", "建国"),
        ("address_string", "兴华路 公交站旁"), ("last_name", "欧阳"), ("phone", "13912345678"),
        ("email", "jianguo@example.cn"), ("account_id", "4711"), ("device_id", "tt222111"),
        ("attribute[kind]", "help"), ("attribute[division][]", "372001001001"),
        ("description", "灯不亮\n三天了"), ("media_url", "https://pictures.example/1.jpg"),
    ])  # fmt: skip
    case = the_case(town)
    assert (case.kind, case.channel, case.category) == ("help", "app", "roads/lighting")
    assert (case.title, case.division) == ("路灯 Street lights", "372001001001")
    assert case.place == "兴华路 公交站旁 · 39.904211, 116.407395 (WGS84)"
    assert case.subject == "app:city/4711"
    assert not case.anonymous
    assert [one.value for one in case.caller] == ["欧阳建国", "13912345678", "jianguo@example.cn"]
    assert [one.value for one in case.words] == [
        "灯不亮\n三天了\nmedia_url: https://pictures.example/1.jpg"
    ]
    (event,) = town.history(case.id)
    assert event.by == APP
    assert "tt222111" not in repr(vars(event))


def test_next_to_nothing_is_enough(town: Engine, poster: Client) -> None:
    """Service and location are all that the standard requires; then it is anonymous."""
    made = poster.post([SERVICE, ("address_id", "372001001")])
    assert "匿名" in made["service_notice"]
    case = the_case(town)
    assert (case.kind, case.place, case.division) == ("complaint", None, "372001001")
    assert (case.anonymous, case.caller) == (True, ())
    assert [one.value for one in case.words] == ["路灯 Street lights"]


def test_a_name_alone_reaches_nobody(town: Engine, poster: Client) -> None:
    """Without telephone or e-mail the case is anonymous, and keeps no name."""
    poster.post([SERVICE, ("address_string", "兴华路"), ("first_name", "John")])
    assert (the_case(town).anonymous, the_case(town).caller) == (True, ())


def test_a_place_with_a_telephone_in_it_is_told_in_confidence(town: Engine, poster: Client) -> None:
    """Lists of staff show the place; a number that leads to a person stands in the words only."""
    where = "兴华路1号, 找老王 13912345678"
    poster.post([SERVICE, ("address_string", where), ("description", "灯不亮")])
    case = the_case(town)
    assert case.place is None
    assert [one.value for one in case.words] == [f"灯不亮\naddress: {where}"]


def test_a_long_place_is_told_whole(town: Engine, poster: Client) -> None:
    """More than a line of it stands in the words."""
    poster.post([SERVICE, ("address_string", "路" * 201), ("phone", "010-12345678")])
    case = the_case(town)
    assert case.place is None
    assert case.words[0].value.endswith("路" * 201)


def test_names_stand_in_the_order_of_their_script(town: Engine, poster: Client) -> None:
    """First name first, unless it is written in Chinese."""
    poster.post([SERVICE, ("address_string", "x"), ("first_name", "John"), ("last_name", "Smith"),
                 ("phone", "1")])  # fmt: skip
    assert the_case(town).caller[0].value == "John Smith"


def test_a_citizen_with_a_key_speaks_for_nobody_else(town: Engine, poster: Client) -> None:
    """The subject is the citizen, whatever account the post names."""
    poster.key = "key-of-a-citizen"
    poster.post([SERVICE, ("address_string", "x"), ("account_id", "somebody-else")])
    assert the_case(town).subject == CITIZEN.id


def test_the_same_key_of_the_same_client_posts_once(town: Engine, poster: Client) -> None:
    """After a lost answer the post is sent again; another client's key is another."""
    sent = [SERVICE, ("address_string", "x")]
    once = {"Idempotency-Key": "post-1"}
    first, again = poster.post(sent, **once), poster.post(sent, **once)
    assert first == again
    poster.key = "key-of-another"
    assert poster.post(sent, **once)["service_request_id"] != first["service_request_id"]
    poster.key = "key-of-the-app"
    with pytest.raises(Open311Error, match="the key 'post-1' was used for another command"):
        poster.post([*sent, ("description", "something else")], **once)
    assert town.store.rows("SELECT COUNT(*) FROM cases", {}) == [(2,)]
    assert town.audit().clean


def test_a_place_with_the_callers_name_is_told_in_confidence(town: Engine, poster: Client) -> None:
    """The register would refuse it: it stands in the words, and a road of that name does not."""
    caller = [("last_name", "王"), ("first_name", "和平"), ("phone", "13912345678")]
    poster.post([SERVICE, *caller, ("address_string", "王和平家门口")])
    case = the_case(town)
    assert case.place is None
    assert "王和平家门口" in case.words[0].value


def test_a_road_is_nobodys_name(town: Engine, poster: Client) -> None:
    """Though it has the caller's given name in it."""
    caller = [("last_name", "王"), ("first_name", "和平"), ("phone", "13912345678")]
    poster.post([SERVICE, *caller, ("address_string", "和平路")])
    assert the_case(town).place == "和平路"
