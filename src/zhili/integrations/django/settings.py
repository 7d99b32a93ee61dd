"""What the host's settings say about zhili: read whole, or refused."""

# Django ships no types.
# pyright: basic

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, TypeAlias, cast
from zoneinfo import ZoneInfo

from django.conf import settings as host_settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.module_loading import import_string

from zhili.aggregates import CASE_TYPES, Case
from zhili.engine import Engine
from zhili.face import Face
from zhili.pages.settings import Settings as Pages
from zhili.reactions import REACTIONS, Reaction
from zhili.values import Actor

__all__ = ["ActorOf", "FaceOf", "HostSettings", "host_said", "nobody"]

ActorOf: TypeAlias = Callable[[HttpRequest], Actor | None]
"""The host's own function: who asks, as the host has authenticated them; None for anybody."""

FaceOf: TypeAlias = Callable[[Engine], Face]

NAME: Final = "ZHILI"
EXAMPLE: Final = 'ZHILI = {"DATABASE": "default", "ACTOR": "hotline.users.actor"}'


def nobody(_request: HttpRequest) -> Actor | None:
    """Take everybody for anybody: then only what is public is answered."""
    return None


@dataclass(frozen=True, slots=True)
class HostSettings:
    """
    `ZHILI` in the host's settings, with the keys in capitals.

    Args:
        database: Which of `DATABASES` holds the store: SQLite or PostgreSQL.

        zone: The time zone of local days; fixed with the first policies that are published.

        actor: Dotted path of the function from a request to an `Actor`, or None.

        pages: What `zhili.pages.settings.Settings` takes, by name.

        case_types: Dotted path of a sequence of case types; by default all that zhili has.

        reactions: Dotted path of reactions; by default all that zhili has.

        face: Dotted path of a function from an engine to another `Face` than the usual one.
    """

    database: str = "default"
    zone: str = "Asia/Shanghai"
    actor: str | None = None
    pages: Mapping[str, Any] | None = None
    case_types: str | None = None
    reactions: str | None = None
    face: str | None = None

    @property
    def actor_of(self) -> ActorOf:
        """The function that says who asks."""
        return cast("ActorOf", _imported("ACTOR", self.actor)) if self.actor else nobody

    @property
    def pages_of(self) -> Pages:
        """What the host decides about the pages."""
        try:
            return Pages(**(self.pages or {}))
        except TypeError as error:
            known = ", ".join(field.name for field in fields(Pages))
            raise ImproperlyConfigured(f"{NAME}['PAGES']: {error}; it takes {known}") from error

    @property
    def types(self) -> Sequence[type[Case]]:
        """The case types that live in the store."""
        if self.case_types is None:
            return CASE_TYPES
        found = _imported("CASE_TYPES", self.case_types)
        if not isinstance(found, Sequence) or not all(map(_is_case, cast("list[Any]", found))):
            message = f"{NAME}['CASE_TYPES']: {self.case_types} is no sequence of case types"
            raise ImproperlyConfigured(
                f"{message}; e.g. CASE_TYPES = (*zhili.CASE_TYPES, Petition)"
            )
        return cast("Sequence[type[Case]]", found)

    @property
    def answers(self) -> Iterable[Reaction]:
        """What follows from what."""
        if self.reactions is None:
            return REACTIONS
        found = _imported("REACTIONS", self.reactions)
        if not isinstance(found, Sequence):
            message = f"{NAME}['REACTIONS']: {self.reactions} is no sequence of reactions"
            raise ImproperlyConfigured(message)
        return cast("Sequence[Reaction]", found)

    @property
    def face_of(self) -> FaceOf | None:
        """The host's own function from an engine to a face, if it has one."""
        return cast("FaceOf", _imported("FACE", self.face)) if self.face else None

    def check(self) -> None:
        """
        Insist that all of it can be used.

        Raises:
            ImproperlyConfigured: If something cannot.
        """
        databases = host_settings.DATABASES
        if self.database not in databases:
            known = ", ".join(sorted(databases))
            raise ImproperlyConfigured(
                f"{NAME}['DATABASE']: DATABASES has no {self.database!r}; it has {known}"
            )
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            message = f"{NAME}['ZONE']: there is no time zone {self.zone!r}; e.g. Asia/Shanghai"
            raise ImproperlyConfigured(message) from error
        for name, found in (("ACTOR", self.actor_of), ("FACE", self.face_of or nobody)):
            if not callable(found):
                raise ImproperlyConfigured(f"{NAME}[{name!r}] names nothing that can be called")
        _ = self.pages_of, self.types, self.answers


def host_said() -> HostSettings:
    """
    Read what the host's settings say.

    Raises:
        ImproperlyConfigured: If `ZHILI` is no mapping, or says what nobody asks.
    """
    said: object = getattr(host_settings, NAME, {})
    if not isinstance(said, Mapping):
        raise ImproperlyConfigured(f"{NAME} is no mapping of names to values; e.g. {EXAMPLE}")
    told = cast("Mapping[str, Any]", said)
    known = {field.name.upper(): field for field in fields(HostSettings)}
    for name, value in told.items():
        if name not in known:
            raise ImproperlyConfigured(f"{NAME}[{name!r}]: there is no such key; {_list(known)}")
        wanted = Mapping if name == "PAGES" else str
        if not (isinstance(value, wanted) or (value is None and known[name].default is None)):
            kind = "a mapping" if name == "PAGES" else "a text"
            raise ImproperlyConfigured(f"{NAME}[{name!r}] has to be {kind}, not {value!r}")
    return HostSettings(**{name.lower(): value for name, value in told.items()})


def _list(known: Iterable[str]) -> str:
    return f"there are {', '.join(known)}"


def _is_case(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Case)


def _imported(name: str, path: str) -> object:
    try:
        return import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(f"{NAME}[{name!r}]: {error}") from error
