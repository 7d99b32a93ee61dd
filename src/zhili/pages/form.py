"""A form made from a command: its fields with labels and choices, and the command read back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, get_args
from uuid import UUID

from pydantic import ValidationError

from zhili.commands.command import Command, Opening
from zhili.errors import InputError
from zhili.face.request import Pairs
from zhili.pages.choice_words import CONFIDENTIALITY, code_words, word_of_choice
from zhili.pages.fault_words import PARTS, fault_in_words
from zhili.pages.field import Shape, shapes_of
from zhili.pages.field_words import help_of, label_of_field
from zhili.pages.form_text import LEFT_OUT, ROWS, Texts, by_name, read_field, write_field
from zhili.policies import Rules
from zhili.policies.limit import LimitUnit
from zhili.values import new_case_id
from zhili.workflows import Label

__all__ = ["Fault", "Field", "Form", "Option", "form_of", "read", "texts_of"]

FILE_ROWS: Final = 3
"""How many files a blank form has room for."""

CASE: Final = "case_id"

FindCase = Callable[[str], UUID | None]
"""Finds a case by its number."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; where there are many, under the heading of its group."""

    value: str
    label: Label
    group: Label | None = None


IN_SIGHT_MAX: Final = 5
"""So many choices stand side by side; more are opened."""

YES_NO: Final = (Option("true", Label("Yes", "是")), Option("false", Label("No", "否")))
NOT_SAID: Final = Option("", Label("Not said", "未说明"))


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field; with the form as a whole if it names none."""

    name: str | None
    words: Label


@dataclass(frozen=True, slots=True)
class Field:
    """One field as it is shown: its shape, its words, and what there is to choose today."""

    shape: Shape
    label: Label
    help: Label | None = None
    options: tuple[Option, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the form."""
        return self.shape.name

    @property
    def in_sight(self) -> bool:
        """Whether what there is to choose is so little that all of it is in sight."""
        return _in_sight(self.shape)


@dataclass(frozen=True, slots=True)
class Form:
    """
    A form for one command, with what stands in it and what is wrong with that.

    `key` is its idempotency key, `expect` the version of the case that its reader saw, `prefix`
    tells it from other forms on one page, `status` is that of the page on which it is shown.
    """

    command: type[Command]
    fields: tuple[Field, ...]
    texts: Texts = field(default_factory=dict[str, list[str]])
    faults: tuple[Fault, ...] = ()
    key: str = ""
    expect: int | None = None
    prefix: str = "f"
    status: int = 200

    def field(self, name: str) -> Field:
        """Give the field *name*."""
        return next(shown for shown in self.fields if shown.name == name)

    def text(self, name: str) -> str:
        """Give what stands in the field *name*."""
        found = self.texts.get(name)
        return found[-1] if found else ""

    def all(self, name: str) -> tuple[str, ...]:
        """Give all that is chosen in the field *name*."""
        return tuple(self.texts.get(name, ()))

    def faults_of(self, name: str) -> tuple[Fault, ...]:
        """Give what is wrong with the field *name*."""
        return tuple(fault for fault in self.faults if fault.name == name)

    def rows(self, name: str) -> range:
        """Give the rows of a field that takes files: those filled in, and room for more."""
        rows = (key.split(".")[1] for key in self.texts if key.startswith(f"{name}."))
        filled = [int(row) + 1 for row in rows if row in ROWS]
        return range(max([FILE_ROWS, *filled]))

    def options_of(self, shown: Field) -> tuple[Option, ...]:
        """Give what *shown* offers, with what was chosen and is not offered any more."""
        offered = {option.value for option in shown.options}
        name = shown.name
        chosen: Iterable[str] = self.all(name)
        if shown.shape.kind == "points":
            chosen = (
                key.removeprefix(f"{name}.") for key in self.texts if key.startswith(f"{name}.")
            )
        strange = [value for value in chosen if value and value not in offered]
        return (*shown.options, *(Option(value, Label(value, value)) for value in strange))

    def wrong(
        self, error: ValidationError, pairs: Pairs, *, key: str = "", expect: int | None = None
    ) -> Form:
        """Give the form with what was typed in it, and what is wrong with that."""
        return replace(
            self,
            texts=by_name(pairs),
            faults=tuple(_faults(self, error)),
            status=422,
            key=key or self.key,
            expect=expect,
        )

    def refused(self, words: Label, pairs: Pairs, *, status: int = 409) -> Form:
        """Give the form with what was typed in it, and why it was refused as things stand now."""
        return replace(self, texts=by_name(pairs), faults=(Fault(None, words),), status=status)


def form_of(  # noqa: PLR0913 - what the form is for, and what stands in it
    command: type[Command],
    rules: Rules,
    *,
    texts: Texts | None = None,
    only: Collection[str] | None = None,
    units: Mapping[str, str] | None = None,
    expect: int | None = None,
) -> Form:
    """
    Make the form of *command*.

    Args:
        command: What the form is for.

        rules: The policies in force: their lists are what there is to choose.

        texts: What stands in it; the defaults if not given.

        only: The fields it has; all by default.

        units: The units there are, names by ids; anybody's if there are none.

        expect: The version of the case that its reader sees.
    """
    shapes = [one for one in shapes_of(command) if only is None or one.name in only]
    fields = tuple(_field(command, shape, rules, units or {}) for shape in shapes)
    filled = dict(texts) if texts is not None else _defaults(command, shapes)
    if issubclass(command, Opening):
        filled.setdefault(CASE, [str(new_case_id())])
    return Form(command, fields, filled, key=f"page:{new_case_id()}", expect=expect)


