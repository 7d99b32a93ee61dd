"""Who works here: the eyes of whoever asks, if they work on cases, and what they may open."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from zhili.aggregates.allowed import may_open
from zhili.face.commands import actor_of
from zhili.face.eyes import Eyes
from zhili.face.operation import case_types, openings
from zhili.face.problem import ForbiddenError
from zhili.pages.case_words import case_type_label
from zhili.pages.menu import for_staff
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.aggregates import Case
    from zhili.face import Request
    from zhili.pages.site import Site

__all__ = ["Openable", "auditor_eyes", "openable", "staff_eyes"]


class Openable(NamedTuple):
    """A case that somebody may open: where its form is, and how it is called."""

    path: str
    label: Label
    case_type: Label


def staff_eyes(site: Site, request: Request) -> Eyes:
    """
    Give the eyes of whoever asks, who works on cases, if only on one's own: a branch's member.

    Raises:
        ForbiddenError: If they do not: residents have pages of their own.
    """
    eyes = Eyes(site.engine, actor_of(request))
    has_own = for_staff(eyes.actor) and eyes.sight.view.scope == "own"
    if not (eyes.staff or has_own):
        raise ForbiddenError("the desk is for those who work on cases")
    return eyes


def auditor_eyes(site: Site, request: Request) -> Eyes:
    """
    Give the eyes of whoever asks, who may look at everything, the access log included.

    Raises:
        ForbiddenError: If they may not.
    """
    eyes = Eyes(site.engine, actor_of(request))
    if not eyes.may_see_readers():
        raise ForbiddenError("this is for the inspector, who reads everything and writes nothing")
    return eyes


def openable(site: Site, request: Request) -> list[Openable]:
    """Give what whoever asks may open."""
    actor = actor_of(request)
    found: list[Openable] = []
    for kind in case_types(site.engine):
        name, usual = kind.workflow.name, _usual_verb(kind)
        for step in may_open(kind, actor):
            path = f"/desk/open/{name}" + ("" if step.verb == usual else f"/{step.verb}")
            found.append(Openable(path, step.label, case_type_label(name)))
    return found


@cache
def _usual_verb(kind: type[Case]) -> str:
    """Give the verb with which a case of *kind* is usually opened: it needs no name in the path."""
    return openings(kind)[0].verb
