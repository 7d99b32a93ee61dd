"""The form of a step: what there is to choose, and what stands in it because it is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from zhili.aggregates.number import check_number
from zhili.errors import InputError
from zhili.pages.form import Option, form_of
from zhili.projections.worklist import Worklist
from zhili.workflows import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from zhili.access import SeenCase
    from zhili.aggregates import Case
    from zhili.commands.command import Command
    from zhili.face import Request
    from zhili.face.eyes import Eyes
    from zhili.pages.form import Form
    from zhili.pages.site import Site

__all__ = ["StepForms", "find_case"]

UNIT = "unit"


class StepForms:
    """Makes the forms of steps."""

    def __init__(self, site: Site) -> None:
        """Make them with the lists that are in force on *site*."""
        self._site = site

    def of(self, command: type[Command], request: Request, seen: SeenCase | None = None) -> Form:
        """
        Give the form of *command* for a case, or for a new one.

        Where it is about an entity inside the case, those are offered that it is possible for, and
        one's own unit is chosen if it is one of them.
        """
        rules = self._site.engine.book.current()
        form = form_of(command, rules, units=self._units(), expect=seen.version if seen else None)
        if seen is None:
            return form
        inside = self._inside(command, seen)
        if inside is None:
            return form
        form = replace(
            form,
            fields=tuple(
                replace(
                    field,
                    options=tuple(Option(id_, Label(name, name)) for id_, name in inside.items()),
                )
                if field.name == UNIT
                else field
                for field in form.fields
            ),
        )
        own = request.actor.unit if request.actor else None
        if own in inside and own is not None:
            return replace(form, texts={**form.texts, UNIT: [own]})
        return form

    def _units(self) -> Mapping[str, str]:
        """Give the names of the units that exist today; none where anybody's may be named."""
        rules = self._site.engine.book.current()
        today = rules.day_of(self._site.engine.now())
        return {unit.id: unit.name for unit in rules.organisation.units if unit.exists(today)}

    def _inside(self, command: type[Command], seen: SeenCase) -> Mapping[str, str] | None:
        """Give the entities inside the case that a step is possible for; None if it is for none."""
        kind: type[Case] = self._site.engine.types[seen.case_type]
        events = {step.event for step in kind.workflow.steps if step.command == command.verb}
        parts = {kind.events[event].part for event in events} - {None}
        if not parts or UNIT not in command.model_fields:
            return None
        rows = [
            (part, step)
            for part in parts
            if part is not None
            for step in kind.workflow.parts[part].steps
            if step.event in events
        ]
        if any(None in step.sources for _, step in rows):
            return None  # it brings one in
        found = {
            one.id: self._site.unit_name(one.id)
            for one in seen.parts
            for part, step in rows
            if one.kind == part and one.state in step.sources
        }
        return found or None


def find_case(eyes: Eyes) -> Callable[[str], UUID | None]:
    """Give what finds a case by its number, among those that somebody may see."""

    def found(text: str) -> UUID | None:
        try:
            number = check_number(text)
        except InputError:
            return None
        page = eyes.page(Worklist(number=number, open_only=False))
        return page.items[0].case_id if page.items else None

    return found
