"""What a template can say of the request it answers: words, links, days, files, a token."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from markupsafe import Markup

from zhili.aggregates.wall_endings import SET_WORDS
from zhili.face import Request
from zhili.face.request import Language
from zhili.pages.asset import asset_path
from zhili.pages.menu import Entry
from zhili.pages.words import day_in_words, is_chinese, label_of, moment_in_words, word
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.pages.form import Option
    from zhili.pages.site import Site

__all__ = ["TOKEN_COOKIE", "View"]

TOKEN_COOKIE: Final = "zhili_form"  # noqa: S105 - the name of a cookie, no secret
TOKEN_BYTES: Final = 24


class View:
    """
    One request as its page sees it. Templates have it as `view`, its usual words by themselves.

    `token` is made when a form first asks for it; `fresh_token` then says what the cookie must be.
    """

    def __init__(self, site: Site, request: Request) -> None:
        """Look at *request* on *site*."""
        self.site = site
        self.request = request
        self.language: Language = request.language
        self.actor = request.actor
        self.base = request.base
        self.now = site.engine.now()
        self.fresh_token: str | None = None

    # — words —

    def say(self, en: str, zh: str) -> str:
        """Give the one of two words that is in the reader's language."""
        return word(en, zh, self.language)

    def term(self, en: str, zh: str) -> str:
        """Give a term of the field: in English with the Chinese beside it in small type."""
        if self.language == "zh":
            return zh
        return Markup('{} <span class="term" lang="zh-Hans">{}</span>').format(en, zh)

    def label(self, label: Label) -> str:
        """Give *label* in the reader's language."""
        return label_of(label, self.language)

    def state(self, case_type: str, name: str | None) -> str:
        """Give a state, or the label of a step, in words."""
        return self.site.words_of(case_type, name or "", self.language)

    def unit(self, unit: str | None) -> str:
        """Give the name of a unit as the organisation has it now; its id where it has none."""
        return self.site.unit_name(unit) if unit else ""

    def quoted(self, text: str | None) -> str:
        """Give words that somebody wrote, marked where their language is not the page's."""
        told = label_of(SET_WORDS[text], self.language) if text in SET_WORDS else text or ""
        tongue = "zh-Hans" if is_chinese(told) else "en"
        if not told or (tongue == "en") is (self.language == "en"):
            return told
        return Markup('<span lang="{}">{}</span>').format(tongue, told)

    # — times —

    def day(self, day: date | None) -> str:
        """Give a day in words."""
        return day_in_words(day, self.language) if day else ""

    def moment(self, moment: datetime | None) -> str:
        """Give a moment in words, in the engine's zone."""
        return moment_in_words(moment, self.site.engine.zone, self.language) if moment else ""

    # — ways —

    def link(self, path: str, **query: object) -> str:
        """Give the address of *path*; what is None is left out of the query."""
        pairs = {name: str(value) for name, value in query.items() if value is not None}
        return f"{self.base}{path}" + (f"?{urlencode(pairs)}" if pairs else "")

    def here(self, **query: object) -> str:
        """Give the address of this page with some of its query changed; None takes one away."""
        pairs = {name: value for name, value in self.request.query if name not in query}
        return self.link(self.request.path, **{**pairs, **query})

    def asset(self, name: str) -> str:
        """Give the address of a stylesheet, script or icon."""
        return self.base + asset_path(name)

    @property
    def menu(self) -> tuple[Entry, ...]:
        """The entries of the menu that this reader sees."""
        return tuple(entry for entry in self.site.menu if entry.shown(self.actor))

    def is_here(self, path: str) -> bool:
        """Say whether this page stands at *path* or below it."""
        return f"{self.request.path}/".startswith(f"{path}/")

    # — forms —

    @staticmethod
    def by_group(options: Sequence[Option]) -> list[tuple[Label | None, list[Option]]]:
        """Give *options* with the heading of each run of them that has one."""
        return [(group, list(run)) for group, run in groupby(options, lambda one: one.group)]

    @property
    def token(self) -> str:
        """The token that the forms of this page carry, equal to the cookie's."""
        kept = self.request.cookies.get(TOKEN_COOKIE, "")
        if kept.isascii() and len(kept) >= TOKEN_BYTES:
            return kept
        if self.fresh_token is None:
            self.fresh_token = secrets.token_urlsafe(TOKEN_BYTES)
        return self.fresh_token

    def words(self) -> Mapping[str, object]:
        """Give what every template has at hand."""
        return {
            "view": self,
            "site": self.site,
            "settings": self.site.settings,
            "language": self.language,
            "actor": self.actor,
            "say": self.say,
            "term": self.term,
            "label": self.label,
            "state": self.state,
            "unit": self.unit,
            "quoted": self.quoted,
            "day": self.day,
            "moment": self.moment,
            "link": self.link,
            "asset": self.asset,
        }
