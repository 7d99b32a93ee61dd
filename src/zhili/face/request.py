"""What comes in and goes out, whatever framework the host is built with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import parse_qsl

from zhili.errors import InputError
from zhili.values import Actor

__all__ = ["HTML", "JSON", "Language", "Pairs", "Request", "Response"]

JSON: Final = "application/json"
HTML: Final = "text/html; charset=utf-8"
FORM: Final = "application/x-www-form-urlencoded"

FIELDS_MAX: Final = 500
"""How many fields a query or a form may have."""

Language = Literal["en", "zh"]
LANGUAGES: Final[dict[str, Language]] = {"en": "en", "zh": "zh"}

Pairs = tuple[tuple[str, str], ...]
"""Names and values in the order in which they came; a name may come more than once."""


@dataclass(frozen=True, slots=True)
class Request:
    """
    One request, read whole.

    `path` is that below the place where the host has mounted the face, and `base` that place:
    empty, or `/governance`. `named` is what the route's path names, `headers` have their names in
    lower case, `actor` is who asks as the host has authenticated them, None for anybody. `host` is
    what the reader's browser calls this server.
    """

    method: str
    path: str
    named: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    query: Pairs = ()
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""
    actor: Actor | None = None
    base: str = ""
    secure: bool = False
    host: str = ""

    def asked(self, name: str) -> str | None:
        """Give the last value that the query has for *name*; None if it has none, or an empty."""
        values = [value for key, value in self.query if key == name]
        return (values[-1] or None) if values else None

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies that came along; none where they cannot be read."""
        try:
            read = SimpleCookie(self.headers.get("cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in read.items()}

    @property
    def form(self) -> Pairs:
        """
        The fields of the form that was sent.

        Raises:
            InputError: If what was sent is no form, or one with too many fields.
        """
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise InputError(f"this takes a form; send it as {FORM}")
        try:
            pairs = parse_qsl(self.body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
        except ValueError as error:
            message = f"the form cannot be read; send UTF-8 and at most {FIELDS_MAX} fields"
            raise InputError(message) from error
        return tuple(pairs)

    @property
    def language(self) -> Language:
        """The language to answer in: as the query says, the cookie, or the browser."""
        said = self.asked("lang") or self.cookies.get("zhili_language")
        if said in LANGUAGES:
            return LANGUAGES[said]
        wanted = self.headers.get("accept-language", "zh").lower()
        ranked = sorted(_weighed(wanted), reverse=True)
        for _, name in ranked:
            if name.startswith("zh"):
                return "zh"
            if name.startswith("en"):
                return "en"
        return "en" if ranked else "zh"


def _weighed(header: str) -> list[tuple[float, str]]:
    """Give the languages of an Accept-Language *header* with their weights."""
    found: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        name, _, weight = part.strip().partition(";q=")
        try:
            found.append((float(weight) if weight else 1.0, name))
        except ValueError:
            continue
    return [(weight, name) for weight, name in found if weight > 0]


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, whole; further `headers` besides those of its length and type."""

    status: int
    body: bytes
    media_type: str
    headers: Pairs = ()

    def header(self, name: str) -> str | None:
        """Give the first of its headers called *name*, in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
