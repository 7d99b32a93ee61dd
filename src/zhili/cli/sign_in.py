"""The sign-in page of a demonstration: one button for every demo user, and no password."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.demo.users import Group
from zhili.face import Route
from zhili.face.problem import NotFoundError
from zhili.pages.role_words import role_label
from zhili.workflows import Label
from zhili.workflows.role import COMPLAINANT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zhili.face import Request, Response
    from zhili.pages.site import Site
    from zhili.values import Actor

__all__ = ["SIGN_IN", "SignIn"]

SIGN_IN: Final = "/sign-in"
COOKIE: Final = "zhili_demonstration"
TITLE: Final = Label("Choose who you are", "选择演示身份")


class SignIn:
    """
    Who somebody is, as they have chosen: kept in a cookie that only this process can sign.

    Nobody proves anything, so this is for a demonstration and for nothing else.
    """

    def __init__(self, groups: tuple[Group, ...]) -> None:
        """Offer the users of *groups*."""
        self._groups = groups
        self._users = {user.id: user for group in groups for user in group.users}
        self._secret = secrets.token_bytes(32)

    def actor(self, cookies: Mapping[str, str]) -> Actor | None:
        """Give who somebody has chosen to be; None if they have not."""
        name, _, signature = cookies.get(COOKIE, "").rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(name).encode()):
            return None
        return self._users.get(name)

    def routes(self, site: Site) -> tuple[Route, ...]:
        """Give the pages on *site*."""

        def page(request: Request) -> Response:
            groups = [
                (group.label, [_shown(user) for user in group.users]) for group in self._groups
            ]
            return site.page(request, "demonstration/sign_in.html", groups=groups)

        def choose(request: Request) -> Response:
            chosen = dict(site.form_of(request)).get("user", "")
            user = self._users.get(chosen)
            if user is None:
                raise NotFoundError("there is no such demo user; choose one of those offered")
            onward = site.see_other(request, _first_page(site, user))
            return self._kept(onward, request, f"{chosen}.{self._signature(chosen)}")

        def leave(request: Request) -> Response:
            site.form_of(request)
            return self._kept(site.see_other(request, "/"), request, "")

        return (
            Route("GET", SIGN_IN, "demo.sign_in", page, TITLE, public=True, page=True),
            Route("POST", SIGN_IN, "demo.choose", choose, TITLE, public=True, page=True),
            Route(
                "POST", "/sign-out", "demo.leave", leave,
                Label("Be nobody again", "退出演示身份"), public=True, page=True,
            ),
        )  # fmt: skip

    def _signature(self, name: str) -> str:
        return hmac.new(self._secret, name.encode(), hashlib.sha256).hexdigest()

    def _kept(self, response: Response, request: Request, value: str) -> Response:
        ends = "" if value else "; Max-Age=0"
        cookie = f"{COOKIE}={value}; Path={request.base or '/'}{ends}; HttpOnly; SameSite=Strict"
        return replace(response, headers=(*response.headers, ("Set-Cookie", cookie)))


class ShownUser(NamedTuple):
    """A user as the page offers them."""

    actor: Actor
    role: Label


def _shown(user: Actor) -> ShownUser:
    return ShownUser(user, role_label(user.role))


def _first_page(site: Site, user: Actor) -> str:
    """Give where somebody begins: at the desk if they work on cases, at their appeals, the wall."""
    paths = [entry.path for entry in site.menu if entry.shown(user)]
    wanted = "/follow" if user.role == COMPLAINANT else "/desk"
    return wanted if wanted in paths else "/"
