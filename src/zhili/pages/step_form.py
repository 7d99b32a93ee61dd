"""The form of a step: what there is to choose, and what stands in it because it is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from zhili.aggregates.number import check_number
from zhili.errors import InputError
from zhili.pages.form import Option, form_of
from zhili.pages.unit_choices import OWN, inside, of_level, unit_options
from zhili.projections.worklist import Worklist
from zhili.workflows import Label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from zhili.access import SeenCase
    from zhili.aggregates import Case
    from zhili.commands.command import Command
    from zhili.face import Request
    from zhili.face.eyes import Eyes
    from zhili.pages.form import Field, Form
    from zhili.pages.site import Site
    from zhili.policies.unit import Unit

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

        Where it is about an entity inside the case, those are offered that it is possible for.
        One's own unit is chosen where it is one of these, or usually meant.
        """
        rules = self._site.engine.book.current()
        form = form_of(command, rules, expect=seen.version if seen else None)
        own = request.actor.unit if request.actor else None
        units = self._units()
        part = self._inside(command, seen) if seen else None
        texts = dict(form.texts)
        fields: list[Field] = []
        for field in form.fields:
            if field.shape.kind not in {"unit", "units"}:
                fields.append(field)
                continue
            place = f"{command.case_type}.{command.verb}.{field.name}"
            options = unit_options(of_level(place, units, own) if place in OWN else units)
            listed = (
                part if field.name == UNIT else inside(command, field.name, seen) if seen else None
            )
            if listed is not None:
                options = self._named(listed)
            fields.append(replace(field, options=options))
            is_own = place in OWN or (listed is not None and field.name == UNIT)
            if is_own and own is not None and own in {option.value for option in options}:
                texts[field.name] = [own]
        return replace(form, fields=tuple(fields), texts=texts)

    def _units(self) -> list[Unit]:
        """Give the units that exist today; none where anybody's may be named."""
        rules = self._site.engine.book.current()
        today = rules.day_of(self._site.engine.now())
        return [unit for unit in rules.organisation.units if unit.exists(today)]

    def _named(self, ids: Iterable[str]) -> tuple[Option, ...]:
        """Give units to choose from by their names."""
        names = sorted((self._site.unit_name(id_), id_) for id_ in ids)
        return tuple(Option(id_, Label(name, name)) for name, id_ in names)

    def _inside(self, command: type[Command], seen: SeenCase) -> tuple[str, ...] | None:
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
        found = dict.fromkeys(
            one.id
            for one in seen.parts
            for part, step in rows
            if one.kind == part and one.state in step.sources
        )
        return tuple(found) or None


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
