"""A case's page 工单: where it stands, what happened, why it is due then, and what one may do."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.errors import RoleRefusedError
from zhili.face import Request, Response, Route
from zhili.face.reading import case_id_of
from zhili.pages.case_clocks import clock_lines, why_in_words
from zhili.pages.case_doing import not_now, primary_verb
from zhili.pages.case_step import step_routes
from zhili.pages.case_words import case_type_label, part_label, part_role_label, relation_label
from zhili.pages.choice_words import word_of_code
from zhili.pages.desk_list import Lists
from zhili.pages.matter_words import flag_label
from zhili.pages.personal import personal_routes
from zhili.pages.staff import staff_eyes
from zhili.pages.step_receipt import receipt_of
from zhili.pages.timeline_words import TimelineWords
from zhili.pages.words import label_of, word
from zhili.projections.worklist import Earlier
from zhili.workflows import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhili.access import SeenCase, SeenPart
    from zhili.aggregates import Case
    from zhili.face.eyes import Eyes
    from zhili.face.request import Language
    from zhili.pages.desk_list import CaseRow
    from zhili.pages.site import Site

__all__ = ["routes"]

EARLIER_SHOWN = 10

ELSEWHERE: Final = {("branch_call", "category"): "post", ("wall", "type"): "reason"}
"""The fields of commands whose codes the register keeps under another name."""


class Parts(NamedTuple):
    """The entities of one kind inside a case."""

    label: Label
    items: Sequence[SeenPart]


class Votes(NamedTuple):
    """How many persons voted how, in one round; who voted how is told to nobody."""

    label: Label
    round: str
    state: Label
    number: int


class CasePages:
    """Shows cases to those who work on them."""

    def __init__(self, site: Site) -> None:
        """Show them on *site*."""
        self._site = site
        self._lists = Lists(site)

    def case(self, request: Request) -> Response:
        """Show a case, and exactly the steps that whoever asks may take now."""
        site, language = self._site, request.language
        eyes = staff_eyes(site, request)
        case_id = case_id_of(request)
        seen = eyes.case(case_id)
        kind = site.engine.types[seen.case_type]
        calendar = self._lists.calendar()
        family = eyes.family(case_id)
        steps, clocks = eyes.allowed(case_id), eyes.clocks(case_id)
        own = request.actor.unit if request.actor else None
        return site.page(
            request, "case/case.html",
            seen=seen,
            row=self._lists.rows((seen,), language)[0],
            facts=self._facts(seen, language),
            steps=steps,
            primary=primary_verb(kind, seen.state, steps, clocks, own),
            not_now=not_now(site, kind, eyes.held_back(case_id), language),
            receipt=receipt_of(site, request, case_id),
            parts=_parts(seen, kind),
            votes=_votes(site.engine.case(case_id)),
            lines=TimelineWords(site, language).lines(eyes.timeline(case_id)),
            clocks=clock_lines(site, kind, clocks, language, calendar),
            family=family if len(family.members) > 1 else None,
            earlier=self._earlier(eyes, seen, language),
            may_read=any(field.may_read for field in seen.personal),
            case_type_label=case_type_label,
            part_role=part_role_label,
            relation=relation_label,
            why=partial(why_in_words, language=language),
        )  # fmt: skip

    def _facts(self, seen: SeenCase, language: Language) -> list[tuple[Label, str]]:
        """Give what the register says of the case, what is empty left out."""
        site = self._site

        def said(name: str, value: str | None) -> str:
            return label_of(self._word(seen, name, value), language) if value else ""

        told = (
            (Label("Accountable", "承办单位"), site.unit_name(seen.unit) if seen.unit else ""),
            (Label("Person in charge", "经办人"), seen.person),
            (Label("Kind", "类型"), said("kind", seen.kind)),
            (Label("Category", "类别"), said("category", seen.category)),
            (Label("Finer type", "细类"), said("type", seen.type)),
            (Label("Place", "地点"), site.unit_name(seen.place or "")),
            (Label("Division", "区划"), site.unit_name(seen.division) if seen.division else ""),
            (Label("Channel", "来源渠道"), said("channel", seen.channel)),
            (Label("Response grade", "响应等级"), said("grade", seen.grade)),
            (Label("Outcome", "办理结果"), said("outcome", seen.outcome)),
            (Label("Person's id", "当事人标识"), seen.subject),
            (Label("Source", "来源系统"), " ".join(filter(None, (seen.source, seen.source_id)))),
            (
                Label("Flags", "标记"),
                word(", ", "、", language).join(said("flag", each) for each in seen.flags),
            ),
        )
        return [(label, value) for label, value in told if value]

    def _word(self, seen: SeenCase, name: str, code: str) -> Label:
        """Give the words for a code of the register, as the lists in force have it."""
        if name == "flag":
            return flag_label(code)
        rules = self._site.engine.book.current()
        field = ELSEWHERE.get((seen.case_type, name), name)
        return word_of_code(seen.case_type, field, code, rules)

    def _earlier(self, eyes: Eyes, seen: SeenCase, language: Language) -> list[CaseRow] | None:
        """Give the earlier cases of the same person; None if these are not for whoever asks."""
        if not eyes.sight.joins_cases or seen.subject is None:
            return None
        try:
            found = eyes.page(Earlier(case_id=seen.case_id, size=EARLIER_SHOWN))
        except RoleRefusedError:
            return None
        return self._lists.rows(found.items, language)


def _parts(seen: SeenCase, kind: type[Case]) -> list[Parts]:
    """Give the units inside a case by what they are there for."""
    found: dict[str, list[SeenPart]] = {}
    for part in seen.parts:
        if part.kind in kind.workflow.parts and part.unit is not None:
            found.setdefault(part.kind, []).append(part)
    return [Parts(part_label(name), items) for name, items in found.items()]


def _votes(case: Case) -> list[Votes]:
    """Give how many persons stand where, round by round."""
    tables = case.workflow.parts
    found = Counter(
        (part.kind, part.id.rpartition("/")[0], part.state)
        for part in case.entities()
        if part.unit is None and part.kind in tables
    )
    return [
        Votes(part_label(kind), nth,
              Label(tables[kind].label(state), tables[kind].label(state, "zh")), count)
        for (kind, nth, state), count in sorted(found.items())
    ]  # fmt: skip


def routes(site: Site) -> tuple[Route, ...]:
    """Give the routes of a case's pages; those with more words of their own come first."""
    pages = CasePages(site)
    return (
        Route(
            "GET", "/desk/cases/{case_id}", "desk.case", pages.case,
            Label("A case", "工单"), page=True,
        ),
        *personal_routes(site),
        *step_routes(site),
    )  # fmt: skip
