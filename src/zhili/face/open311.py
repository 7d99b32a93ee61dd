"""
Open311 GeoReport v2 as routes: what the standard leaves to HTTP, and its errors.

Anybody may read, and reads what everybody may know. Whoever posts has an `api_key`, or is somebody
whom the host has authenticated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias
from uuid import UUID

from pydantic import ValidationError

from zhili.aggregates.number import check_number
from zhili.commands.complaint import Register
from zhili.engine import Engine
from zhili.errors import CaseNotFoundError, InputError, ZhiliError
from zhili.face.commands import key_as_sent
from zhili.face.origin import is_foreign
from zhili.face.problem import ForbiddenError, NotFoundError, status_of
from zhili.face.request import Request, Response
from zhili.face.route import Handler, Method, Route
from zhili.interchange.open311 import Catalogue, Open311Settings, Requests, Service
from zhili.interchange.open311.asked import requests_asked
from zhili.interchange.open311.discovery import discovery
from zhili.interchange.open311.posting import SAID_AS, register_of
from zhili.interchange.open311.request import RequestWriter, w3c
from zhili.interchange.open311.spark import FORMATS, MEDIA_TYPES, Format, Plain, written
from zhili.policies.routing import Routing
from zhili.values import Actor
from zhili.workflows import Label
from zhili.workflows.complaint import COMPLAINT

__all__ = ["PREFIX", "routes"]

PREFIX: Final = "/open311/v2"

FAULTS_MAX: Final = 20
"""How many faults of one request are told at once."""

NO_WAY_BACK: Final = (
    "Kept as anonymous, for no telephone or e-mail was given; keep the id to follow it "
    "未留联系方式,按匿名办理;请凭编号查询"
)
KEPT_BACK: Final = (
    "Reports of a wrong are handled in confidence and are not shown here "
    "举报事项保密办理,不在此公开查询"
)


class Document(NamedTuple):
    """What is answered: a document, and what its outermost element is called in XML."""

    root: str
    plain: Plain
    status: int = 200


Answerer: TypeAlias = Callable[[Request, str], Document]
"""Answers a request for what the path names, without the format."""

_Place: TypeAlias = tuple[Method, str, str, Answerer, Label]
"""A method, what the place is called, its path, what answers there, and what for."""


def routes(engine: Engine, settings: Open311Settings | None = None) -> tuple[Route, ...]:
    """Give the routes of GeoReport v2 over the complaints of *engine*."""
    endpoint = _Endpoint(engine, settings or Open311Settings())
    fixed: tuple[_Place, ...] = (
        ("GET", "discovery", "/open311/discovery", endpoint.discovery, DISCOVERY),
        ("GET", "services", f"{PREFIX}/services", endpoint.services, SERVICES),
        ("GET", "requests", f"{PREFIX}/requests", endpoint.requests, REQUESTS),
        ("POST", "post", f"{PREFIX}/requests", endpoint.post, POST),
    )
    named: tuple[_Place, ...] = (
        ("GET", "service", f"{PREFIX}/services/{{code}}", endpoint.service, SERVICE),
        ("GET", "request", f"{PREFIX}/requests/{{number}}", endpoint.request, REQUEST),
        ("GET", "token", f"{PREFIX}/tokens/{{token}}", endpoint.token, TOKEN),
    )
    return (
        *(_route(place, form) for place in fixed for form in FORMATS),
        *(_route(place, None) for place in named),
    )


DISCOVERY: Final = Label("Open311: where and how", "Open311:服务发现")
SERVICES: Final = Label("Open311: the services", "Open311:服务目录")
SERVICE: Final = Label("Open311: what a service asks", "Open311:服务定义")
REQUESTS: Final = Label("Open311: requests", "Open311:诉求列表")
REQUEST: Final = Label("Open311: one request", "Open311:单件诉求")
TOKEN: Final = Label("Open311: the id for a token", "Open311:凭回执查编号")
POST: Final = Label("Open311: post a request", "Open311:提交诉求")


def _route(place: _Place, form: str | None) -> Route:
    """Give a route; without *form* the format stands at the end of what the path names last."""
    method, name, path, answer, title = place
    if form is None:
        return Route(method, path, f"open311.{name}", _handler(answer, None), title, public=True)
    whole, path = f"open311.{name}.{form}", f"{path}.{form}"
    return Route(method, path, whole, _handler(answer, form), title, public=True)


def _handler(answer: Answerer, form: str | None) -> Handler:
    """Give what answers in the format that the path names, refusals too."""

    def handle(request: Request) -> Response:
        named, wanted = _named(request) if form is None else ("", form)
        # XML is the format that every client of the standard reads.
        into = FORMATS.get(wanted, "xml")
        try:
            if wanted not in FORMATS:
                raise NotFoundError(f"there is no format {wanted[:20]!r}; ask for .json or .xml")
            return _response(answer(request, named), into)
        except (ZhiliError, ValidationError) as error:
            return _response(_refused(error), into)

    return handle


def _named(request: Request) -> tuple[str, str]:
    """Give what the last segment names, and the format behind its last dot."""
    segment = next(iter(request.named.values()))
    name, _, form = segment.rpartition(".")
    return name, form


def _response(document: Document, form: Format) -> Response:
    body = written(document.plain, document.root, form)
    return Response(document.status, body, MEDIA_TYPES[form], (("Cache-Control", "no-store"),))


def _refused(error: ZhiliError | ValidationError) -> Document:
    """Give *error* as the standard has it: 404 for what is not there, 403 for keys, else 400."""
    status = int(status_of(error))
    if status == 401:  # noqa: PLR2004 - HTTP's own number
        status = 403
    elif status not in {403, 404} and status < 500:  # noqa: PLR2004 - HTTP's own numbers
        status = 400
    errors: Plain = [{"code": status, "description": text} for text in _descriptions(error)]
    return Document("errors", errors, status)


def _descriptions(error: ZhiliError | ValidationError) -> list[str]:
    if isinstance(error, ZhiliError):
        if status_of(error) >= 500:  # noqa: PLR2004 - what may name a file or an address
            return ["the record cannot be reached or used just now"]
        return [error.message]
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return [
        f"{SAID_AS.get(str(fault['loc'][0]), fault['loc'][0]) if fault['loc'] else 'it'}:"
        f" {fault['msg']}"
        for fault in faults[:FAULTS_MAX]
    ]


class _Endpoint:
    """The answers of one engine's endpoint."""

    def __init__(self, engine: Engine, settings: Open311Settings) -> None:
        self._engine = engine
        self._settings = settings

    def discovery(self, request: Request, _named: str) -> Document:
        """Say where the endpoint is."""
        self._engine.book.refresh()
        versions = self._engine.book.versions(Routing.name)
        changed = w3c(versions[-1].published_at) if versions else None
        site = f"{'https' if request.secure else 'http'}://{request.host}" if request.host else ""
        url = f"{site}{request.base}{PREFIX}"
        return Document("discovery", discovery(self._settings, url, changed))

    def services(self, request: Request, _named: str) -> Document:
        """List the services."""
        self._check_jurisdiction(request.asked("jurisdiction_id"))
        return Document("services", self._catalogue().document(request.language))

    def service(self, request: Request, named: str) -> Document:
        """Say what a service asks."""
        self._check_jurisdiction(request.asked("jurisdiction_id"))
        catalogue = self._catalogue()
        found = _service(catalogue, named)
        return Document("service_definition", catalogue.definition(found, request.language))

    def requests(self, request: Request, _named: str) -> Document:
        """List requests."""
        self._check_jurisdiction(request.asked("jurisdiction_id"))
        catalogue = self._catalogue()
        asked = requests_asked(request.query, catalogue, self._engine.now())
        return self._answered(request, catalogue, asked)

    def request(self, request: Request, named: str) -> Document:
        """Show one request."""
        self._check_jurisdiction(request.asked("jurisdiction_id"))
        found = self._answered(request, self._catalogue(), Requests(numbers=(_number(named),)))
        if not found.plain:
            raise NotFoundError(f"service_request_id {named[:40]!r} was not found")
        return found

    def token(self, request: Request, named: str) -> Document:
        """Give the id of the request for which *named* is the token."""
        self._check_jurisdiction(request.asked("jurisdiction_id"))
        try:
            case = self._engine.case(UUID(named))
        except (ValueError, CaseNotFoundError):
            case = None
        if case is None or case.workflow is not COMPLAINT:
            raise NotFoundError(f"token {named[:40]!r} was not found")
        return Document("service_requests", [{"service_request_id": case.number, "token": named}])

    def post(self, request: Request, _named: str) -> Document:
        """Register what was posted."""
        form = request.form
        given = (*request.query, *form)
        said = {name: value.strip() for name, value in given if value.strip()}
        by = self._actor(request, said.get("api_key"))
        self._check_jurisdiction(said.get("jurisdiction_id"))
        code = said.get("service_code")
        if code is None:
            raise InputError("service_code was not provided; GET services lists them")
        service = _service(self._catalogue(), code)
        command = register_of(form, service, self._settings, by)
        sent = request.headers.get("idempotency-key")
        with key_as_sent(sent or ""):
            receipt = self._engine.submit(command, by=by, key=_key(by, sent) if sent else None)
        answer: dict[str, Plain] = (
            {"token": str(receipt.case_id)}
            if self._settings.batch
            else {"service_request_id": receipt.number}
        )
        answer |= {"service_notice": _notice(command), "account_id": said.get("account_id")}
        return Document("service_requests", [answer])

    def _answered(self, request: Request, catalogue: Catalogue, asked: Requests) -> Document:
        extended = request.asked("extensions") == "true"
        writer = RequestWriter(catalogue, COMPLAINT, request.language, extensions=extended)
        return Document("service_requests", writer.documents(self._engine.ask(asked).items))

    def _catalogue(self) -> Catalogue:
        """Give the services of today, by the policies in force."""
        self._engine.book.refresh()
        rules = self._engine.book.current()
        day = rules.day_of(self._engine.now())
        return Catalogue(rules.routing, rules.organisation, day, self._settings)

    def _check_jurisdiction(self, asked: str | None) -> None:
        ours = self._settings.jurisdiction
        if asked and ours is not None and asked != ours:
            message = f"jurisdiction_id {asked[:40]!r} was not found; this endpoint serves {ours!r}"
            raise NotFoundError(message)

    def _actor(self, request: Request, key: str | None) -> Actor:
        """
        Give who posts: whose the key is, or whom the host has authenticated.

        A browser sends a host's cookie along whichever site asks it to; so without a key only
        this site may.

        Raises:
            ForbiddenError: If there is nobody.
        """
        if key is not None:
            found = self._settings.keys(key) if self._settings.keys else None
            if found is None:
                raise ForbiddenError("Invalid api_key received; " + self._settings.key_service)
            return found
        if request.actor is None:
            raise ForbiddenError("Missing api_key; " + self._settings.key_service)
        if is_foreign(request):
            raise ForbiddenError("this was sent from another site; send an api_key with it")
        return request.actor


def _service(catalogue: Catalogue, code: str) -> Service:
    found = catalogue.service(code)
    if found is None:
        raise NotFoundError(f"service_code {code[:40]!r} was not found; GET services lists them")
    return found


def _number(text: str) -> str:
    """Give *text* as a case number; one that is mistyped names no case."""
    try:
        return check_number(text)
    except InputError as error:
        raise NotFoundError(f"service_request_id {text[:40]!r} was not found") from error


def _key(by: Actor, sent: str) -> str:
    """Give the idempotency key of what one client *sent*: no other client's is the same."""
    plain = f"{by.id}\0{sent}".encode("utf-8", "replace")
    return f"open311:{hashlib.sha256(plain).hexdigest()}"


def _notice(command: Register) -> str | None:
    if command.kind == "report":
        return KEPT_BACK
    return NO_WAY_BACK if command.anonymous else None
