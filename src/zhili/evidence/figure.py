"""Figures that are published: as documents that anybody can have recomputed, and doing so."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

from pydantic import ValidationError
from pydantic_core import from_json

from zhili.errors import InputError, StoreError
from zhili.projections.backlog import Backlog
from zhili.projections.hazard_figures import HazardFigures
from zhili.projections.overview import Overview
from zhili.projections.question import Answer, Question
from zhili.projections.rate import ClosingRate, OnTimeRate, ResolutionRate
from zhili.projections.statement import statement
from zhili.projections.survival_curve import SurvivalCurve
from zhili.projections.time_distribution import TimeDistribution
from zhili.projections.time_to_close import TimeToClose
from zhili.projections.wall_figures import WallFigures
from zhili.projections.whistle_figures import WhistleFigures
from zhili.projections.whistle_rate import WhistleRate, WhistleRatings
from zhili.store import canonical
from zhili.values import Value

if TYPE_CHECKING:
    from zhili.engine import Engine
    from zhili.store import Store

__all__ = [
    "STATISTICS",
    "Difference",
    "Document",
    "publish",
    "read",
    "refuse_place",
    "reproduce",
    "write",
]

ABSENT: Final = "no such field"
FORMAT: Final = "zhili-figure"
FORMAT_VERSION: Final = 1
FILE_BYTES_MAX: Final = 64 * 2**20
SHOWN_MAX: Final = 200

TOLD: Final = ("format", "format_version", "zhili", "published_at")
"""What a document says of itself; the rest can be derived, or does not belong into it."""

Document: TypeAlias = dict[str, Any]
"""A published figure, as its file holds it."""

STATISTICS: Final[dict[str, type[Question]]] = {
    kind.definition: kind
    for kind in (
        Backlog,
        ClosingRate,
        OnTimeRate,
        Overview,
        ResolutionRate,
        TimeToClose,
        TimeDistribution,
        SurvivalCurve,
        WhistleFigures,
        WhistleRate,
        WhistleRatings,
        WallFigures,
        HazardFigures,
    )
}
"""What can be published, by the name of its definition."""


class Difference(Value):
    """Where a figure is not reproduced: the path in its document, what stands there, what is so."""

    path: str
    published: str
    found: str


class _Asked(NamedTuple):
    question: Question
    position: int


def publish(engine: Engine, question: Question) -> Document:
    """
    Ask *question* and give its answer as a document.

    It holds the values with their counts, the definition with its SQL, what was asked, the instant,
    and the position and link of the log: so it can be recomputed when the log has grown since.

    Raises:
        InputError: If it is no statistic.
    """
    if STATISTICS.get(question.definition) is not type(question):
        known = ", ".join(STATISTICS)
        raise InputError(f"only a statistic can be published; one of {known}")
    answer = engine.ask(question)
    document = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "zhili": version("zhili"),
        "published_at": engine.now().isoformat(),
        **_derived(engine, question, answer),
    }
    return {**document, "sha256": _digest(document)}


def _derived(engine: Engine, question: Question, answer: Answer) -> Document:
    """Give all of a document that follows from the log and the question, and nothing else."""
    # The instant is said, also where it was now: so it stays that one.
    pinned = question.model_copy(update={"as_of": answer.as_of})
    sql = {name: statement(name).text for name in question.files()}
    return {
        "definition": {
            "name": question.definition,
            "version": question.version,
            "sql_sha256": hashlib.sha256("".join(sql.values()).encode()).hexdigest(),
            "sql": sql,
        },
        "question": pinned.model_dump(mode="json", by_alias=True),
        "as_of": answer.as_of.isoformat(),
        "zone": engine.zone,
        "log": {"position": answer.position, "link": _link(engine.store, answer.position)},
        "answer": answer.model_dump(mode="json", by_alias=True),
    }


def _digest(document: Document) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()


def _link(store: Store, position: int) -> str | None:
    """Give the link at *position* in hexadecimal; None if there is no such event."""
    if position == 0:
        return bytes(32).hex()
    found = next(iter(store.log(after=position - 1, until=position)), None)
    return None if found is None else bytes(found.link).hex()


def write(document: Document, path: Path) -> None:
    """
    Write a document into a file that does not exist yet.

    Raises:
        InputError: If it is there already: what was published is not overwritten. Or if it cannot
            be written.
    """
    refuse_place(path)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror or error}; name another file"
        raise InputError(message, path=str(path)) from error


def refuse_place(path: Path) -> None:
    """
    Insist, before anything is computed, that a document can have its place at *path*.

    Raises:
        InputError: If something is there already, or the folder for it is not.
    """
    if os.path.lexists(path):
        message = f"{path} is there already; what was published is not overwritten"
        raise InputError(message, path=str(path))
    if not path.parent.is_dir():
        message = f"{path} cannot be written: {path.parent} is no folder; make it, or name another"
        raise InputError(message, path=str(path))


def read(path: Path) -> Document:
    """
    Read a document.

    Raises:
        InputError: If it is no published figure.
    """
    try:
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
        if len(content) > FILE_BYTES_MAX:
            raise InputError(f"{path} is larger than {FILE_BYTES_MAX} bytes", path=str(path))
        found: Any = from_json(content, allow_inf_nan=False)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror or error}; name a file of `zhili figure`"
        raise InputError(message, path=str(path)) from error
    except ValueError as error:
        message = f"{path} is no JSON: {' '.join(str(error).split())[:200]}"
        raise InputError(message, path=str(path)) from error
    if not isinstance(found, dict):
        raise InputError(f"{path} holds no published figure", path=str(path))
    document = cast("Document", found)
    if (document.get("format"), document.get("format_version")) != (FORMAT, FORMAT_VERSION):
        message = f"{path} is no figure that this program can read; `zhili figure` makes one"
        raise InputError(message, path=str(path))
    return document


def reproduce(engine: Engine, document: Document) -> tuple[Difference, ...]:
    """
    Recompute a published figure at its place in the log; give where it is not the same.

    Nothing that the document says is run: the SQL is this program's own. Every field is compared
    but `zhili` and `published_at`, which nothing but the document itself says.

    Raises:
        InputError: If the document does not say what was asked.
    """
    asked = _asked(document)
    rest = {name: value for name, value in document.items() if name != "sha256"}
    found = [*_differences(document.get("sha256"), _digest(rest), "sha256"), *_told(document)]
    head = engine.head().position
    if asked.position > head:  # there is nothing to compute it from
        message = f"no such event; the log ends at {head}"
        published = str(asked.position)
        return (*found, Difference(path="log.position", published=published, found=message))
    try:
        answer = engine.ask(asked.question, known_at=asked.position)
    except StoreError as error:
        raise InputError(f"it cannot be recomputed: {error.message}") from error
    said = {name: value for name, value in rest.items() if name not in TOLD}
    return (*found, *_differences(said, _derived(engine, asked.question, answer), ""))


def _asked(document: Document) -> _Asked:
    name = _section(document, "definition").get("name")
    kind = STATISTICS.get(name) if isinstance(name, str) else None
    if kind is None:
        message = f"the definition {name!r} is not known here; known are {', '.join(STATISTICS)}"
        raise InputError(message, definition=name)
    position = _section(document, "log").get("position")
    if type(position) is not int or not 0 <= position < 2**62:
        raise InputError("the figure names no position of the log")
    try:
        return _Asked(kind.model_validate(document.get("question")), position)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "all of it"
        message = f"the figure's question cannot be read: {where}: {first['msg']}"
        raise InputError(message) from error


def _section(document: Document, name: str) -> dict[str, Any]:
    return _fields(document.get(name)) or {}


def _told(document: Document) -> Iterator[Difference]:
    """Say where what nobody can derive is not even of its kind."""
    program, published = document.get("zhili"), document.get("published_at")
    if not isinstance(program, str):
        yield Difference(path="zhili", published=_shown(program), found="a version of zhili")
    if not _is_instant(published):
        found = "an instant with its offset"
        yield Difference(path="published_at", published=_shown(published), found=found)


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _differences(published: object, found: object, path: str) -> Iterator[Difference]:
    one, other = _fields(published), _fields(found)
    some, others = _entries(published), _entries(found)
    if one is not None and other is not None:
        for name in sorted(one.keys() | other.keys()):
            inside = f"{path}.{name}" if path else name
            if name in one and name in other:
                yield from _differences(one[name], other[name], inside)
            else:
                yield Difference(
                    path=inside,
                    published=_shown(one[name]) if name in one else ABSENT,
                    found=_shown(other[name]) if name in other else ABSENT,
                )
    elif some is not None and others is not None:
        if len(some) != len(others):
            yield _difference(f"{len(some)} entries", f"{len(others)} entries", path)
        for n, pair in enumerate(zip(some, others, strict=False)):
            yield from _differences(*pair, f"{path}[{n}]")
    elif type(published) is not type(found) or published != found:
        yield _difference(published, found, path)


def _fields(value: object) -> dict[str, Any] | None:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def _entries(value: object) -> Sequence[Any] | None:
    return cast("Sequence[Any]", value) if isinstance(value, list) else None


def _difference(published: object, found: object, path: str) -> Difference:
    return Difference(path=path, published=_shown(published), found=_shown(found))


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_MAX else f"{text[:SHOWN_MAX]}…"
