"""
A case type as a host would write it: a petition, in two editions.

Edition 1 let the clerk waive a petition; edition 2 drops that row. `Filed` is at version 2: its
words were called `text` once.
"""

from __future__ import annotations

from typing import Any, ClassVar

from zhili import Case
from zhili.aggregates import CaseEvent
from zhili.commands.command import Command, Opening
from zhili.testing import CASE, Control, actor
from zhili.values import Line, Role, Text
from zhili.workflows import STAY, Clock, Label, Step, Workflow

CLERK = Role("clerk")
JUDGE = Role("judge")

STATES = {"filed": Label("Filed", "已提交"), "done": Label("Done", "已办结")}
KEPT = (
    Step("file", None, "Filed", "filed", CLERK, "words_are_few"),
    Step("settle", "filed", "Settled", "done", JUDGE, "another_person"),
    Step("mark_overdue", "filed", "ClockExpired", STAY, Role("system"), "clock_is_due"),
)
CLOCKS = (Clock("confirm", frozenset({"Filed"}), stops=frozenset({"done"}), fires="mark_overdue"),)
DROPPED = Step("waive", "filed", "Waived", "done", CLERK)

FIRST = Workflow(
    name="petition",
    steps=(*KEPT, DROPPED),
    states=STATES,
    ended=frozenset({"done"}),
    clocks=CLOCKS,
)
SECOND = Workflow(
    name="petition",
    steps=KEPT,
    states=STATES,
    ended=frozenset({"done"}),
    clocks=CLOCKS,
    edition=2,
)


class File(Opening, case_type="petition"):
    """File a petition."""

    number: Line
    words: Text


class Settle(Command, case_type="petition"):
    """Settle it."""

    verdict: Line


class Waive(Command, case_type="petition"):
    """Let it pass."""

    reason: Text


class Guards:
    """What the rows need."""

    def words_are_few(self, event: Any, _rules: Any) -> bool:
        """A petition has ten words at most."""
        return len(event.words.split()) <= 10

    def another_person(self, event: Any, _rules: Any) -> bool:
        """Nobody decides what they filed."""
        return bool(event.by.id != self.filed_by)

    filed_by: str = ""


class PetitionBefore(Guards, Case):
    """The case type as it was: edition 1, and `Filed` in its first version."""

    workflow = FIRST
    commands: ClassVar = (File, Settle, Waive)

    class Filed(CaseEvent):
        """Somebody asks for something."""

        number: Line
        text: Text

        @property
        def words(self) -> str:
            """The words, as they were called then."""
            return self.text

        def apply(self, aggregate: Any) -> None:
            """Remember who filed it."""
            aggregate.filed_by = self.by.id

    class Settled(CaseEvent):
        """It was decided."""

        verdict: Line

    class Waived(CaseEvent):
        """It was let pass."""

        reason: Text

    def file(self, command: File, _moment: Any) -> Any:
        """Keep the words under their old name."""
        yield "Filed", {"number": command.number, "text": command.words}


class Petition(Guards, Case):
    """The case type as it is: edition 2, and `Filed` in its second version."""

    workflow = SECOND
    editions: ClassVar = {1: FIRST, 2: SECOND}
    commands: ClassVar = (File, Settle)

    class Filed(CaseEvent):
        """Somebody asks for something."""

        class_version = 2

        number: Line
        words: Text

        def apply(self, aggregate: Any) -> None:
            """Remember who filed it."""
            aggregate.filed_by = self.by.id

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Call the words words."""
            state["words"] = state.pop("text")

    class Settled(CaseEvent):
        """It was decided."""

        verdict: Line

    class Waived(CaseEvent):
        """It was let pass: no row does that any more, but old logs tell of it."""

        reason: Text


BY_CLERK = actor("clerk", id="ann")
BY_JUDGE = actor("judge", id="bo")
FILE = Control(File, BY_CLERK, {"number": "P-1", "words": "Please mend the lamp."}, case_id=CASE)
SETTLE = Control(Settle, BY_JUDGE, {"verdict": "granted"})
WAIVE = Control(Waive, BY_CLERK, {"reason": "The lamp shines again."})
