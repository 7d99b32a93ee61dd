"""Every page of the demonstration, found by following links as different people."""

from __future__ import annotations

import re
from collections import deque
from datetime import date
from html import unescape
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import httpx

from tests.pages.html_forms import forms_in
from zhili import Engine
from zhili.aggregates.number import number_of
from zhili.integrations.hosting import in_order
from zhili.pages.settings import Settings
from zhili.pages.site import site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.browser.served import Served

__all__ = ["Place", "crawled", "page_paths"]

LINK: Final = re.compile(r'<a[^>]* href="([^"#]+)')
FILES: Final = frozenset({"/dashboard/tables/{table}"})
"""What is downloaded, and no page to be looked at."""

VISITS_MAX: Final = 60
"""How many pages one person opens; every kind of page is near the menu."""

EACH_MAX: Final = 3
"""How many pages of one kind one person opens."""


class Place(NamedTuple):
    """Where a page was found: its address, whoever found it, and their cookies."""

    address: str
    user: str | None
    cookies: dict[str, str]


def page_paths() -> list[str]:
    """Give the path of every page that can be opened, fixed segments before named."""
    with Engine.open("memory:") as engine:
        face = site(engine, Settings(posting=True, voting=True))
        found = in_order(face.routes)
    pages = [
        route.path
        for route in found
        if route.page and route.method == "GET" and route.path not in FILES
    ]
    return ["/sign-in", *dict.fromkeys(pages)]


def crawled(served: Served) -> dict[str, Place]:
    """Open links as one person after another; give the first place found of each path."""
    patterns = {path: _pattern(path) for path in page_paths()}
    found: dict[str, Place] = {}
    for user in (None, *(served.user(like) for like in WHO)):
        with httpx.Client(base_url=served.url, follow_redirects=True, timeout=60) as client:
            if user is not None:
                _sign_in(client, user)
            _walk(client, user, patterns, found)
            for path, address in _behind_forms(found, user):
                assert client.get(address).status_code == httpx.codes.OK, address
                found.setdefault(path, Place(address, user, dict(client.cookies)))
    return found


def _behind_forms(found: dict[str, Place], user: str | None) -> Iterator[tuple[str, str]]:
    """Give pages to which forms and refusals lead, and no link."""
    if user is None:
        yield "/problems/{code}", "/problems/refused"
    elif user.startswith("resident-"):
        number = number_of(UUID(int=1), date(2026, 3, 2))
        yield "/problem-wall/received", f"/problem-wall/received?number={number}"
    elif user.startswith("inspection-"):
        case = found["/desk/cases/{case_id}"].address.rpartition("/")[2]
        yield "/auditor/cases/{case_id}", f"/auditor/cases/{case}"
    elif user.startswith("intake-"):
        yield "/desk/open/{case_type}/{verb}", "/desk/open/complaint/register"


WHO: Final = ("citizen-", "resident-", "dispatch-", "intake-", "-operator", "inspection-")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))


def _sign_in(client: httpx.Client, user: str) -> None:
    form = next(form for form in forms_in(client.get("/sign-in").text) if "sign-in" in form.action)
    token = dict(form.pairs)["_token"]
    client.post("/sign-in", data={"_token": token, "user": user}).raise_for_status()


def _walk(
    client: httpx.Client,
    user: str | None,
    patterns: dict[str, re.Pattern[str]],
    found: dict[str, Place],
) -> None:
    waiting, seen = deque(["/"]), {"/"}
    opened: dict[str, int] = {}
    visits = 0
    while waiting and visits < VISITS_MAX:
        address = waiting.popleft()
        path = urlsplit(address).path
        kind = next((one for one, pattern in patterns.items() if pattern.fullmatch(path)), None)
        if kind is None or opened.get(kind, 0) >= EACH_MAX:
            continue
        answer = client.get(address)
        visits += 1
        assert answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR, address
        if answer.status_code != httpx.codes.OK or "html" not in answer.headers["content-type"]:
            continue
        opened[kind] = opened.get(kind, 0) + 1
        found.setdefault(kind, Place(address, user, dict(client.cookies)))
        for link in LINK.findall(answer.text):
            target = urlsplit(urljoin(address, unescape(link)))
            onward = target.path + (f"?{target.query}" if target.query else "")
            if not target.netloc and onward not in seen:
                seen.add(onward)
                waiting.append(onward)
