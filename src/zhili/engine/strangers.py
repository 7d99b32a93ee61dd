"""What is refused at the door, in words and not by a missing attribute."""

from __future__ import annotations

from collections.abc import Iterable

from zhili.commands.command import Command
from zhili.errors import InputError
from zhili.projections.question import Question
from zhili.values import Actor

__all__ = ["refuse_no_question", "refuse_strangers"]


def refuse_strangers(commands: Iterable[object], by: object) -> None:
    """
    Refuse to carry out what is no command, or for whom is no actor.

    Raises:
        InputError: If it is none.
    """
    for command in commands:
        if not isinstance(command, Command):
            message = f"a {type(command).__name__} is no command; submit e.g. complaint.Register(…)"
            raise InputError(message)
    if not isinstance(by, Actor):
        message = f"a {type(by).__name__} is no actor; say by=Actor(id=…, role=…, unit=…)"
        raise InputError(message)


def refuse_no_question(question: object) -> None:
    """
    Refuse to ask what is no question.

    Raises:
        InputError: If it is none.
    """
    if not isinstance(question, Question):
        message = f"{question!r} is no question; ask e.g. Worklist(unit=…), ResolutionRate()"
        raise InputError(message)
