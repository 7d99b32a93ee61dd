"""An appeal told to whoever made it: where it stands, what comes next, what has happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.access import mask
from zhili.access.fields import WORDS, field_of
from zhili.access.history import HIDDEN
from zhili.pages.choice_words import word_of_choice
from zhili.pages.citizen_happenings import HAPPENINGS, TOLD_WORDS
from zhili.pages.citizen_standings import SAID, STANDINGS, WITHOUT_CALLBACK
from zhili.values import Personal
from zhili.workflows import Label

if TYPE_CHECKING:
    from pydantic import JsonValue

    from zhili.access import SeenCase
    from zhili.pages.citizen_happenings import Words
    from zhili.projections.clock_of import ClockAnswer
    from zhili.projections.timeline import TimelineAnswer, TimelineEntry

__all__ = ["Happening", "Said", "Story", "outcome_label", "story_of"]

ANSWERING: Final = frozenset({"ReplyAccepted", "Answered", "Declined", "OutcomeFollowed"})
"""Events with which an answer is given, or becomes final."""


class Said(NamedTuple):
    """Words of the record that are told: what they are, and the words."""

    label: Label
    words: str


class Happening(NamedTuple):
    """One thing that happened: when, in which words, which unit it was sent to, what was said."""

    at: datetime
    words: Label
    unit: str | None = None
    until: datetime | None = None
    said: tuple[Said, ...] = ()


class Story(NamedTuple):
    """
    What whoever made an appeal is told of it; nothing of it is personal.

    `answer` is what they were answered, in the words of the unit, and how it came out.
    """

    stands: Label
    follows: Label
    due_at: datetime | None
    happenings: tuple[Happening, ...]
    answer: tuple[Said, ...]


def story_of(  # noqa: PLR0913 - what happened, and who asks where
    case: SeenCase,
    timeline: TimelineAnswer,
    clocks: tuple[ClockAnswer, ...],
    *,
    called_back: bool,
    asked: bool,
    buildings: bool,
) -> Story:
    """
    Tell the story of *case*.

    Args:
        case: The case as whoever made it sees it.

        timeline: What happened, as far as they are told.

        clocks: Its clocks.

        called_back: Whether there is somebody to be called back.

        asked: Whether they may say now how it was handled.

        buildings: Whether what is written for everybody may name a building.
    """
    # A duplicate whose main case was closed is asked about as if it stood there itself.
    state = "callback" if asked else case.state
    standing = STANDINGS.get(state, STANDINGS["handling"])
    follows = standing.follows
    if case.state == "callback" and not asked:
        follows = SAID if called_back else WITHOUT_CALLBACK
    running = {clock.clock: clock.due_at for clock in clocks if clock.status == "running"}
    due_at = next((running[name] for name in standing.clocks if running.get(name)), None)
    return Story(
        stands=standing.stands,
        follows=follows,
        due_at=due_at,
        happenings=tuple(
            each._replace(said=_masked(each.said, case, buildings=buildings))
            for each in _happenings(timeline)
        ),
        answer=_masked(_answer(timeline), case, buildings=buildings),
    )


def _masked(said: Iterable[Said], case: SeenCase, *, buildings: bool) -> tuple[Said, ...]:
    """
    Give what was said without numbers, houses, and those by whom the case has personal data.

    Whoever holds the code reads it, and that need not be whoever was given it.
    """
    hidden = [
        Personal(subject="told", value=one.text)
        for one in case.personal
        if one.text and field_of(one.field).kind not in WORDS
    ]
    return tuple(
        Said(one.label, mask.public_text(one.words, hidden, buildings=not buildings) or HIDDEN)
        for one in said
    )


def _happenings(timeline: TimelineAnswer) -> Iterator[Happening]:
    """Give what happened, the latest first; what concerns offices only is left out."""
    for entry in reversed(timeline.entries):
        known = HAPPENINGS.get(entry.event)
        if known is None:
            continue
        told = {name: text for name in known.tells if (text := _text(entry.fields.get(name)))}
        until = told.pop("due_at", None)
        yield Happening(
            at=entry.occurred_at,
            words=_words(known, entry),
            unit=told.pop("unit", None),
            until=datetime.fromisoformat(until) if until else None,
            said=tuple(Said(TOLD_WORDS[name], text) for name, text in told.items()),
        )


def _words(known: Words, entry: TimelineEntry) -> Label:
    for field, value, words in known.unless:
        if entry.fields.get(field) == value:
            return words
    return known.words


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None


def _answer(timeline: TimelineAnswer) -> Iterator[Said]:
    """Give the last answer that holds: none while a reply is drafted, examined or made anew."""
    draft: Mapping[str, JsonValue] = {}
    answer: Mapping[str, JsonValue] = {}
    for entry in timeline.entries:
        if entry.event == "ReplySubmitted":
            draft = entry.fields
        elif entry.event == "ReplyAccepted":
            answer = draft
        elif entry.event in ANSWERING:
            answer = entry.fields
        elif entry.event in {"ReworkOrdered", "Reopened", "Unmerged"}:
            answer = {}
    for name in ("public_text", "answer", "explanation"):
        if isinstance(text := answer.get(name), str):
            yield Said(TOLD_WORDS[name], text)
    yield from _outcome(timeline, answer)


def _outcome(timeline: TimelineAnswer, answer: Mapping[str, JsonValue]) -> Iterator[Said]:
    """Give how it came out: as it was closed, else as the unit says."""
    last = timeline.entries[-1].state if timeline.entries else ""
    closings = [entry for entry in timeline.entries if entry.event == "Closed"]
    closed = closings[-1].fields if closings and last in {"closed", "archived"} else {}
    outcome = closed.get("outcome") or answer.get("outcome")
    if isinstance(outcome, str):
        yield Said(TOLD_WORDS["outcome"], outcome)


def outcome_label(outcome: str) -> Label:
    """Give an outcome in words."""
    return word_of_choice("outcome", outcome)
