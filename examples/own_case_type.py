"""
A case type of a host's own: an errand 便民代办, from the table to the audit.

A resident entrusts papers, an agent carries them to the office and hands over the result. How each
part works is told in docs/how-to/add-a-case-type.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from zhili import CASE_TYPES, Actor, Case, Engine
from zhili.aggregates.case import CaseEvent, Draft, Moment
from zhili.commands.command import Command, Opening
from zhili.errors import GuardRefusedError
from zhili.policies import Rules
from zhili.projections.timeline import Timeline
from zhili.values import Line, Personal, Role, Text
from zhili.workflows import STAY, Clock, Label, Step, Workflow
from zhili.workflows.role import SYSTEM

ENTRUSTED, CARRYING, DELIVERED = "entrusted", "carrying", "delivered"
ERRAND_AGENT = Role("errand_agent")
CARRIED_PAPERS = frozenset({"pension certificate", "residence permit"})

ERRAND = Workflow(
    name="errand",
    steps=(
        #    command         from        records        to         by whom       only if
        Step("entrust",      None,       "Entrusted",   ENTRUSTED, ERRAND_AGENT, "is_on_the_list"),
        Step("carry",        ENTRUSTED,  "Carried",     CARRYING,  ERRAND_AGENT),
        Step("deliver",      CARRYING,   "Delivered",   DELIVERED, ERRAND_AGENT, "the_same_agent"),
        Step("mark_overdue", {ENTRUSTED, CARRYING}, "ClockExpired", STAY, SYSTEM, "clock_is_due"),
    ),
    states={
        ENTRUSTED: Label("Entrusted", "已委托"),
        CARRYING:  Label("Being carried", "代办中"),
        DELIVERED: Label("Delivered", "已送达"),
    },
    labels={
        "entrust": Label("Entrust", "委托"),
        "carry":   Label("Carry", "代办"),
        "deliver": Label("Deliver", "送达"),
    },
    ended=frozenset({DELIVERED}),
    clocks=(Clock("handle", starts=frozenset({"Entrusted"}), fires="mark_overdue"),),
)  # fmt: skip


class _Errand(Command, case_type="errand"):
    """A command for an errand."""


class Entrust(Opening, case_type="errand"):
    """Entrust papers to an agent."""

    item: Line
    resident: Line


class Carry(_Errand):
    """Take the papers to the office."""


class Deliver(_Errand):
    """Hand over the result."""

    receipt: Text


class Errand(Case):
    """One errand."""

    workflow = ERRAND
    commands = (Entrust, Carry, Deliver)
    agent: str | None = None

    class Entrusted(CaseEvent):
        """Papers were entrusted."""

        number: Line  # zhili gives it, where the verb does not
        item: Line
        resident: Personal

        def apply(self, aggregate: Errand) -> None:
            """Copy what lists show, and who took the papers."""
            aggregate.title, aggregate.agent = self.item, self.by.id

    class Carried(CaseEvent):
        """The papers went to the office."""

    class Delivered(CaseEvent):
        """The result was handed over."""

        receipt: Text

    def entrust(self, command: Entrust, _moment: Moment) -> Iterable[Draft]:
        """Keep the resident's name as personal."""
        name = Personal(subject=command.resident, value=command.resident)
        yield "Entrusted", {"item": command.item, "resident": name}

    def is_on_the_list(self, event: Errand.Entrusted, _rules: Rules) -> bool:
        """Only what is on the agency list is carried."""
        return event.item in CARRIED_PAPERS

    def the_same_agent(self, event: Errand.Delivered, _rules: Rules) -> bool:
        """Whoever took the papers hands over the result."""
        return event.by.id == self.agent


def main() -> None:
    """Take one errand through its life, and see two that are refused."""
    wang, li = (Actor(id=name, role=ERRAND_AGENT) for name in ("wang", "li"))
    with Engine.open("memory:", case_types=(*CASE_TYPES, Errand)) as engine:
        papers = Entrust(item="pension certificate", resident="resident-17")
        errand = engine.submit(papers, by=wang).case_id
        engine.submit(Carry(case_id=errand), by=wang)
        ticket = Entrust(item="lottery ticket", resident="resident-17")
        for command, actor in ((Deliver(case_id=errand, receipt="signed"), li), (ticket, wang)):
            try:
                engine.submit(command, by=actor)
            except GuardRefusedError as refusal:
                print(f"refused: {refusal.message}")
        engine.submit(Deliver(case_id=errand, receipt="signed"), by=wang)
        for entry in engine.ask(Timeline(case_id=errand)).entries:
            print(f"{entry.version} {entry.label.en} {entry.label.zh}: {entry.state}")
        print(f"audit clean: {engine.audit().clean}")


if __name__ == "__main__":
    main()
