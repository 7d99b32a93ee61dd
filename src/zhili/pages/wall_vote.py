"""Votes on an echo 评议: by residents who may, where the host allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhili.aggregates import WallItem
from zhili.aggregates.allowed import allowed
from zhili.commands import wall
from zhili.face import Request
from zhili.face.problem import ForbiddenError
from zhili.pages.form import Form, form_of
from zhili.pages.submission import carry_out
from zhili.values import Actor

if TYPE_CHECKING:
    from zhili.pages.site import Site

__all__ = ["Voting"]


class Voting:
    """Votes on one site."""

    def __init__(self, site: Site) -> None:
        """Take votes on *site*, if its host allows them."""
        self._site = site

    def ballot(self, item: WallItem, actor: Actor | None) -> Form | None:
        """Give the form with which *actor* votes on the echo of *item*; None if they may not."""
        if not self._site.settings.voting or actor is None:
            return None
        rules = self._site.rules
        now = self._site.engine.now()
        verbs = {step.verb for step in allowed(item, actor, rules, now)}
        if wall.EvaluateEcho.verb not in verbs or self._has_voted(item, actor):
            return None
        return form_of(wall.EvaluateEcho, rules)

    def _has_voted(self, item: WallItem, actor: Actor) -> bool:
        """Say whether *actor* has voted in this round."""
        return item.part_state("vote", f"{item.round}/{actor.id}") is not None

    def take(self, request: Request, item: WallItem) -> Form | None:
        """
        Take the vote that was sent; give the form again if it was refused.

        Raises:
            ForbiddenError: If nobody votes here.
        """
        if not self._site.settings.voting:
            raise ForbiddenError("votes are not taken here; ask where the wall hangs")
        blank = form_of(wall.EvaluateEcho, self._site.rules)
        outcome = carry_out(self._site, request, blank, item.id)
        return outcome if isinstance(outcome, Form) else None
