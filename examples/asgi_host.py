"""A Starlette application with users of its own (a signed cookie) that mounts zhili's."""

from __future__ import annotations

import hmac
import os

import uvicorn
from district import PASSWORD, PEOPLE, asked, open_few
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from zhili import Actor, Engine
from zhili.integrations.asgi import app as governance
from zhili.pages import Settings


def signature(name: str) -> str:
    """Give what makes the cookie of *name* one that we have given."""
    return hmac.new(PASSWORD.encode(), name.encode(), "sha256").hexdigest()


def who(request: Request) -> Actor | None:
    """Say to zhili who asks, as the cookie `user` says."""
    name, _, signed = request.cookies.get("user", "").partition(".")
    if name not in PEOPLE or signed != signature(name):
        return None
    return Actor(id=name, role=PEOPLE[name].role, unit=PEOPLE[name].unit)


async def sign_in(request: Request) -> Response:
    """Offer the district's people to sign in as; a real host asks for more."""
    name = request.query_params.get("as", "")
    if name not in PEOPLE:
        links = (f'<li><a href="?as={one}">{one}, {PEOPLE[one].role}</a>' for one in PEOPLE)
        return HTMLResponse(f"<!doctype html><title>Sign in</title><ul>{''.join(links)}</ul>")
    answer = RedirectResponse("/governance/", 303)
    answer.set_cookie("user", f"{name}.{signature(name)}", httponly=True, samesite="lax")
    return answer


def create_app() -> Starlette:
    """Make the application, over the store that STORE names."""
    engine = Engine.open(os.environ["STORE"])
    open_few(engine)
    cases = governance(engine, actor=who, settings=Settings(sign_in_url="/sign-in"))
    return Starlette(routes=[Route("/sign-in", sign_in), Mount("/governance", cases)])


if __name__ == "__main__":
    with asked() as port:
        uvicorn.run(create_app(), port=port)
