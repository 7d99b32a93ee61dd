"""Pages are in one language: the reader's, whatever the page and whoever reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest

from tests.face.caller import Caller
from tests.pages.reading import Page, read
from zhili.demo.users import demo_users
from zhili.pages.settings import Settings
from zhili.pages.site import site
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili import Engine
    from zhili.face.request import Language

CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
ENGLISH: Final = re.compile(r"[A-Za-z]{2,}(?:['’-][a-z]+)*")

NAMES: Final = re.compile(
    r"[\w./:-]*[-.:_/@]\d[\w.:-]*"  # ids: of cases, persons, versions
    r"|\d[\w-]*-[\w-]+"  # persons of the demonstration, by the unit that they are of
    r"|\b[A-Z]{2}-[A-Z]{3,4}-[a-z-]+"
    r"|\bG\d\b|\b[0-9a-f]{16,}",
    re.ASCII,
)
"""What is called the same in every language."""

TERMS: Final = frozenset({
    "CSV", "SQL", "SHA", "Kaplan", "Meier", "image", "jpeg", "jpg", "Asia", "Shanghai",
    "English", "zhili", "audit", "store", "expect",
})  # fmt: skip
"""Words of programs and of mathematics that have no other name, and what leads to English."""

SETTINGS: Final = Settings(name=Label("Governance", "治理"), posting=True, voting=True)
START: Final = ("/", "/problems/refused", "/problems/no-such-code", "/appeal", "/follow")
ENTRANCES: Final = frozenset({"/", "/desk"})
"""What is different for everybody: others are looked at once."""

UNREAD: Final = ("/static", "/favicon")


class Walk:
    """A way through all pages that somebody gets to by following links, one of each sort."""

    def __init__(self, engine: Engine, language: Language) -> None:
        """Walk through the pages of *engine*."""
        self._nobody = Caller(site(engine, SETTINGS))
        self._language = language
        users = {one.role: one for group in demo_users(engine) for one in group.users}
        self._people = (None, *users.values())
        sql = "SELECT case_id, case_type, state FROM cases"
        self._cases = {
            str(UUID(str(row[0]))): f"{row[1]}.{row[2]}" for row in engine.store.rows(sql, {})
        }

    def __iter__(self) -> Iterator[tuple[str, Page]]:
        """Give each page with who got it and where."""
        seen: set[object] = set()
        examples = {stands: case_id for case_id, stands in self._cases.items()}
        for actor in self._people:
            caller = self._nobody.as_(actor)
            todo = [*START, *(f"/desk/cases/{case_id}" for case_id in examples.values())]
            own: set[object] = set()
            for address in todo:
                sort = self._sort(address)
                if sort in own or (sort in seen and sort[0] not in ENTRANCES):
                    continue
                own.add(sort)
                answer = caller.get(address, accept_language=self._language)
                if not answer.media_type.startswith("text/html"):
                    continue
                if answer.status == 200:
                    seen.add(sort)
                page = read(answer.body.decode())
                todo += [link.partition("#")[0] for link in page.links if self._leads_on(link)]
                yield f"{actor.role if actor else 'nobody'} at {address}", page

    def _leads_on(self, link: str) -> bool:
        return link.startswith("/") and not link.startswith(UNREAD) and "lang=" not in link

    def _sort(self, address: str) -> tuple[str, tuple[str, ...]]:
        """Give of what sort a page is: cases by where they stand, steps by the case type."""
        parts = urlsplit(address)
        path = parts.path
        for case_id in re.findall(r"[0-9a-f-]{36}", path):
            stands = self._cases[case_id]
            kind = stands if path.endswith(case_id) else stands.partition(".")[0]
            path = path.replace(case_id, kind)
        return path, tuple(sorted(name for name, _ in parse_qsl(parts.query)))


def typed(engine: Engine) -> set[str]:
    """Give everything that people have written or named, units included."""
    found = {unit.name for unit in engine.book.current().organisation.units}

    def gather(value: object) -> None:
        if isinstance(value, str):
            found.add(value.strip())
        elif isinstance(value, dict):
            for one in value.values():
                gather(one)
        elif isinstance(value, list):
            for one in value:
                gather(one)

    for (case_id,) in engine.store.rows("SELECT case_id FROM cases", {}):
        for event in engine.history(UUID(str(case_id))):
            gather(event.model_dump(mode="json"))
    return found


def test_a_chinese_page_is_chinese_throughout(district: Engine) -> None:
    """No English word stands on it, but for ids and the names of programs and formats."""
    found: dict[str, str] = {}
    pages = 0
    for where, page in Walk(district, "zh"):
        pages += 1
        assert page.language == "zh-Hans"
        for words in page.words:
            strange = set(ENGLISH.findall(NAMES.sub("", words))) - TERMS
            if strange:
                found.setdefault(words, where)
    assert found == {}
    assert pages > 300


def test_an_english_page_is_english_throughout(district: Engine) -> None:
    """Chinese stands on it only as a term that is marked as such, and where people wrote it."""
    written = sorted((one for one in typed(district) if CHINESE.search(one)), key=len, reverse=True)
    data = re.compile("|".join([*map(re.escape, written), r"[\u3400-\u9fff]\*+"]))
    found: dict[str, str] = {}
    for where, page in Walk(district, "en"):
        assert page.language == "en"
        for words in page.words:
            if CHINESE.search(data.sub("", words)):
                found.setdefault(words, where)
    assert found == {}


@pytest.mark.parametrize(("language", "words"), [("en", ("one",)), ("zh", ("two", "three", "四"))])
def test_what_stands_in_another_language_is_not_read(language: str, words: tuple[str, ...]) -> None:
    """The reading that these tests rely on leaves out what is marked, code, and the unseen."""
    page = read(
        f'<html lang="{language}"><style>a</style><p>{words[0]} <b lang="la">ibidem</b></p>'
        "<code>code</code></html>"
    )
    assert page.words == (words[0],)
