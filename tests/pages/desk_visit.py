"""Visits to the pages of staff, through the face itself: what somebody gets, and what they send."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from tests.pages.html_forms import HtmlForm, forms_in
from zhili import Actor, Engine
from zhili.face import Request, Response
from zhili.integrations.hosting import in_order
from zhili.pages.site import site
from zhili.testing import CASE, Control, VirtualClock
from zhili.testing import controls as c
from zhili.workflows import role

__all__ = [
    "ASSESSOR", "DISPATCHER", "HERE", "INSPECTOR", "INTAKE", "NAME", "PAGES", "PHONE", "REGISTER",
    "Desk", "Office", "links_in", "text_of",
]  # fmt: skip

PAGES: Final = ("front", "problem_page", "desk", "case", "auditor", "asset")

INTAKE: Final = Actor(id="intake-01", role=role.INTAKE_AGENT, unit="12345")
DISPATCHER: Final = Actor(id="dispatch-01", role=role.DISPATCHER, unit="12345")
INSPECTOR: Final = Actor(id="inspector-01", role=role.INSPECTOR, unit="12345")
ASSESSOR: Final = Actor(id="assessment-01", role=role.ASSESSOR, unit="12345")

TOKEN: Final = "a-token-of-this-browser-and-no-other"  # noqa: S105 - of a test


class Office:
    """The pages of one engine, visited without a network."""

    def __init__(self, engine: Engine) -> None:
        """Visit the pages of *engine*."""
        self.engine = engine
        self.face = site(engine, pages=PAGES)
        self._routes = [
            (re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path)), route)
            for route in in_order(self.face.routes)
        ]

    def get(self, address: str, by: Actor | None, language: str = "en") -> Response:
        """Open the page at *address*, which may have a query."""
        return self._respond("GET", address, by, {"accept-language": language}, b"")

    def send(
        self, form: HtmlForm, by: Actor | None, *, language: str = "en", **fields: str
    ) -> Response:
        """Fill in *fields* and send *form* from its own page."""
        pairs = [(name, value) for name, value in form.pairs if name not in fields]
        headers = {
            "accept-language": language,
            "content-type": "application/x-www-form-urlencoded",
            "cookie": f"zhili_form={TOKEN}",
        }
        body = urlencode([*pairs, *fields.items()]).encode()
        return self._respond("POST", form.action, by, headers, body)

    def form(self, address: str, by: Actor, language: str = "en") -> HtmlForm:
        """Give the form on a page that sends something."""
        page = self.get(address, by, language)
        assert page.status == 200, text_of(page)
        return next(form for form in forms_in(page.body.decode()) if form.method == "post")

    def _respond(
        self, method: str, address: str, by: Actor | None, headers: dict[str, str], body: bytes
    ) -> Response:
        parts = urlsplit(address)
        for pattern, route in self._routes:
            found = pattern.fullmatch(parts.path)
            if found is None or route.method != method:
                continue
            request = Request(
                method, parts.path, named=found.groupdict(),
                query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
                headers={"cookie": f"zhili_form={TOKEN}", **headers}, body=body, actor=by,
            )  # fmt: skip
            return self.face.respond(route, request)
        raise LookupError(f"no route for {method} {parts.path}")


def text_of(page: Response) -> str:
    """Give the words of a page, without its tags."""
    html = re.sub(
        r"<(?:head|nav|header)\b.*?</(?:head|nav|header)>", " ", page.body.decode(), flags=re.DOTALL
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def links_in(page: Response, pattern: str) -> list[str]:
    """Give what *pattern* catches in the addresses that a page leads to, in their order."""
    addresses: Iterable[str] = re.findall(r'href="([^"]+)"', page.body.decode())
    found = (re.fullmatch(pattern, address) for address in addresses)
    return [match[1] for match in found if match]


PHONE: Final = "13812345678"
NAME: Final = "欧阳明"
REGISTER: Final = c.REGISTER.but(
    name=NAME, phone=PHONE, subject="citizen-1", anonymous=False, content="垃圾三天没有清运。"
)
HERE: Final = f"/desk/cases/{CASE}"


class Desk:
    """A store at a time of its own with one case in it, and its pages."""

    def __init__(self) -> None:
        """Begin when the scenarios begin."""
        self.clock = VirtualClock()
        self.engine = Engine.open("memory:", clock=self.clock)
        self.office = Office(self.engine)

    def live(self, *steps: Control, on: UUID = CASE) -> None:
        """Do what *steps* say."""
        for step in steps:
            now = self.clock.advance(step.after)
            told_at = now - step.late if step.late else None
            self.engine.submit(step.on(on).build(now), by=step.by, at=told_at)

    @property
    def version(self) -> int:
        """How many events the case has."""
        return len(self.engine.history(CASE))
