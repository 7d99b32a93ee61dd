"""The desk 工作台: the cases of a unit with the time that each has left, and looking for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from zhili.errors import InputError
from zhili.face import Request, Response, Route
from zhili.face.operation import case_types
from zhili.face.reading import query_of
from zhili.pages.case_words import case_type_label
from zhili.pages.desk_list import Lists
from zhili.pages.desk_search import search_route
from zhili.pages.menu import Entry, for_staff
from zhili.pages.staff import openable, staff_eyes
from zhili.pages.step_receipt import receipt_of
from zhili.projections.summonses import Summonses
from zhili.projections.worklist import Worklist
from zhili.values import Line, Value
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.face.eyes import Eyes
    from zhili.pages.site import Site

__all__ = ["MENU", "Wanted", "routes"]

MENU: Final = (
    Entry(
        "/desk",
        Label("The desk", "工作台"),
        Label(
            "The cases of a unit, and how much time each has left.", "本单位案件清单与剩余时限。"
        ),
        for_staff,
        rank=30,
    ),
)

PAGE_SIZE: Final = 50

Whose = Literal["unit", "all"]
Show = Literal["open", "overdue", "soon", "all"]


class Wanted(Value):
    """
    What the query of the desk asks for.

    `whose` is one's own unit's cases or all that one may see, `standing` a case type, or one of its
    states: `complaint.handling`.
    """

    whose: Whose | None = None
    show: Show = "open"
    standing: Line | None = None
    person: Line | None = None
    order: Literal["due", "opened", "number"] = "due"
    after: str | None = Field(default=None, max_length=500)
    done: str | None = Field(default=None, max_length=300)


class Desk:
    """Shows the lists of the desk."""

    def __init__(self, site: Site) -> None:
        """Show them on *site*."""
        self._site = site
        self._lists = Lists(site)

    def worklist(self, request: Request) -> Response:
        """Show the worklist: what is due first comes first."""
        eyes = staff_eyes(self._site, request)
        wanted = query_of(request, Wanted)
        whose = wanted.whose or self._usual(eyes)
        found = eyes.page(self._question(eyes, wanted, whose))
        return self._site.page(
            request, "desk/worklist.html",
            rows=self._lists.rows(found.items, request.language),
            next=found.next,
            wanted=wanted,
            whose=whose,
            has_unit=self._has_unit(eyes),
            standings=self._standings(),
            openable=openable(self._site, request),
            receipt=receipt_of(self._site, request),
        )  # fmt: skip

    def summonses(self, request: Request) -> Response:
        """Show the whistles that wait for the unit, those due first on top."""
        eyes = staff_eyes(self._site, request)
        unit = eyes.actor.unit if eyes.actor and self._has_unit(eyes) else None
        question = Summonses(unit=unit, size=PAGE_SIZE, after=request.asked("after"))
        found = eyes.summonses(question)
        return self._site.page(
            request, "desk/summonses.html",
            rows=self._lists.summonses(found.items, request.language),
            next=found.next,
            has_unit=unit is not None,
        )  # fmt: skip

    @staticmethod
    def _has_unit(eyes: Eyes) -> bool:
        """Whether there are cases of a unit of their own: a centre has all, and none itself."""
        return eyes.sight.view.scope in {"unit", "district"}

    def _usual(self, eyes: Eyes) -> Whose:
        return "unit" if eyes.sight.view.scope == "unit" else "all"

    def _question(self, eyes: Eyes, wanted: Wanted, whose: Whose) -> Worklist:
        case_type, _, state = (wanted.standing or "").partition(".")
        if case_type and case_type not in self._site.engine.types:
            raise InputError("there is no such case type; choose one of the list")
        soon = self._lists.soon() if wanted.show == "soon" else None
        return Worklist(
            case_type=case_type or None,
            state=(state,) if state else None,
            unit=eyes.actor.unit if eyes.actor and whose == "unit" else None,
            person=wanted.person,
            open_only=wanted.show != "all" and not state,
            overdue={"overdue": True, "soon": False}.get(wanted.show),
            due_before=soon,
            order=wanted.order,
            size=PAGE_SIZE,
            after=wanted.after,
        )

    def _standings(self) -> list[tuple[str, Label, list[tuple[str, Label]]]]:
        """Give the case types with their states, to choose from."""
        tables = [kind.workflow for kind in case_types(self._site.engine)]
        return [
            (
                table.name,
                case_type_label(table.name),
                [(f"{table.name}.{name}", said) for name, said in table.states.items()],
            )
            for table in tables
        ]


def routes(site: Site) -> tuple[Route, ...]:
    """Give the routes of the desk's lists."""
    desk = Desk(site)
    return (
        Route("GET", "/desk", "desk", desk.worklist, Label("The desk", "工作台"), page=True),
        Route(
            "GET", "/desk/summonses", "desk.summonses", desk.summonses,
            Label("Summonses of a unit", "报到清单"), page=True,
        ),
        search_route(site),
    )  # fmt: skip
