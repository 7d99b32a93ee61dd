"""What somebody reads on a page: its words, and those that stand marked in another language."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final, NamedTuple
from urllib.parse import urlsplit

__all__ = ["Page", "read"]

VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "wbr"})
"""Elements that hold nothing and are not closed."""

UNREAD: Final = frozenset({"script", "style"})
CODED: Final = frozenset({"code", "pre"})
"""Elements that hold what is the same in every language."""

SPOKEN: Final = ("aria-label", "title", "alt", "placeholder")
"""Attributes that are read out."""


class Page(NamedTuple):
    """The words of a page in its own language, and the addresses that it leads to."""

    language: str
    words: tuple[str, ...]
    links: tuple[str, ...]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[str] = []
        self.language = ""
        self._stack: list[tuple[str, str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        _, language, is_read = self._stack[-1] if self._stack else ("", "", True)
        language = given.get("lang", language)
        if tag == "html":
            self.language = language
        is_read = is_read and tag not in {*UNREAD, *CODED}
        if is_read and language == self.language:
            self.words += [given[name] for name in SPOKEN if given.get(name)]
        if tag == "a" and urlsplit(given.get("href", "")).scheme == "":
            self.links.append(given.get("href", ""))
        if tag not in VOID:
            self._stack.append((tag, language, is_read))

    def handle_endtag(self, tag: str) -> None:
        while self._stack and self._stack.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        text = re.sub(r"\s+", " ", data).strip()
        if not text or not self._stack:
            return
        _, language, is_read = self._stack[-1]
        if is_read and language == self.language:
            self.words.append(text)


def read(html: str) -> Page:
    """Read a page as somebody does who knows only its language."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Page(reader.language, tuple(reader.words), tuple(reader.links))
