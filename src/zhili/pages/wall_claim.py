"""Claiming an item of the wall 认领: a department for itself, people in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhili.aggregates.allowed import allowed
from zhili.commands import wall
from zhili.errors import CaseNotFoundError
from zhili.face.eyes import Eyes
from zhili.pages.form import Form, form_of
from zhili.pages.submission import carry_out

if TYPE_CHECKING:
    from zhili.aggregates import WallItem
    from zhili.face import Request
    from zhili.pages.site import Site
    from zhili.values import Actor

__all__ = ["Claiming"]


class Claiming:
    """
    Claims on one site.

    Whoever hangs up a problem cannot know who will take it on: a unit that has no part in the item
    finds it here, and has it on the desk once it has claimed it.
    """

    def __init__(self, site: Site) -> None:
        """Take claims on *site*."""
        self._site = site

    def offer(self, item: WallItem, actor: Actor | None) -> Form | None:
        """Give the form with which *actor* claims *item*; None if they may not."""
        if actor is None:
            return None
        steps = allowed(item, actor, self._site.rules, self._site.engine.now())
        if wall.Claim.verb not in {step.verb for step in steps}:
            return None
        return form_of(wall.Claim, self._site.rules, expect=item.version)

    def take(self, request: Request, item: WallItem) -> Form | None:
        """Take the claim that was sent; give the form again if it was refused."""
        blank = form_of(wall.Claim, self._site.rules)
        outcome = carry_out(self._site, request, blank, item.id)
        return outcome if isinstance(outcome, Form) else None

    def desk_of(self, request: Request, item: WallItem) -> str | None:
        """Give where the item stands on the desk of whoever asks; None if it does not."""
        eyes = Eyes(self._site.engine, request.actor)
        if request.actor is None or not eyes.staff:
            return None
        try:
            eyes.case(item.id)
        except CaseNotFoundError:
            return None
        return f"/desk/cases/{item.id}"
