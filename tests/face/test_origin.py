"""What another site's page makes a browser send is told from what people and programs send."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.face.caller import Caller, said
from zhili import Engine
from zhili.face import Face, Limits, Request
from zhili.face.operations import routes
from zhili.face.origin import is_foreign, is_signed_by_hand
from zhili.testing import controls

HOST = "zhili.example:8443"
CALL = {
    "kind": "complaint", "channel": "hotline", "title": "Lamp", "content": "x", "anonymous": True,
}  # fmt: skip


@pytest.fixture
def agent() -> Iterator[Caller]:
    """Who takes the calls, at an engine with nothing in it."""
    with Engine.open("memory:") as engine:
        yield Caller(Face(engine, routes(engine, Limits())), controls.INTAKE)


def sent(**headers: str) -> Request:
    """Give a request to HOST with *headers*."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", "/", headers=named, host=HOST)


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": "same-origin", "origin": "https://as-people-call-it.example"}, False),
        ({"origin": f"https://{HOST}"}, False),
        ({"origin": f"http://{HOST.upper()}"}, False),
        ({"sec_fetch_site": "same-site"}, True),
        ({"sec_fetch_site": "cross-site"}, True),
        ({"sec_fetch_site": "cross-site", "origin": f"https://{HOST}"}, True),
        ({"sec_fetch_site": "none", "origin": "https://elsewhere.example"}, True),
        ({"origin": "https://zhili.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
        ({"origin": "https://["}, True),
    ],
)
def test_a_browser_says_where_it_was_sent_from(headers: dict[str, str], foreign: bool) -> None:  # noqa: FBT001 - what is expected
    """`Sec-Fetch-Site` counts, and where it is missing `Origin` must name this host."""
    assert is_foreign(sent(**headers)) is foreign


@pytest.mark.parametrize(
    ("said", "by_hand"),
    [
        ("Bearer abc", True), ("token abc", True), ("Basic bGluOng=", False), ("basic x", False),
        ("Negotiate x", False), ("NTLM x", False), ("Digest x", False), ("", False), (" ", False),
    ],
)  # fmt: skip
def test_what_a_browser_remembers_is_no_signature(said: str, by_hand: bool) -> None:  # noqa: FBT001 - what is expected
    """Passwords are sent again whichever site asks; a token only by a script that has it."""
    assert is_signed_by_hand(sent(authorization=said)) is by_hand


def test_whoever_signs_by_hand_may_send_from_anywhere(agent: Caller) -> None:
    """A program with a token of its own is taken from any site, a cookie's user only from here."""
    foreign = {"sec_fetch_site": "cross-site", "origin": "https://elsewhere.example"}
    refused = agent.post("/cases/complaint", CALL, **foreign)
    assert (refused.status, said(refused)["code"]) == (403, "forbidden")
    for scheme, status in (("Basic", 403), ("Bearer", 201)):
        answer = agent.post("/cases/complaint", CALL, **foreign, authorization=f"{scheme} x")
        assert answer.status == status


def test_nobody_is_told_to_sign_in_before_anything_else(agent: Caller) -> None:
    """Without an actor there is nothing that another site could have used: 401."""
    nobody = agent.as_(None)
    assert nobody.post("/cases/complaint", CALL, sec_fetch_site="cross-site").status == 401
