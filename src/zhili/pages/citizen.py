"""Pages for those who appeal 诉求人: file it, keep the receipt, follow it, say what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhili.face import Route
from zhili.pages.citizen_appeal import Appeal
from zhili.pages.citizen_follow import Follow
from zhili.pages.menu import Entry
from zhili.workflows import Label
from zhili.workflows.role import COMPLAINANT, RESIDENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhili.face import Request, Response
    from zhili.face.route import Method
    from zhili.pages.site import Site
    from zhili.values import Actor

__all__ = ["routes"]

FILE: Label = Label("File an appeal", "我要提诉求")
FOLLOW: Label = Label("Follow an appeal", "查询进展")


def routes(site: Site) -> tuple[Route, ...]:
    """Give the routes, and put them into the menu of those for whom they are."""

    def shown(actor: Actor | None) -> bool:
        if actor is None:
            return site.settings.citizens
        return actor.role in {COMPLAINANT, RESIDENT}

    site.menu += (
        Entry(
            "/appeal",
            FILE,
            Label(
                "Say what is wrong or what you need; no account is needed.",
                "反映问题、提出需要，无需注册账号。",
            ),
            shown,
            rank=20,
        ),
        Entry(
            "/follow",
            FOLLOW,
            Label(
                "See where your appeal stands, add to it, and say how it was handled.",
                "查看办理进展，补充情况，评价办理结果。",
            ),
            shown,
            rank=21,
        ),
    )
    appeal, follow = Appeal(site), Follow(site)
    return (
        _page("GET", "/appeal", "appeal.form", appeal.form, FILE),
        _page("POST", "/appeal", "appeal.file", appeal.file, FILE),
        _page("GET", "/appeal/receipt", "appeal.receipt", appeal.receipt, Label("Receipt", "回执")),
        _page(
            "POST", "/appeal/receipt", "appeal.kept", appeal.kept,
            Label("The receipt was kept", "已保存回执"),
        ),
        _page("GET", "/follow", "follow.form", follow.form, FOLLOW),
        _page("POST", "/follow", "follow.open", follow.open, FOLLOW),
        _page("GET", "/follow/case", "follow.case", follow.case, Label("My appeal", "我的诉求")),
        _page(
            "POST", "/follow/leave", "follow.leave", follow.leave,
            Label("Leave my appeal", "退出查询"),
        ),
        _page(
            "POST", "/follow/case/{verb}", "follow.step", follow.step,
            Label("Take a step in my appeal", "办理我的诉求"),
        ),
        _page(
            "GET", "/follow/own/{case_id}", "follow.own", follow.case,
            Label("My appeal", "我的诉求"),
        ),
        _page(
            "POST", "/follow/own/{case_id}/{verb}", "follow.own.step", follow.step,
            Label("Take a step in my appeal", "办理我的诉求"),
        ),
    )  # fmt: skip


def _page(
    method: Method, path: str, name: str, answer: Callable[[Request], Response], title: Label
) -> Route:
    """Give a route that answers without an account; who may, it judges itself."""
    return Route(method, path, name, answer, title, public=True, page=True)
