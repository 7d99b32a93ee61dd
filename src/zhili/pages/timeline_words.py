"""The timeline of a case in words: what each event said, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.aggregates.wall_endings import SET_WORDS
from zhili.pages.case_words import relation_label
from zhili.pages.choice_words import code_words, word_of_choice, word_of_code
from zhili.pages.field_words import label_of_field
from zhili.pages.role_words import role_label
from zhili.pages.words import day_in_words, label_of, moment_in_words, word
from zhili.workflows import Label
from zhili.workflows.clock_name import clock_label

if TYPE_CHECKING:
    from pydantic import JsonValue

    from zhili.aggregates.clocks import ClockMark
    from zhili.face.request import Language
    from zhili.pages.site import Site
    from zhili.policies import Rules
    from zhili.projections.timeline import TimelineAnswer, TimelineEntry

__all__ = ["Line", "TimelineWords", "Told"]

OWN_LABELS: Final = {
    "at_once": Label("At once", "当即办结"),
    "counted_from": Label("Counted from", "起算时间"),
    "mode": Label("Way", "方式"),
    "number": Label("Number", "编号"),
    "overdue": Label("Overdue", "已超期"),
    "published": Label("Published", "是否公布"),
    "rater": Label("Rated by", "评价人"),
    "report_by": Label("Report in by", "报到期限"),
    "report_due_at": Label("Report in by", "报到期限"),
    "round": Label("Round", "轮次"),
    "settled": Label("Settled", "已办结"),
    "was_due_at": Label("Was due", "原期限"),
}
"""Fields that events have and commands have not."""

UNIT_FIELDS: Final = frozenset(
    {"about", "assisting", "candidates", "district", "division", "home_organisation", "keeper",
     "lead", "owner", "place", "street", "substitute", "suggest", "unit", "units", "village"}
)  # fmt: skip
"""Fields in which the ids of units stand."""

LEFT_OUT: Final = frozenset({"number", "local_day", "origin_type", "target_type"})
"""Fields that say what the page says elsewhere, or that are for programs."""

ACTIONS: Final = {
    "start": Label("started", "启动"),
    "stop": Label("stopped", "停止"),
    "pause": Label("paused", "暂停"),
    "resume": Label("resumed", "恢复"),
    "move": Label("moved", "变更"),
    "fire": Label("fell due", "到期"),
}


NAMED: Final[Mapping[str, Callable[[str], Label]]] = {
    "clock": clock_label,
    "relation": relation_label,
}
"""Fields in which a clock or a relation is named."""

MODES: Final = {
    "direct": Label("direct dispatch", "直派"),
    "district": Label("through the district", "经区级派单"),
}
"""The ways of a dispatch."""


class Told(NamedTuple):
    """One field of an event, in words; None where it is not shown."""

    label: str
    text: str | None


class Line(NamedTuple):
    """One event of the timeline, in words."""

    entry: TimelineEntry
    by: str
    unit: str
    fields: tuple[Told, ...]
    clocks: tuple[str, ...]
    tone: str


class TimelineWords:
    """Words for the timelines of one site, in one language."""

    def __init__(self, site: Site, language: Language) -> None:
        """Word them as *site* names units and as the lists in force name codes."""
        self._site = site
        self._language: Language = language
        self._rules: Rules = site.engine.book.current()

    def lines(self, timeline: TimelineAnswer) -> list[Line]:
        """Give the events of *timeline*, the last one first: it says where the case stands."""
        return [self._line(timeline.case_type, entry) for entry in reversed(timeline.entries)]

    def _line(self, case_type: str, entry: TimelineEntry) -> Line:
        verb = self._verb(case_type, entry.event)
        return Line(
            entry,
            label_of(role_label(entry.by.role), self._language),
            self._site.unit_name(entry.by.unit) if entry.by.unit else "",
            tuple(self._fields(case_type, verb, entry)),
            tuple(self._mark(mark) for mark in entry.marks),
            _tone(entry),
        )

    def _verb(self, case_type: str, event: str) -> str:
        kind = self._site.engine.types[case_type]
        return next((s.command for s in kind.workflow.steps if s.event == event), "")

    def _fields(self, case_type: str, verb: str, entry: TimelineEntry) -> Iterator[Told]:
        """Give what an event says, without what is empty or the usual."""
        declared = self._site.engine.types[case_type].events[entry.event].model_fields
        for name, value in entry.fields.items():
            usual = declared[name].default if name in declared else None
            if name in LEFT_OUT or value in [None, "", [], {}, usual]:
                continue
            label = label_of_field(case_type, verb, name) or OWN_LABELS.get(name)
            words = label_of(label, self._language) if label else name.replace("_", " ")
            codes = code_words(case_type, verb, name, self._rules)
            yield Told(words, self._text(name, value, codes or self._usual(case_type, name, value)))

    def _usual(self, case_type: str, name: str, value: JsonValue) -> Mapping[str, Label]:
        """Give the words for a code where the step itself has no list of them."""
        if not isinstance(value, str):
            return {}
        return {value: word_of_code(case_type, name, value, self._rules)}

    def _text(self, name: str, value: JsonValue, codes: Mapping[str, Label]) -> str | None:
        """Give a value in words; None for what is not shown."""
        if isinstance(value, dict):
            return self._inner(name, value, codes)
        if isinstance(value, list):
            told = [self._text(name, one, codes) for one in value]
            some = [one for one in told if one is not None]
            return "、".join(some) if self._language == "zh" else ", ".join(some)
        if isinstance(value, bool):
            return word("yes", "是", self._language) if value else word("no", "否", self._language)
        return self._said(name, str(value), codes)

    def _said(self, name: str, text: str, codes: Mapping[str, Label]) -> str:
        """Give what somebody said, chose or named, in words."""
        if name in UNIT_FIELDS:
            return self._site.unit_name(text)
        named = NAMED.get(name)
        if named is not None:
            return label_of(named(text), self._language)
        if text in SET_WORDS:
            return label_of(SET_WORDS[text], self._language)
        said = MODES.get(text) if name == "mode" else codes.get(text)
        return self._time(name, text) or label_of(
            said or word_of_choice(name, text), self._language
        )

    def _inner(
        self, name: str, value: Mapping[str, JsonValue], codes: Mapping[str, Label]
    ) -> str | None:
        if value.get("hidden") is True:
            return None
        if "sha256" in value:
            kind = value.get("media_type")
            return f"{value.get('name')}{word(f' ({kind})', f'（{kind}）', self._language)}"
        if set(value) >= {"amount", "unit"}:
            unit = word_of_choice("unit", str(value["unit"]))
            blank = word(" ", "", self._language)
            return f"{value['amount']}{blank}{label_of(unit, self._language)}"
        colon = word(": ", "：", self._language)
        parts = [
            f"{label_of(codes[key], self._language) if key in codes else key}{colon}"
            f"{self._text(name, one, {})}"
            for key, one in value.items()
        ]
        return word("; ", "；", self._language).join(parts)

    def _time(self, name: str, text: str) -> str | None:
        """Give an instant or a day in words; None for what is neither."""
        if not name.endswith(("_at", "_on", "_by", "until", "from")):
            return None
        try:
            if len(text) == len("2026-03-02"):
                return day_in_words(date.fromisoformat(text), self._language)
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return moment_in_words(moment, self._site.engine.zone, self._language)

    def _mark(self, mark: ClockMark) -> str:
        """Say what an event did to a clock."""
        name = label_of(clock_label(mark.name), self._language)
        of = self._site.unit_name(mark.name.partition(":")[2]) if ":" in mark.name else ""
        done = label_of(ACTIONS[mark.action], self._language)
        said = word(f"{name}: {done}", f"{name}：{done}", self._language)
        if of:
            said = word(f"{of} — {said}", f"{of}——{said}", self._language)
        if mark.due_at is None or mark.action in {"stop", "fire"}:
            return said
        due = moment_in_words(mark.due_at, self._site.engine.zone, self._language)
        return said + word(f", due {due}", f"，期限{due}", self._language)


def _tone(entry: TimelineEntry) -> str:
    """Give the colour of an event: what was missed stands out, and what was settled."""
    if entry.event in {"ClockExpired", "UnitNoShow"}:
        return "broken"
    return "kept" if entry.event in {"Closed", "Archived", "Settled", "EchoPosted"} else ""