def texts_of(command: Command, zone: str) -> dict[str, list[str]]:
    """Give what stands in the form of a *command* that is given already."""
    texts = {CASE: [str(command.case_id)]}
    for shape in shapes_of(type(command)):
        texts |= write_field(shape, getattr(command, shape.name), zone)
    return texts


def read(  # noqa: PLR0913 - which command, of what, and what of it the form may say
    command: type[Command],
    pairs: Pairs,
    case_id: UUID | None,
    zone: str,
    *,
    only: Collection[str] | None = None,
    fixed: Mapping[str, object] | None = None,
    find: FindCase | None = None,
) -> Command:
    """
    Read a *command* back from the fields of its form.

    Args:
        command: What was filled in.

        pairs: The fields.

        case_id: The case it is about; an opening command may bring its own.

        zone: The zone of the local times in it.

        only: The fields that may be filled in; all by default.

        fixed: What the page itself says, whatever the form does.

        find: Finds a case by its number, where somebody wrote that for its id.

    Raises:
        ValidationError: If a field is missing or wrong.
        InputError: If the form has a field that is not one of its own.
    """
    texts = by_name(pairs)
    shapes = [one for one in shapes_of(command) if only is None or one.name in only]
    _refuse_strange(texts, shapes)
    told = {shape.name: _read(shape, texts, zone, find) for shape in shapes}
    values = {name: value for name, value in told.items() if value is not LEFT_OUT}
    about = str(case_id) if case_id is not None else "".join(texts.get(CASE, ())[-1:])
    return command.model_validate({**values, **(fixed or {}), CASE: about})


def _read(shape: Shape, texts: Texts, zone: str, find: FindCase | None) -> Any:
    value = read_field(shape, texts, zone)
    if value is LEFT_OUT:
        # Whatever may be None is none where nothing stands, unless it has another default.
        return None if shape.optional and not shape.preset else LEFT_OUT
    if shape.kind != "case" or find is None:
        return value
    return find(value) or value


def _refuse_strange(texts: Texts, shapes: Iterable[Shape]) -> None:
    known = {shape.name for shape in shapes} | {CASE}
    strange = sorted(name for name in texts if name.partition(".")[0] not in known)
    if strange:
        message = f"the form has no field {strange[0][:64]!r}; it has: {', '.join(sorted(known))}"
        raise InputError(message, field=strange[0][:64])


def _defaults(command: type[Command], shapes: Iterable[Shape]) -> dict[str, list[str]]:
    """Give what stands in a form that nobody has touched: the defaults, and ids made for it."""
    texts: dict[str, list[str]] = {}
    for shape in shapes:
        known = command.model_fields[shape.name]
        if known.default_factory is not None and shape.kind != "hidden":
            continue
        if known.is_required():
            continue
        texts |= write_field(shape, known.get_default(call_default_factory=True), "UTC")
    return texts


def _field(command: type[Command], shape: Shape, rules: Rules, units: Mapping[str, str]) -> Field:
    type_, verb, name = command.case_type, command.verb, shape.name
    label = label_of_field(type_, verb, name) or Label(name.replace("_", " "), name)
    return Field(
        shape=shape,
        label=label,
        help=help_of(type_, verb, name),
        options=tuple(_options(command, shape, rules, units)),
    )


def _options(
    command: type[Command], shape: Shape, rules: Rules, units: Mapping[str, str]
) -> Iterable[Option]:
    if shape.kind in {"unit", "units"}:
        yield from (Option(id_, Label(name, name)) for id_, name in units.items())
    elif shape.kind == "yes_no":
        yield from YES_NO
    elif shape.choices and isinstance(shape.choices[0], int):
        yield from (Option(str(each), CONFIDENTIALITY[int(each)]) for each in shape.choices)
    elif shape.choices:
        yield from (
            Option(str(each), word_of_choice(shape.name, str(each))) for each in shape.choices
        )
    elif shape.kind == "limit":
        yield from (Option(each, word_of_choice("unit", each)) for each in get_args(LimitUnit))
    elif shape.kind in {"code", "codes", "points"}:
        listed = code_words(command.case_type, command.verb, shape.name, rules)
        yield from (Option(code, label) for code, label in listed.items())
    if _in_sight(shape) and shape.optional and not shape.preset:
        yield NOT_SAID


def _in_sight(shape: Shape) -> bool:
    return shape.kind == "yes_no" or (shape.kind == "choice" and len(shape.choices) <= IN_SIGHT_MAX)


def _faults(form: Form, error: ValidationError) -> Iterable[Fault]:
    """Give what pydantic has found, by field; of one field each fault once."""
    names = {shown.name for shown in form.fields}
    found: dict[tuple[str | None, str], Fault] = {}
    for fault in error.errors(include_url=False, include_input=False):
        first = str(fault["loc"][0]) if fault["loc"] else ""
        words = fault_in_words(fault)
        inner = [str(part) for part in fault["loc"][1:] if isinstance(part, str)]
        part = PARTS.get(inner[-1]) if inner else None
        if part is not None:
            words = Label(f"{part.en}: {words.en}", f"{part.zh}：{words.zh}")
        name = first if first in names else None
        found.setdefault((name, words.en), Fault(name, words))
    return found.values()
