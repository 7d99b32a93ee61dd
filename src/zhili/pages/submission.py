"""A form that was sent: its token checked, its command read and carried out, or shown again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from uuid import UUID

from pydantic import ValidationError

from zhili.engine import Receipt
from zhili.errors import ConflictError, InputError, RefusalError
from zhili.face import Request
from zhili.face.commands import host_key
from zhili.face.problem import UnauthenticatedError, problem_of
from zhili.face.request import Pairs
from zhili.pages.form import Form, read
from zhili.pages.meanings import meaning_of
from zhili.pages.refusal_words import refusal_in_words
from zhili.projections.worklist import Worklist
from zhili.values import Actor
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.pages.site import Site

__all__ = ["carry_out"]

KEY: Final = "_key"
EXPECT: Final = "_expect"


def carry_out(  # noqa: PLR0913 - who sends what, and what of it the form may say
    site: Site,
    request: Request,
    blank: Form,
    case_id: UUID | None,
    *,
    by: Actor | None = None,
    fixed: Mapping[str, object] | None = None,
) -> Receipt | Form:
    """
    Carry out the command whose form was sent, or give the form to be shown again.

    Args:
        site: The site whose page the form was on.

        request: What was sent.

        blank: The form as it was offered; it names the fields that may be filled in.

        case_id: The case it is about; None for a command that opens one.

        by: Who sends it, by default whoever asks.

        fixed: What the page itself says, whatever the form does.

    The form that is given has the status, what was typed, and what is wrong with it.

    Raises:
        ForbiddenError: If the form came from another site, or its page is stale.
        UnauthenticatedError: If nobody sends it.
        CaseNotFoundError: If there is no such case.
        InputError: If what was sent is no form, or has fields that are not its own.
    """
    actor = by or request.actor
    if actor is None:
        raise UnauthenticatedError("sign in first; whoever takes a step is named in the record")
    key, expect, pairs = _apart(site.form_of(request))
    try:
        command = read(
            blank.command, pairs, case_id, site.engine.zone,
            only=_names(blank), fixed=fixed, find=lambda text: _find(site, text),
        )  # fmt: skip
    except ValidationError as error:
        return blank.wrong(error, pairs, key=key, expect=expect)
    try:
        kept = host_key(actor, key) if key else None
        return site.engine.submit(command, by=actor, expect=expect, key=kept)
    except (RefusalError, ConflictError) as error:
        problem = problem_of(error)
        heading = meaning_of(problem.code).heading
        why = Label(refusal_in_words(problem, "en", site), refusal_in_words(problem, "zh", site))
        words = Label(f"{heading.en}: {why.en}", f"{heading.zh}：{why.zh}")
        return blank.refused(words, pairs, status=int(problem.status))


def _names(blank: Form) -> Collection[str]:
    return {shown.name for shown in blank.fields}


def _apart(pairs: Pairs) -> tuple[str, int | None, Pairs]:
    """Give the key, the version that its reader saw, and the fields of the command."""
    found = dict(pairs)
    expect = found.get(EXPECT, "")
    if expect and not (expect.isascii() and expect.isdecimal() and len(expect) < 10):  # noqa: PLR2004 - no case has so many events
        message = "the form does not say which version of the case it was made for; open it again"
        raise InputError(message)
    rest = tuple((name, value) for name, value in pairs if name not in {KEY, EXPECT})
    return found.get(KEY, "")[:200], int(expect) if expect else None, rest


def _find(site: Site, text: str) -> UUID | None:
    """Give the case of that number, None if there is none or it is no number."""
    with suppress(InputError, ValidationError):
        found = site.engine.ask(Worklist(number=text.strip(), size=1)).items
        return found[0].case_id if found else None
    return None
