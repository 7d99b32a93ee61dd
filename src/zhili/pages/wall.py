"""The wall 问题墙·回音壁: problems and echoes side by side, and every item with its history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, cast

from pydantic import Field

from zhili.aggregates import WallItem
from zhili.errors import CaseNotFoundError
from zhili.face import Request, Response, Route
from zhili.face.reading import case_id_of, query_of
from zhili.face.route import Handler, Method
from zhili.pages.menu import Entry
from zhili.pages.wall_claim import Claiming
from zhili.pages.wall_posting import Posting
from zhili.pages.wall_vote import Voting
from zhili.pages.wall_words import (
    category_label,
    outcome_label,
    promise_label,
    reason_label,
    target_label,
)
from zhili.projections.public_wall import ECHOES, PROBLEMS, WallEntry, public_entry
from zhili.projections.wall import Wall, WallPage
from zhili.values import Code, UnitId, Value
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.pages.form import Form
    from zhili.pages.site import Site

__all__ = ["MENU", "routes"]

PATH: Final = "/problem-wall"
SIZE: Final = 10
"""How many items hang on each side of one page."""

IN_SIGHT: Final = 5
"""How many of these a narrow screen shows before it is asked for more."""

TITLE: Final = Label("The problem wall", "问题墙")

MENU: Final = (
    Entry(
        PATH,
        TITLE,
        Label(
            "What people have brought in, who promised what until when, and what came of it.",
            "群众反映的问题、谁负责、承诺何时办好、结果如何。",
        ),
        rank=10,
    ),
)


class Asked(Value):
    """What the query of the wall asks for; `problems` and `echoes` are how far on each side is."""

    village: UnitId | None = None
    category: Code | None = None
    side: Literal["problems", "echoes"] | None = None
    problems: str | None = Field(default=None, max_length=500)
    echoes: str | None = Field(default=None, max_length=500)


class Walls:
    """The public pages of the wall on one site."""

    def __init__(self, site: Site) -> None:
        """Show the wall of *site*."""
        self.site = site
        self.posting = Posting(site)
        self.voting = Voting(site)
        self.claiming = Claiming(site)

    def both(self, request: Request) -> Response:
        """Show problems and echoes side by side, or one side further on."""
        site, asked = self.site, query_of(request, Asked)
        pages = {
            name: self._page(asked, name, after)
            for name, after in (("problems", asked.problems), ("echoes", asked.echoes))
            if asked.side in {None, name}
        }
        villages = site.units("community")
        is_empty = not any(page.entries for page in pages.values())
        return site.page(
            request,
            "wall/wall.html",
            public=True,
            pages=pages,
            asked=asked,
            villages=villages,
            not_there=asked.village is not None and asked.village not in villages and is_empty,
            categories=self._categories(),
            not_posted=next(iter(pages.values())).not_posted,
            may_post=self.posting.open_to(request.actor),
            in_sight=IN_SIGHT,
            wall=WORDS,
        )

    def _page(self, asked: Asked, side: str, after: str | None) -> WallPage:
        given = {"village": asked.village, "category": asked.category, "after": after}
        question = Wall.model_validate({**given, "side": side, "size": SIZE})
        return cast("WallPage", self.site.engine.ask(question))

    def _categories(self) -> dict[str, Label]:
        listed = self.site.rules.wall.categories
        return {code: category_label(code) for code in listed}

    def item(self, request: Request) -> Response:
        """Show one item that hangs on the wall, with its whole public history."""
        found, entry = self._found(request)
        ballot = self.voting.ballot(found, request.actor)
        return self._shown(request, found, entry, ballot=ballot)

    def vote(self, request: Request) -> Response:
        """Take a vote on the echo of an item, or say why it is not taken."""
        found, entry = self._found(request)
        outcome = self.voting.take(request, found)
        if outcome is None:
            return self.site.see_other(request, f"{PATH}/{found.id}?voted=1")
        return self._shown(request, found, entry, ballot=outcome)

    def claim(self, request: Request) -> Response:
        """Take a claim, and lead on to the desk where whoever claimed has it now."""
        found, entry = self._found(request)
        outcome = self.claiming.take(request, found)
        if outcome is not None:
            return self._shown(request, found, entry, claim=outcome)
        claimed = cast("WallItem", self.site.engine.case(found.id))
        path = self.claiming.desk_of(request, claimed)
        return self.site.see_other(request, path or f"{PATH}/{found.id}?claimed=1")

    def _shown(
        self,
        request: Request,
        found: WallItem,
        entry: WallEntry,
        *,
        ballot: Form | None = None,
        claim: Form | None = None,
    ) -> Response:
        return self.site.page(
            request,
            "wall/item.html",
            status=max(form.status if form else 200 for form in (ballot, claim)),
            public=True,
            entry=entry,
            ballot=ballot,
            claim=claim or self.claiming.offer(found, request.actor),
            desk=self.claiming.desk_of(request, found),
            voted=request.asked("voted") is not None,
            claimed=request.asked("claimed") is not None,
            wall=WORDS,
        )

    def _found(self, request: Request) -> tuple[WallItem, WallEntry]:
        """
        Give an item that hangs on the wall, and what everybody may see of it.

        Raises:
            CaseNotFoundError: If there is none, or it does not hang there.
        """
        case_id = case_id_of(request)
        case = self.site.engine.case(case_id)
        if not isinstance(case, WallItem) or case.state not in {*PROBLEMS, *ECHOES}:
            message = f"no item {case_id} hangs on the wall"
            raise CaseNotFoundError(message, case_id=case_id)
        engine = self.site.engine
        buildings = engine.book.current().wall.buildings_may_be_named
        return case, public_entry(case, engine.now(), engine.zone, buildings=buildings)


WORDS: Final[dict[str, object]] = {
    "category": category_label,
    "outcome": outcome_label,
    "promise": promise_label,
    "reason": reason_label,
    "target": target_label,
    "path": PATH,
}
"""What the templates of the wall say in set words."""


def routes(site: Site) -> tuple[Route, ...]:
    """Give the routes of the wall."""
    walls = Walls(site)
    posting = walls.posting
    new = Label("Bring a problem to the wall", "我要上墙")
    item = Label("An item of the wall", "问题详情")
    return (
        _public("GET", PATH, "page.wall", walls.both, TITLE),
        _public("GET", f"{PATH}/new", "page.wall.new", posting.form, new),
        _public("POST", f"{PATH}/new", "page.wall.post", posting.post, new),
        _public(
            "GET", f"{PATH}/received", "page.wall.received", posting.received,
            Label("The problem was received", "已收到"),
        ),
        _public("GET", f"{PATH}/{{case_id}}", "page.wall.item", walls.item, item),
        Route(
            "POST", f"{PATH}/{{case_id}}/vote", "page.wall.vote", walls.vote,
            Label("Vote on an echo", "评议回音"), page=True,
        ),
        Route(
            "POST", f"{PATH}/{{case_id}}/claim", "page.wall.claim", walls.claim,
            Label("Claim an item", "认领问题"), page=True,
        ),
    )  # fmt: skip


def _public(method: Method, path: str, name: str, answer: Handler, title: Label) -> Route:
    return Route(method, path, name, answer, title, public=True, page=True)
