"""The dashboard 驾驶舱: rates, times and backlog of a month, and the counts behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from zhili.errors import PolicyRefusedError, RoleRefusedError
from zhili.face import Request, Response, Route
from zhili.face.eyes import Eyes
from zhili.face.problem import ForbiddenError, NotFoundError
from zhili.pages.case_words import case_type_label
from zhili.pages.choice_words import word_of_code
from zhili.pages.dashboard_asked import BY, Asked, asked_of, organisation_of
from zhili.pages.dashboard_csv import as_csv
from zhili.pages.dashboard_figures import Gatherer
from zhili.pages.dashboard_number import SMALL, month_in_words
from zhili.pages.dashboard_others import sections
from zhili.pages.dashboard_picture import captions, pictures
from zhili.pages.dashboard_table import TABLES, group_word, table
from zhili.pages.dashboard_tile import tiles
from zhili.pages.menu import Entry, for_staff
from zhili.pages.words import label_of, word
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.access import Sight
    from zhili.face.request import Language
    from zhili.pages.dashboard_cell import Names
    from zhili.pages.site import Site
    from zhili.projections.figure import FigureAnswer

__all__ = ["MENU", "routes"]

TITLE: Final = Label("Dashboard", "驾驶舱")

MENU: Final = (
    Entry(
        "/dashboard", TITLE,
        Label(
            "How many cases are closed, how quickly, and what is still open.",
            "办结多少、办得多快、还有多少未办结。",
        ),
        shown=for_staff, rank=40,
    ),
)  # fmt: skip

CSV: Final = "text/csv; charset=utf-8"
MONTHS_MAX: Final = 60

LEVELS: Final = ("province", "city", "district", "street", "community")
"""The levels through which one goes up and down."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may be chosen: its value, its words, and whether it is chosen."""

    value: str
    words: str
    chosen: bool


def routes(site: Site) -> tuple[Route, ...]:
    """Give the routes of the dashboard: the page, and its tables as files."""
    gatherer = Gatherer(site.engine)

    def page(request: Request) -> Response:
        return _page(site, gatherer, request, _asked(site, request))

    def download(request: Request) -> Response:
        asked = _asked(site, request)
        name = request.named["table"].removesuffix(".csv")
        if name not in TABLES:
            message = f"there is no table {name!r}; there are: {', '.join(TABLES)}"
            raise NotFoundError(message)
        figures = gatherer.figures(asked)
        names = _names(site, figures.asked, request.language)
        made = table(name, figures, names, request.language)
        said = f'attachment; filename="zhili-{figures.asked.case_type}-{name}-{figures.month}.csv"'
        headers = (
            ("Content-Disposition", said),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        )
        return Response(200, as_csv(made), CSV, headers)

    return (
        Route("GET", "/dashboard", "dashboard", page, TITLE, page=True),
        Route(
            "GET", "/dashboard/tables/{table}", "dashboard.table", download,
            Label("A table of the dashboard, as CSV", "驾驶舱数据下载（CSV）"), page=True,
        ),
    )  # fmt: skip


def _asked(site: Site, request: Request) -> Asked:
    """
    Read what is asked for, at a place whose figures whoever asks may have.

    Raises:
        ForbiddenError: If figures are not for them, or not those of that place.
        InputError: If something is asked for that there is not.
    """
    eyes = Eyes(site.engine, request.actor)
    if not eyes.may_ask_figures():
        role = request.actor.role if request.actor else "nobody"
        message = f"figures are for staff; the policy of visibility gives {role} none"
        raise ForbiddenError(message)
    asked = asked_of(request, site.engine)
    try:
        return replace(asked, within=eyes.sight.place_of_figures(asked.within))
    except RoleRefusedError as refusal:
        raise ForbiddenError(refusal.message) from refusal


def _page(site: Site, gatherer: Gatherer, request: Request, asked: Asked) -> Response:
    figures, language = gatherer.figures(asked), request.language
    sight = Eyes(site.engine, request.actor).sight
    names = _names(site, asked, language)
    return site.page(
        request,
        "dashboard/page.html",
        asked=asked,
        figures=figures,
        month=month_in_words(figures.month, language),
        small=SMALL,
        choices=_choices(site, figures.months, figures.month, asked, language),
        trail=_trail(site, sight, asked.within),
        of_all=sight.view.figures == "all",
        below=_below(asked),
        tiles=tiles(figures, language),
        tables={name: table(name, figures, names, language) for name in TABLES},
        pictures=pictures(figures, names, language),
        captions=captions(figures, language),
        sections=sections(figures, language),
        group_word=group_word(asked.by, language),
        sources=_sources(figures.answers),
        case_type=label_of(case_type_label(asked.case_type), language),
    )


def _names(site: Site, asked: Asked, language: Language) -> Names:
    """Give what names a group: units by the organisation, categories by themselves."""
    nobody = {
        "unit": word("no unit yet", "尚无承办单位", language),
        "street": word("not under a street", "不属街道（镇）", language),
        "district": word("not under a district", "不属任何区", language),
        "category": word("no category", "未归类", language),
    }[asked.by]
    if asked.by == "category":
        category = partial(word_of_code, asked.case_type, "category", rules=site.rules)
        return lambda key: label_of(category(key), language) if key else nobody
    return lambda key: site.unit_name(key) if key else nobody


def _choices(
    site: Site, months: Sequence[str], month: str, asked: Asked, language: Language
) -> dict[str, list[Choice]]:
    """Give what the form at the top lets one choose."""
    types = [kind.workflow.name for kind in site.engine.case_types[:-1]]  # the last: policies
    hours = {
        "clock": word("by the clock", "自然小时", language),
        "working": word("working hours", "工作小时", language),
    }
    return {
        "month": [
            Choice(one, month_in_words(one, language), one == month) for one in months[:MONTHS_MAX]
        ],
        "by": [Choice(one, group_word(one, language), one == asked.by) for one in BY],
        "case_type": [
            Choice(one, label_of(case_type_label(one), language), one == asked.case_type)
            for one in types
        ],
        "hours": [Choice(one, said, one == asked.hours) for one, said in hours.items()],
    }


def _trail(site: Site, sight: Sight, unit: str | None) -> list[tuple[str, str]]:
    """Give the units above the place whose figures are *sight's, and the place itself."""
    organisation = organisation_of(site.engine)
    if unit is None or organisation is None:
        return []
    today = site.engine.now().astimezone(ZoneInfo(site.engine.zone)).date()
    try:
        above = [organisation.ancestor(unit, level, today) for level in LEVELS]
    except (PolicyRefusedError, ValidationError):  # it is no unit today; it stands by itself
        above = []
    trail = dict.fromkeys([one for one in above if one and sight.has_figures_of(one)] + [unit])
    return [(one, site.unit_name(one)) for one in trail]


def _below(asked: Asked) -> str | None:
    """Give by what the figures of one group are shown when one goes on to it."""
    return {"district": "street", "street": "unit", "unit": "category"}.get(asked.by)


def _sources(answers: Sequence[FigureAnswer]) -> list[FigureAnswer]:
    """Give one answer for each definition: what it is computed by, and of when it is."""
    return list({answer.definition: answer for answer in answers}.values())
