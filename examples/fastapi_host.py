"""A FastAPI application with users of its own (HTTP Basic) that has cases running inside it."""

from __future__ import annotations

import os

import uvicorn
from district import PASSWORD, PEOPLE, asked, open_few
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse
from fastapi.security import HTTPBasic

from zhili import Actor, Engine
from zhili.integrations.fastapi import router
from zhili.pages import Open311Settings, Settings

BASIC = HTTPBasic(auto_error=False)
CHALLENGE = {"WWW-Authenticate": 'Basic realm="district", charset="UTF-8"'}


async def signed_in(request: Request) -> str | None:
    """Give the name of whoever is signed in; None for anybody."""
    given = await BASIC(request)
    if given is None:
        return None
    if given.username not in PEOPLE or given.password != PASSWORD:
        raise HTTPException(401, "wrong name or password", CHALLENGE)
    return given.username


async def who(request: Request) -> Actor | None:
    """Say to zhili who asks."""
    name = await signed_in(request)
    return Actor(id=name, role=PEOPLE[name].role, unit=PEOPLE[name].unit) if name else None


def create_app() -> FastAPI:
    """Make the application, over the store that STORE names."""
    app = FastAPI(title="A district")

    @app.get("/")
    async def front() -> RedirectResponse:
        return RedirectResponse("/governance/")

    @app.get("/sign-in")
    async def sign_in(request: Request) -> RedirectResponse:
        if await signed_in(request) is None:
            raise HTTPException(401, f"sign in as one of {', '.join(PEOPLE)}", CHALLENGE)
        return RedirectResponse("/governance/")

    engine = Engine.open(os.environ["STORE"])
    open_few(engine)
    settings = Settings(sign_in_url="/sign-in", open311=Open311Settings())
    app.include_router(router(engine, actor=who, prefix="/governance", settings=settings))
    return app


if __name__ == "__main__":
    with asked() as port:
        uvicorn.run(create_app(), port=port)
