"""
Following an appeal 查询进展: by a code or signed in, and the steps that one may take.

Nobody is locked out after some tries: a code has eighty bits, and whoever locks out strangers
locks out citizens. How often one address may ask is for the server in front of the host to limit.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import time, timedelta
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from zhili.aggregates.number import check_number
from zhili.errors import CaseNotFoundError, InputError
from zhili.face.eyes import Eyes
from zhili.face.problem import NotFoundError, UnauthenticatedError
from zhili.face.reading import case_id_of
from zhili.pages.citizen_appeal import complainant_of
from zhili.pages.citizen_code import holder_of, read_code
from zhili.pages.citizen_cookie import FOLLOW
from zhili.pages.citizen_story import outcome_label, story_of
from zhili.pages.citizen_words import STEP_WORDS, in_plain_words
from zhili.pages.form import Form, form_of
from zhili.pages.submission import carry_out
from zhili.projections.worklist import Earlier

if TYPE_CHECKING:
    from datetime import date, datetime

    from zhili.access import SeenCase
    from zhili.aggregates import Complaint
    from zhili.face import Request, Response
    from zhili.pages.citizen_words import StepWords
    from zhili.pages.site import Site
    from zhili.projections.listing import CasePage, ListedCase
    from zhili.values import Actor

__all__ = ["Follow"]

COMPLAINT: Final = "complaint"

ASKED: Final = {
    "evaluate": ("contacted", "solved", "satisfaction", "note"),
    "append_facts": ("facts",),
    "set_confidentiality": ("level", "reason"),
    "withdraw": ("reason",),
}
"""What a citizen says in each step."""

FIXED: Final[dict[str, dict[str, Any]]] = {
    # Whoever acts on their own case has proved who they are, and consents by asking.
    "withdraw": {"identity_checked": True},
    "set_confidentiality": {"consent": True},
}
"""What the page says itself in each step."""


class Mine(NamedTuple):
    """The case of somebody who follows it, and the path of its page."""

    by: Actor
    case_id: UUID
    path: str


class Offered(NamedTuple):
    """A step that they may take: its words, its form, and whether that is shown open."""

    words: StepWords
    form: Form
    open: bool


class Follow:
    """The pages on which an appeal is followed."""

    def __init__(self, site: Site) -> None:
        """Belong to *site*."""
        self._site = site

    def form(self, request: Request) -> Response:
        """Ask for number and code; whoever is signed in chooses among their own."""
        return self._asked(request, status=200)

    def open(self, request: Request) -> Response:
        """
        Open the case of a code.

        A code that belongs to nothing and a number that does not fit get the same answer. Codes
        are looked up by their digest, so how long that takes says nothing about them.
        """
        self._admit()
        found = dict(self._site.form_of(request))
        code = read_code(found.get("code", ""))
        item = self._case_of(holder_of(code).id) if code else None
        if code is None or item is None or not _fits(found.get("number", ""), item):
            return self._asked(request, status=404, vain=True)
        return FOLLOW.kept(self._site.see_other(request, "/follow/case"), request, code)

    def leave(self, request: Request) -> Response:
        """Forget the code."""
        self._site.form_of(request)
        return FOLLOW.dropped(self._site.see_other(request, "/follow"), request)

    def case(self, request: Request) -> Response:
        """Show the case; without a code that is kept, ask for one."""
        mine = self._mine(request)
        if mine is None:
            return self._site.see_other(request, "/follow")
        return self._shown(request, mine, None)

    def step(self, request: Request) -> Response:
        """Take a step in the case, or show its form again."""
        mine = self._mine(request)
        if mine is None:
            return self._site.see_other(request, "/follow")
        verb = request.named["verb"]
        if verb not in ASKED:
            raise NotFoundError(f"there is no such step; there are: {', '.join(ASKED)}")
        eyes = Eyes(self._site.engine, mine.by)
        eyes.insist(mine.case_id, COMPLAINT)
        blank = self._blank(verb, eyes.case(mine.case_id))
        found = carry_out(
            self._site, request, blank, mine.case_id, by=mine.by, fixed=FIXED.get(verb)
        )
        if isinstance(found, Form):
            return self._shown(request, mine, found)
        return self._site.see_other(request, mine.path)

    # — whose case —

    def _admit(self) -> None:
        if not self._site.settings.citizens:
            raise UnauthenticatedError("appeals are followed by those who have signed in")

    def _mine(self, request: Request) -> Mine | None:
        """
        Give the case that whoever asks follows; None if they have to say which.

        Raises:
            CaseNotFoundError: If the path names one that is not theirs.
        """
        if "case_id" in request.named:
            actor, case_id = complainant_of(request), case_id_of(request)
            if actor is None:
                raise UnauthenticatedError("sign in to see your own appeals, or use your code")
            return Mine(actor, case_id, f"/follow/own/{case_id}")
        self._admit()
        code = FOLLOW.code(request)
        holder = holder_of(code) if code else None
        item = self._case_of(holder.id) if holder else None
        if holder is None or item is None:
            return None
        return Mine(holder, item.case_id, "/follow/case")

    def _case_of(self, subject: str) -> ListedCase | None:
        """Give the case of a receipt; None if there is none."""
        found = self._site.engine.ask(Earlier(subject=subject, size=1)).items
        return found[0] if found and found[0].case_type == COMPLAINT else None

    # — what is shown —

    def _asked(self, request: Request, *, status: int, vain: bool = False) -> Response:
        own = complainant_of(request)
        if own is None:
            self._admit()
        return self._site.page(
            request,
            "citizen/follow.html",
            status=status,
            vain=vain,
            own=self._own(request, own) if own else None,
        )

    def _own(self, request: Request, own: Actor) -> CasePage:
        asked = Earlier(subject=own.id, size=20, after=request.asked("after"))
        return Eyes(self._site.engine, own).page(asked)

    def _shown(self, request: Request, mine: Mine, faulty: Form | None) -> Response:
        eyes = Eyes(self._site.engine, mine.by)
        case = eyes.case(mine.case_id)
        if case.case_type != COMPLAINT:
            raise CaseNotFoundError("there is no such appeal", case_id=str(mine.case_id))
        allowed = {step.verb for step in eyes.allowed(mine.case_id)}
        folded = cast("Complaint", self._site.engine.case(mine.case_id))
        story = story_of(
            case,
            eyes.timeline(mine.case_id),
            eyes.clocks(mine.case_id),
            called_back=not (folded.anonymous or folded.no_reply_wanted),
            asked="evaluate" in allowed,
            buildings=self._site.engine.book.current().wall.buildings_may_be_named,
        )
        return self._site.page(
            request,
            "citizen/case.html",
            status=faulty.status if faulty else 200,
            case=case,
            story=story,
            last_day=self._last_day(story.due_at),
            path=mine.path,
            by_code=mine.path == "/follow/case",
            outcome_label=outcome_label,
            steps=[self._offered(verb, case, faulty) for verb in STEP_WORDS if verb in allowed],
        )

    def _last_day(self, due_at: datetime | None) -> date | None:
        """Give the day at whose end something is due, if it is due at the end of one."""
        local = due_at.astimezone(ZoneInfo(self._site.engine.zone)) if due_at else None
        if local is None or local.time() != time():
            return None
        return local.date() - timedelta(days=1)

    def _offered(self, verb: str, case: SeenCase, faulty: Form | None) -> Offered:
        again = faulty is not None and faulty.command.verb == verb
        form = faulty if faulty is not None and again else self._blank(verb, case)
        return Offered(STEP_WORDS[verb], form, open=again or verb == "evaluate")

    def _blank(self, verb: str, case: SeenCase) -> Form:
        kind = self._site.engine.types[COMPLAINT]
        command = next(one for one in kind.commands if one.verb == verb)
        rules = self._site.engine.book.current()
        form = form_of(command, rules, only=ASKED[verb], expect=case.version)
        if verb == "set_confidentiality":
            form = replace(form, texts={"level": [str(case.level)]})
        return replace(in_plain_words(form), prefix=verb)


def _fits(number: str, item: ListedCase) -> bool:
    """Say whether *number* is that of the case; a code alone is enough, too."""
    if not number.strip():
        return True
    with suppress(InputError):
        return compare_digest(check_number(number).encode(), item.number.encode())
    return False
