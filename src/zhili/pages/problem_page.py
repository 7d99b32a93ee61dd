"""A refusal as a page, and a page for every code that one can have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhili.face import Request, Response, Route
from zhili.face.problem import NotFoundError, Problem
from zhili.pages.fault_words import kind_in_words
from zhili.pages.meanings import MEANINGS, meaning_of
from zhili.pages.refusal_words import refusal_in_words
from zhili.pages.words import label_of
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.pages.site import Site

__all__ = ["refusal_page", "routes"]


def refusal_page(site: Site, problem: Problem, request: Request) -> Response:
    """Show people what was refused, why, and what they can do."""
    language = request.language
    meaning = meaning_of(problem.code)
    detail = refusal_in_words(problem, language, site)
    if problem.code == "unauthenticated" or detail == label_of(meaning.sentence, language):
        detail = ""
    faults = [
        (".".join(fault["where"]), kind_in_words(fault["kind"], fault["message"]))
        for fault in problem.data.get("faults", ())
    ]
    return site.page(
        request,
        "problem.html",
        status=int(problem.status),
        code=problem.code,
        detail="" if faults else detail,
        faults=faults,
        sign_in=problem.code == "unauthenticated" and site.settings.sign_in_url,
        meaning=meaning,
    )


def routes(site: Site) -> tuple[Route, ...]:
    """Give the page of every code: what a problem's `type` leads to."""

    def explained(request: Request) -> Response:
        code = request.named["code"]
        meaning = MEANINGS.get(code)
        if meaning is None:
            message = f"there is no code {code[:64]!r}; there are: {', '.join(sorted(MEANINGS))}"
            raise NotFoundError(message)
        return site.page(
            request, "problem.html", public=True,
            code=code, detail="", faults=(), sign_in=False, meaning=meaning,
        )  # fmt: skip

    title = Label("What a code of a refusal means", "错误代码说明")
    return (Route("GET", "/problems/{code}", "problem", explained, title, public=True, page=True),)
