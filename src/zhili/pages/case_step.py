"""A step with a case as a page: the form of its command, and what came of sending it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from zhili.commands.command import Command, Opening
from zhili.errors import (
    CaseNotFoundError,
    ConflictError,
    InputError,
    KeyReusedError,
    RefusalError,
    ZhiliError,
)
from zhili.face import Request, Response, Route
from zhili.face.commands import host_key
from zhili.face.operation import case_types, given_by_people, openings
from zhili.face.problem import NotFoundError, problem_of
from zhili.face.reading import case_id_of
from zhili.pages.form import read
from zhili.pages.form_text import by_name
from zhili.pages.meanings import meaning_of
from zhili.pages.refusal_words import refusal_in_words
from zhili.pages.staff import openable, staff_eyes
from zhili.pages.step_form import StepForms, find_case
from zhili.pages.step_receipt import told_at
from zhili.pages.timeline_words import TimelineWords
from zhili.workflows import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhili.access import SeenCase
    from zhili.aggregates.allowed import AllowedStep
    from zhili.engine import Receipt
    from zhili.face.eyes import Eyes
    from zhili.face.request import Pairs
    from zhili.pages.form import Form
    from zhili.pages.meanings import Meaning
    from zhili.pages.site import Site
    from zhili.pages.timeline_words import Line

__all__ = ["step_routes"]

KEY: Final = "_key"
EXPECT: Final = "_expect"
AT: Final = "_at"
OWN: Final = frozenset({KEY, EXPECT, AT})
"""What a form says besides the fields of its command."""

KEY_LENGTH_MAX: Final = 200


class Refusal(NamedTuple):
    """Why a step was not carried out, and what happened meanwhile if somebody else was first."""

    meaning: Meaning
    detail: str
    since: Sequence[Line] = ()


class Sent(NamedTuple):
    """
    A form as it was sent: its fields, its key, the version that its reader saw.

    `at` is the local time at which it happened, as it was typed; empty means now.
    """

    pairs: Pairs
    key: str
    expect: int | None
    at: str = ""


class StepPages:
    """Shows the forms of steps and carries out what they say."""

    def __init__(self, site: Site) -> None:
        """Show them on *site*."""
        self._site = site
        self._forms = StepForms(site)
        self._verbs: dict[str, dict[str, type[Command]]] = {}
        self._usual: dict[str, str] = {}
        for kind in case_types(site.engine):
            name = kind.workflow.name
            self._verbs[name] = {each.verb: each for each in given_by_people(kind)}
            self._usual[name] = openings(kind)[0].verb

    # — a step with a case —

    def step(self, request: Request) -> Response:
        """Show the form of a step; if it cannot be taken now, what can."""
        eyes, seen, command = self._named(request)
        steps = eyes.allowed(seen.case_id)
        if command.verb not in {step.verb for step in steps}:
            return self._page(request, seen, command, None, steps, status=409)
        form = self._forms.of(command, request, seen)
        return self._page(request, seen, command, form, steps)

    def take(self, request: Request) -> Response:
        """Carry out what the form of a step says."""
        eyes, seen, command = self._named(request)
        sent = _sent(self._site.form_of(request))
        try:
            asked = read(
                command, sent.pairs, seen.case_id, self._site.engine.zone, find=find_case(eyes)
            )
            receipt = self._carry_out(request, asked, sent)
        except (ZhiliError, ValidationError) as error:
            return self._again(request, eyes, command, sent, error)
        return self._done(request, receipt, sent)

    # — a new case —

    def opening(self, request: Request) -> Response:
        """Show the form that opens a case."""
        _, command = self._named_opening(request)
        if not self._may_open(request, command):
            return self._page(request, None, command, None, (), status=403)
        return self._page(request, None, command, self._forms.of(command, request), ())

    def open(self, request: Request) -> Response:
        """Open a case as the form says."""
        eyes, command = self._named_opening(request)
        sent = _sent(self._site.form_of(request))
        try:
            asked = read(command, sent.pairs, None, self._site.engine.zone, find=find_case(eyes))
            receipt = self._carry_out(request, asked, sent)
        except (ZhiliError, ValidationError) as error:
            return self._again(request, eyes, command, sent, error)
        return self._done(request, receipt, sent)

    # — inside —

    def _named(self, request: Request) -> tuple[Eyes, SeenCase, type[Command]]:
        """Give who asks, the case as they see it, and the command that the path names."""
        eyes = staff_eyes(self._site, request)
        seen = eyes.case(case_id_of(request))
        command = self._verbs.get(seen.case_type, {}).get(request.named["verb"])
        if command is None or issubclass(command, Opening):
            raise NotFoundError("there is no such step; open the case and choose one there")
        return eyes, seen, command

    def _named_opening(self, request: Request) -> tuple[Eyes, type[Command]]:
        eyes = staff_eyes(self._site, request)
        name = request.named["case_type"]
        verb = request.named.get("verb", self._usual.get(name, ""))
        command = self._verbs.get(name, {}).get(verb)
        if command is None or not issubclass(command, Opening):
            raise NotFoundError("no case is opened so; choose one of the desk's buttons")
        return eyes, command

    def _may_open(self, request: Request, command: type[Command]) -> bool:
        kind = self._site.engine.types[command.case_type]
        actor = request.actor
        return actor is not None and command.verb in kind.workflow.allowed(None, actor.role)

    def _carry_out(self, request: Request, command: Command, sent: Sent) -> Receipt:
        assert request.actor is not None, "staff have been asked for"
        return self._site.engine.submit(
            command,
            by=request.actor,
            at=self._instant(sent.at),
            expect=sent.expect,
            key=host_key(request.actor, sent.key),
        )

    def _instant(self, typed: str) -> datetime | None:
        """
        Give the instant of a local time as a browser sends it; None where nothing was typed.

        Raises:
            InputError: If it is none.
        """
        if not typed:
            return None
        try:
            local = datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(self._site.engine.zone))
            return local.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            message = "when it happened is no day and time; e.g. 2026-03-02 09:30"
            raise InputError(message, at=typed[:64]) from error

    def _late_hours(self, request: Request) -> int:
        """Give how far back whoever asks may enter what happened; 0 if they may not."""
        policy = self._site.engine.book.current().late_entry
        may = request.actor is not None and request.actor.role in policy.roles
        return policy.hours_max if may else 0

    def _done(self, request: Request, receipt: Receipt, sent: Sent) -> Response:
        """Lead on to the case; to the desk, if whoever acted sees the case no more."""
        path = f"/desk/cases/{receipt.case_id}"
        try:
            staff_eyes(self._site, request).case(receipt.case_id)
        except CaseNotFoundError:
            path = "/desk"
        return self._site.see_other(request, told_at(path, sent.key))

    def _again(
        self, request: Request, eyes: Eyes, command: type[Command], sent: Sent, error: Exception
    ) -> Response:
        """Show the form with what was typed in it, why it was refused, and what is possible."""
        problem = problem_of(error)
        if int(problem.status) >= 500:  # noqa: PLR2004 - what is nobody's fault here is the face's
            raise error
        opens = issubclass(command, Opening)
        seen = None if opens else eyes.case(case_id_of(request))
        steps = eyes.allowed(seen.case_id) if seen else ()
        form = self._forms.of(command, request, seen)
        if isinstance(error, ValidationError):
            return self._page(
                request, seen, command, form.wrong(error, sent.pairs), steps,
                status=422, happened=sent.at,
            )  # fmt: skip
        form = replace(form, texts=by_name(sent.pairs))
        if not isinstance(error, RefusalError | ConflictError | InputError):
            raise error
        stale = isinstance(error, ConflictError) and not isinstance(error, KeyReusedError)
        since = self._since(request, eyes, seen, sent) if stale and seen else ()
        detail = "" if stale else refusal_in_words(problem, request.language, self._site)
        refusal = Refusal(meaning_of(problem.code), detail, since)
        return self._page(
            request, seen, command, form, steps,
            status=int(problem.status), refusal=refusal, happened=sent.at,
        )  # fmt: skip

    def _since(self, request: Request, eyes: Eyes, seen: SeenCase, sent: Sent) -> Sequence[Line]:
        """Give what happened since the form was opened."""
        lines = TimelineWords(self._site, request.language).lines(eyes.timeline(seen.case_id))
        return [line for line in lines if line.entry.version > (sent.expect or 0)]

    def _page(  # noqa: PLR0913 - all that the page of a step shows
        self,
        request: Request,
        seen: SeenCase | None,
        command: type[Command],
        form: Form | None,
        steps: Sequence[AllowedStep],
        *,
        status: int = 200,
        refusal: Refusal | None = None,
        happened: str = "",
    ) -> Response:
        workflow = self._site.engine.types[command.case_type].workflow
        verb = command.verb
        return self._site.page(
            request, "case/step.html", status=status,
            seen=seen,
            form=form,
            title=Label(workflow.label(verb), workflow.label(verb, "zh")),
            action=request.path,
            steps=[step for step in steps if step.verb != verb],
            is_possible=any(step.verb == verb for step in steps) or seen is None,
            openable=openable(self._site, request) if seen is None else (),
            refusal=refusal,
            late_hours=self._late_hours(request),
            happened=happened,
        )  # fmt: skip


def _sent(pairs: Pairs) -> Sent:
    """
    Part the fields of the command from what the form says of itself.

    Raises:
        InputError: If it has no key, or no version where it has one.
    """
    own = {name: value for name, value in pairs if name in OWN}
    key, expect = own.get(KEY, ""), own.get(EXPECT)
    if not 0 < len(key) <= KEY_LENGTH_MAX:
        raise InputError("the form has no key; open its page again")
    if expect is not None and not (expect.isascii() and expect.isdecimal() and len(expect) < 10):  # noqa: PLR2004 - no case is that long
        raise InputError("the form names no version of the case; open its page again")
    rest = tuple((name, value) for name, value in pairs if name not in OWN)
    return Sent(rest, key, int(expect) if expect is not None else None, own.get(AT, ""))


def step_routes(site: Site) -> tuple[Route, ...]:
    """Give the routes of the forms."""
    pages = StepPages(site)
    step, opened = Label("A step with a case", "办理"), Label("Open a case", "立案")
    return (
        Route("GET", "/desk/cases/{case_id}/{verb}", "desk.step", pages.step, step, page=True),
        Route("POST", "/desk/cases/{case_id}/{verb}", "desk.take", pages.take, step, page=True),
        Route("GET", "/desk/open/{case_type}", "desk.opening", pages.opening, opened, page=True),
        Route("POST", "/desk/open/{case_type}", "desk.open", pages.open, opened, page=True),
        Route(
            "GET", "/desk/open/{case_type}/{verb}", "desk.opening_by", pages.opening, opened,
            page=True,
        ),
        Route(
            "POST", "/desk/open/{case_type}/{verb}", "desk.open_by", pages.open, opened, page=True
        ),
    )  # fmt: skip
