"""Operations: what can be asked of an engine, by name, with the models of what goes in and out."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal

from pydantic import BaseModel

from zhili.aggregates import Case
from zhili.aggregates.policy import PolicyStream
from zhili.commands.command import Command, Opening
from zhili.engine import Engine, Receipt
from zhili.projections.question import Question
from zhili.values import SYSTEM
from zhili.workflows import Label

__all__ = [
    "Operation",
    "answer_of",
    "case_types",
    "command_operations",
    "given_by_people",
    "openings",
    "words_of",
]


@dataclass(frozen=True, slots=True)
class Operation:
    """
    One named operation.

    Args:
        id: Its name: `complaint.dispatch`.

        method: GET or POST.

        path: Where it is, with `{name}` for a segment that varies.

        title: What it is for.

        description: What there is to know, in English.

        answer: The model of what comes back; None for what is described elsewhere.

        body: The model of what is sent, as JSON.

        without: The fields of the body's model that are not sent: the path says them.

        query: The model of what the query may say, without the fields in `without`.

        public: Whether it needs no actor.

        opens: Whether it opens a case.

        refusals: The statuses with which it may be refused.
    """

    id: str
    method: Literal["GET", "POST"]
    path: str
    title: Label
    description: str
    answer: type[BaseModel] | None
    body: type[BaseModel] | None = None
    without: frozenset[str] = frozenset()
    query: type[BaseModel] | None = None
    public: bool = False
    opens: bool = False
    refusals: tuple[int, ...] = (401, 403, 422, 503)


WRITING = (401, 403, 404, 408, 409, 412, 413, 415, 422, 503)


def words_of(thing: object) -> str:
    """Give the docstring of *thing* as a description."""
    return cleandoc(thing.__doc__ or "")


def case_types(engine: Engine) -> tuple[type[Case], ...]:
    """Give the case types whose cases people work with."""
    return tuple(kind for kind in engine.case_types if kind is not PolicyStream)


def given_by_people(kind: type[Case]) -> Iterator[type[Command]]:
    """Give the commands of a case type that somebody may give: not those of clocks alone."""
    for verb, command in kind.verbs.items():
        rows = [step for step in kind.workflow.steps if step.command == verb]
        if any(step.roles - {SYSTEM} for step in rows):
            yield command


def openings(kind: type[Case]) -> tuple[type[Command], ...]:
    """Give the commands with which people open a case of *kind*, the usual one first."""
    return tuple(command for command in given_by_people(kind) if issubclass(command, Opening))


def command_operations(engine: Engine) -> Iterator[Operation]:
    """Give an operation for every command that people may give."""
    for kind in case_types(engine):
        usual = openings(kind)[0]
        for command in given_by_people(kind):
            yield _operation(kind, command, is_usual=command is usual)


def _operation(kind: type[Case], command: type[Command], *, is_usual: bool) -> Operation:
    name, verb = kind.workflow.name, command.verb
    opens = issubclass(command, Opening)
    if is_usual:
        path = f"/cases/{name}"
    elif opens:
        path = f"/cases/{name}/{verb}"
    else:
        path = f"/cases/{name}/{{case_id}}/{verb}"
    return Operation(
        id=f"{name}.{verb}",
        method="POST",
        path=path,
        title=Label(kind.workflow.label(verb), kind.workflow.label(verb, "zh")),
        description=words_of(command),
        answer=Receipt,
        body=command,
        without=frozenset({"case_id"}),
        opens=opens,
        refusals=WRITING,
    )


def answer_of(question: type[Question]) -> type[BaseModel] | None:
    """Give the model of what *question* is answered with, as its `answer` declares it."""
    annotation: object = inspect.get_annotations(question.answer).get("return")
    if isinstance(annotation, str):
        annotation = vars(sys.modules[question.answer.__module__]).get(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return None
