"""The site: pages around one engine, as one host has set them up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Final, TypeAlias

from jinja2 import Environment, PackageLoader, StrictUndefined

from zhili.engine import Engine
from zhili.errors import PolicyRefusedError
from zhili.face import Face, Request, Response, Route
from zhili.face.open311 import routes as open311_routes
from zhili.face.operations import routes as operation_routes
from zhili.face.request import HTML, LANGUAGES, Language, Pairs
from zhili.pages.matter_words import MATTERS
from zhili.pages.menu import Entry
from zhili.pages.origin import own_form
from zhili.pages.problem_page import refusal_page
from zhili.pages.settings import Settings
from zhili.pages.view import TOKEN_COOKIE, View
from zhili.pages.words import label_of
from zhili.policies import Rules

__all__ = ["PAGES", "MorePages", "Site", "site"]

PAGES: Final = (
    "front", "problem_page", "wall", "citizen", "desk", "case", "dashboard", "auditor", "asset",
)  # fmt: skip
"""The modules of pages, in the order of their routes: each has `routes(site)`."""

POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a browser may load or do for a page (CSP): nothing but what comes from here."""

YEAR: Final = 365 * 24 * 3600


class Site:
    """
    Pages around *engine*: `page` renders one, `form_of` reads the form that one has sent.

    Made by `site`; page modules get it in their `routes(site)`.
    """

    def __init__(self, engine: Engine, settings: Settings | None = None) -> None:
        """Set up the templates for *engine*."""
        self.engine = engine
        self.settings = settings or Settings()
        self.menu: tuple[Entry, ...] = ()
        self.environment = Environment(
            loader=PackageLoader("zhili.pages"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._names: tuple[int, dict[str, str]] = (-1, {})

    # — pages —

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        public: bool = False,
        **context: object,
    ) -> Response:
        """
        Render *template* for *request* with *context* and the words that every page has.

        Only what is *public* and shown to nobody in particular may be kept by a cache.
        """
        view = View(self, request)
        body = self.environment.get_template(template).render({**view.words(), **context})
        shared = public and request.actor is None and view.fresh_token is None
        headers = [
            ("Cache-Control", "no-cache" if shared else "no-store"),
            ("Vary", "Accept-Language, Cookie"),
            ("Content-Language", "zh-Hans" if view.language == "zh" else "en"),
            *HARDENED,
            *_cookies(request, view),
        ]
        return Response(status, body.encode(), HTML, tuple(headers))

    def see_other(self, request: Request, path: str, *, headers: Pairs = ()) -> Response:
        """Send the reader on to *path* after a form was carried out."""
        location = ("Location", request.base + path)
        kept = (location, ("Cache-Control", "no-store"), *HARDENED, *headers)
        return Response(303, b"", HTML, kept)

    def form_of(self, request: Request) -> Pairs:
        """
        Give the fields of the form that a page of this site has sent.

        Raises:
            ForbiddenError: If another site's page may have sent it, or its page is stale.
            InputError: If what was sent is no form.
        """
        return own_form(request)

    # — words —

    def words_of(self, case_type: str, name: str, language: Language) -> str:
        """Give a state or a step of a case type in words; parts are searched, too."""
        workflow = next(
            (one.workflow for one in self.engine.case_types if one.workflow.name == case_type), None
        )
        if workflow is None:
            return name.replace("_", " ")
        for table in (workflow, *workflow.parts.values()):
            label = table.states.get(name) or table.labels.get(name)
            if label is not None:
                return label_of(label, language)
        return name.replace("_", " ")

    @property
    def rules(self) -> Rules:
        """The policies in force now, whichever process has published them."""
        self.engine.book.refresh()
        return self.engine.book.current()

    def units(self, level: str | None = None) -> dict[str, str]:
        """Give the units that there are today by id, of one *level* or all, with their names."""
        rules = self.rules
        today = rules.day_of(self.engine.now())
        return {
            unit.id: unit.name
            for unit in rules.organisation.units
            if unit.exists(today) and level in {None, unit.level}
        }

    def unit_name(self, unit: str) -> str:
        """Give the name of a unit as the organisation in force has it; its id if it has none."""
        epoch = self.engine.book.epoch
        if self._names[0] != epoch:
            try:
                units = self.engine.book.current().organisation.units
            except PolicyRefusedError:  # the audit says why it cannot be read
                units = ()
            self._names = (epoch, {one.id: one.name for one in units})
        return self._names[1].get(unit, unit)


HARDENED: Final[Pairs] = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
"""What every page says to browsers."""


def _cookies(request: Request, view: View) -> Iterable[tuple[str, str]]:
    """Give the cookies that a page sets: its forms' token, and the language that was chosen."""
    where = f"; Path={request.base or '/'}; SameSite={{}}{'; Secure' if request.secure else ''}"
    if view.fresh_token is not None:
        yield "Set-Cookie", f"{TOKEN_COOKIE}={view.fresh_token}; HttpOnly{where.format('Strict')}"
    chosen = request.asked("lang")
    if chosen in LANGUAGES and request.cookies.get("zhili_language") != chosen:
        yield "Set-Cookie", f"zhili_language={chosen}; Max-Age={YEAR}{where.format('Lax')}"


MorePages: TypeAlias = Callable[[Site], Iterable[Route]]
"""Gives routes of pages that are made with a site."""


def site(
    engine: Engine,
    settings: Settings | None = None,
    *,
    pages: Sequence[str] = PAGES,
    more: MorePages | None = None,
) -> Face:
    """
    Put together all that a host hangs up: operations, Open311, and the *pages*.

    Args:
        engine: What the pages are about.

        settings: What the host decides about them.

        pages: Which modules of pages; all by default.

        more: Gives the routes of pages of the host's own.
    """
    made = Site(engine, settings)
    routes: list[Route] = list(operation_routes(engine, made.settings.limits))
    if made.settings.open311 is not None:
        told = made.settings.open311
        routes += open311_routes(engine, replace(told, names={**MATTERS, **told.names}))
    for name in pages:
        module = import_module(f"zhili.pages.{name}")
        routes += module.routes(made)
        made.menu += tuple(getattr(module, "MENU", ()))
    routes += more(made) if more is not None else ()
    made.menu = tuple(sorted(made.menu, key=lambda entry: entry.rank))
    limits = made.settings.limits
    return Face(engine, routes, limits=limits, page_of=partial(refusal_page, made))
