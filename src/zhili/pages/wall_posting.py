"""Bringing a problem to the wall 我要上墙: by residents, or by anybody where the host allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zhili.aggregates.number import check_number
from zhili.commands import wall
from zhili.face import Request, Response
from zhili.face.problem import ForbiddenError
from zhili.pages.form import Form, form_of
from zhili.pages.form_text import by_name
from zhili.pages.submission import carry_out
from zhili.values import Actor
from zhili.workflows.role import COMPLAINANT, RESIDENT

if TYPE_CHECKING:
    from zhili.pages.site import Site

__all__ = ["Posting"]

ASKED: Final = ("text", "category", "village", "name", "phone", "address", "anonymous")
"""What a resident fills in; the rest is for those who write it down for others."""

CHANNEL: Final = "mini_program"
"""How what is written here comes in, where the wall's list of channels has it."""

POSTERS: Final = frozenset({RESIDENT, COMPLAINANT})


class Posting:
    """Problems brought in on one site."""

    def __init__(self, site: Site) -> None:
        """Take problems on *site*, if its host allows it."""
        self._site = site

    def open_to(self, actor: Actor | None) -> bool:
        """Say whether *actor*, or anybody, may bring in a problem here."""
        settings = self._site.settings
        if not settings.posting:
            return False
        return settings.citizens if actor is None else actor.role in POSTERS

    def form(self, request: Request) -> Response:
        """Show the form."""
        self._refuse_where_closed(request)
        return self._page(request, self._blank())

    def post(self, request: Request) -> Response:
        """Take what was written, or show what is wrong with it."""
        self._refuse_where_closed(request)
        sent = by_name(request.form)
        case_id = "".join(sent.get("case_id", ())[-1:])
        by = request.actor or Actor(id=f"visitor:{case_id[:36]}", role=RESIDENT)
        nameless = sent.get("anonymous", [""])[-1] == "true"
        fixed: dict[str, object] = {"subject": None if nameless else by.id}
        if self._has_channel:
            fixed["channel"] = CHANNEL
        outcome = carry_out(self._site, request, self._blank(), None, by=by, fixed=fixed)
        if isinstance(outcome, Form):
            return self._page(request, outcome)
        return self._site.see_other(request, f"/problem-wall/received?number={outcome.number}")

    def received(self, request: Request) -> Response:
        """Say that it was received, under which number, and what happens now."""
        number = check_number(request.asked("number") or "")
        return self._site.page(request, "wall/received.html", public=True, number=number)

    def _page(self, request: Request, form: Form) -> Response:
        site = self._site
        return site.page(
            request, "wall/new.html", status=form.status, form=form, wall={"path": "/problem-wall"}
        )

    @property
    def _has_channel(self) -> bool:
        return CHANNEL in self._site.rules.wall.channels

    def _blank(self) -> Form:
        only = ASKED if self._has_channel else (*ASKED, "channel")
        rules = self._site.rules
        return form_of(wall.Collect, rules, only=only, units=self._site.units("community"))

    def _refuse_where_closed(self, request: Request) -> None:
        if not self.open_to(request.actor):
            message = "nothing is brought to the wall here by whoever asks; ask the wall's keeper"
            raise ForbiddenError(message)
