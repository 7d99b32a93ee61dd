"""Commands over HTTP: what is sent becomes a command of whoever the host has authenticated."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from zhili.commands.command import Command, Opening
from zhili.errors import InputError, KeyReusedError
from zhili.face.eyes import Eyes
from zhili.face.operation import case_types, given_by_people, openings
from zhili.face.problem import ForbiddenError, NotFoundError
from zhili.face.reading import body_of, case_id_of, expected_version, instant_of
from zhili.face.request import JSON, Request, Response
from zhili.values import Actor, new_case_id

if TYPE_CHECKING:
    from collections.abc import Generator

    from zhili.engine import Engine, Receipt
    from zhili.face.limits import Limits

__all__ = ["Commands", "actor_of", "etag", "host_key", "key_as_sent"]

KEY_LENGTH_MAX: Final = 200


def actor_of(request: Request) -> Actor:
    """
    Give who asks.

    Raises:
        ForbiddenError: If nobody does.
    """
    if request.actor is None:
        raise ForbiddenError("nobody whom the host has authenticated asks for this")
    return request.actor


def etag(version: int) -> str:
    """Give the ETag of a case at *version*."""
    return f'"{version}"'


def host_key(actor: Actor, key: str) -> str:
    """
    Give the engine's idempotency key for a *key* that came over HTTP.

    It is the actor's own: nobody meets another's key, nor one that the library uses itself.
    """
    return "http:" + hashlib.sha256(f"{actor.id}\0{key}".encode()).hexdigest()


@contextmanager
def key_as_sent(key: str) -> Generator[None]:
    """
    Have a key that was used before refused as *key*, as it was sent.

    The engine knows another one, of which whoever sent this knows nothing.

    Raises:
        KeyReusedError: As the engine does.
    """
    try:
        yield
    except KeyReusedError as error:
        message = f"the key {key!r} was used for another command; take a new one"
        raise KeyReusedError(message, key=key) from error


class Commands:
    """Carries out what is posted, for every case type of an engine."""

    def __init__(self, engine: Engine, limits: Limits) -> None:
        """Take the commands that people may give."""
        self._engine = engine
        self._depth = limits.depth
        self._verbs: dict[str, dict[str, type[Command]]] = {}
        self._usual: dict[str, type[Command]] = {}
        for kind in case_types(engine):
            name = kind.workflow.name
            self._verbs[name] = {each.verb: each for each in given_by_people(kind)}
            self._usual[name] = openings(kind)[0]

    def open_usually(self, request: Request) -> Response:
        """Open a case with the usual command of its type."""
        command = self._usual.get(request.named["case_type"])
        if command is None:
            known = ", ".join(self._usual)
            raise NotFoundError(f"there is no such case type; the case types are: {known}")
        return self._opened(request, command)

    def open_by(self, request: Request) -> Response:
        """Open a case with the command that the path names."""
        command = self._named(request)
        if not issubclass(command, Opening):
            message = f"{command.verb} opens no case; post it below the case that it is about"
            raise NotFoundError(message, command=command.verb)
        return self._opened(request, command)

    def carry_out(self, request: Request) -> Response:
        """Carry out a command on the case that the path names."""
        command = self._named(request)
        if issubclass(command, Opening):
            raise NotFoundError(f"{command.verb} opens a case; there is one already")
        case_id = case_id_of(request)
        Eyes(self._engine, actor_of(request)).insist(case_id, command.case_type)
        asked = body_of(request, command, self._depth, case_id=case_id)
        return self._answer(request, asked, HTTPStatus.OK)

    def _named(self, request: Request) -> type[Command]:
        verbs = self._verbs.get(request.named["case_type"], {})
        command = verbs.get(request.named["command"])
        if command is None:
            known = ", ".join(verbs) or "none: there is no such case type"
            raise NotFoundError(f"there is no such command; there are: {known}")
        return command

    def _opened(self, request: Request, command: type[Command]) -> Response:
        asked = body_of(request, command, self._depth)
        if "case_id" in asked.model_fields_set:
            message = "a case gets its id here; leave case_id out, and name an Idempotency-Key"
            raise InputError(message, field="case_id")
        return self._answer(request, asked, HTTPStatus.CREATED)

    def _answer(self, request: Request, command: Command, status: HTTPStatus) -> Response:
        actor = actor_of(request)
        given = request.headers.get("idempotency-key")
        key = new_case_id().hex if given is None else given.strip().strip('"')
        if not 0 < len(key) <= KEY_LENGTH_MAX:  # an empty one protects nobody who relies on it
            raise InputError(f"an Idempotency-Key has 1 to {KEY_LENGTH_MAX} characters")
        with key_as_sent(key):
            receipt = self._engine.submit(
                command,
                by=actor,
                at=instant_of(request, "at"),
                expect=expected_version(request),
                key=host_key(actor, key),
            )
        return receipt_response(request, receipt, key, status)


def receipt_response(request: Request, receipt: Receipt, key: str, status: HTTPStatus) -> Response:
    """Give a receipt as it is sent, with the version as ETag and where the case is."""
    told = receipt.model_copy(update={"key": key})
    headers = (
        ("ETag", etag(receipt.version)),
        ("Location", f"{request.base}/cases/{receipt.case_id}"),
        ("Cache-Control", "no-store"),
    )
    done = HTTPStatus.OK if receipt.repeated else status
    return Response(int(done), told.model_dump_json().encode(), JSON, headers)
