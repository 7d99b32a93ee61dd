"""What every page has: its headers, words, files and forms, and what is refused as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.pages.html_forms import forms_in
from tests.pages.visiting import Visitor, hosted
from zhili import Actor, Engine, ZhiliError, role
from zhili.errors import InputError
from zhili.face import Request, Response, Route
from zhili.face import problem as problems
from zhili.face.problem import ForbiddenError
from zhili.pages.asset import ASSETS, asset, asset_path
from zhili.pages.meanings import MEANINGS
from zhili.pages.menu import Entry, for_staff
from zhili.pages.origin import own_form
from zhili.pages.settings import Settings
from zhili.pages.site import Site, site
from zhili.pages.words import day_in_words, split_label
from zhili.workflows import Label

PAGES = ("front", "problem_page", "wall", "asset")
SETTINGS = Settings(
    name=Label("Heping District", "和平区"),
    posting=True,
    sign_in_url="/sign-in",
    demonstration=Label("A demonstration", "演示"),
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An empty store."""
    with Engine.open("memory:") as opened:
        yield opened


@pytest.fixture(scope="module")
def url(engine: Engine) -> Iterator[str]:
    """Where the pages are served."""
    with hosted(engine, SETTINGS, pages=PAGES) as served:
        yield served


@pytest.fixture
def visitor(url: str) -> Visitor:
    """Anybody."""
    return Visitor(url)


# — what every page says to browsers —


@pytest.mark.parametrize("path", ["/", "/problem-wall", "/problems/conflict", "/problem-wall/new"])
def test_a_page_lets_a_browser_load_nothing_from_elsewhere(visitor: Visitor, path: str) -> None:
    """No page runs or loads what is not from here, nor is shown inside another's."""
    page = visitor.get(path)
    assert page.status_code == 200
    policy = dict(
        part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "script-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "same-origin"
    assert "style=" not in page.text
    assert re.search(r"\son\w+=", page.text) is None
    assert re.findall(r"<script(?![^>]*\ssrc=\"/static/)", page.text) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", page.text) == []


def test_only_what_is_public_may_be_kept_by_a_cache(engine: Engine) -> None:
    """What somebody sees who is signed in, or what holds a form, is stored nowhere."""
    face = site(engine, SETTINGS, pages=PAGES)
    front = next(route for route in face.routes if route.name == "front")
    new = next(route for route in face.routes if route.name == "page.wall.new")
    anybody = Request("GET", "/")
    somebody = replace(anybody, actor=Actor(id="r", role=role.RESIDENT))
    assert face.respond(front, anybody).header("cache-control") == "no-cache"
    assert face.respond(front, somebody).header("cache-control") == "no-store"
    assert face.respond(new, anybody).header("cache-control") == "no-store"


def test_links_stay_below_the_place_where_the_host_has_mounted_the_pages(engine: Engine) -> None:
    """Below a prefix, every link, form and file begins with it, and so do the cookies."""
    face = site(engine, SETTINGS, pages=PAGES)
    new = next(route for route in face.routes if route.name == "page.wall.new")
    answer = face.respond(new, Request("GET", "/problem-wall/new", base="/gov", secure=True))
    html = answer.body.decode()
    ways = re.findall(r"(?:src|href|action)=\"(/[^\"]*)\"", html)
    assert [way for way in ways if not way.startswith("/gov/") and way != "/sign-in"] == []
    cookie = dict(answer.headers)["Set-Cookie"]
    assert "; HttpOnly; Path=/gov; SameSite=Strict; Secure" in cookie


# — words —


def test_a_page_is_in_the_language_that_was_asked_for(visitor: Visitor) -> None:
    """The query says it first, then the cookie that it leaves behind, then the browser."""
    assert '<html lang="en"' in visitor.get("/").text
    chosen = visitor.get("/", lang="zh")
    assert '<html lang="zh-Hans"' in chosen.text
    assert "和平区" in chosen.text
    assert "zhili_language=zh" in chosen.headers["set-cookie"]
    assert '<html lang="zh-Hans"' in visitor.get("/").text
    assert visitor.get("/").headers["content-language"] == "zh-Hans"


def test_the_way_to_the_other_language_keeps_what_was_asked(visitor: Visitor) -> None:
    """Whoever looks at a category in one language looks at the same one in the other."""
    page = visitor.get("/problem-wall", category="environment")
    assert 'href="/problem-wall?category=environment&amp;lang=zh"' in page.text


def test_days_are_written_as_each_language_does() -> None:
    """Neither language writes the other's numbers."""
    from datetime import date

    assert day_in_words(date(2026, 3, 5), "en") == "5 Mar 2026"
    assert day_in_words(date(2026, 3, 5), "zh") == "2026年3月5日"


@pytest.mark.parametrize(
    ("written", "en", "zh"),
    [
        ("home visit 入户走访", "Home visit", "入户走访"),
        ("12345 telephone 热线", "12345 telephone", "热线"),
        ("State Council 互联网+督查", "State Council", "互联网+督查"),
        (
            "home, store and workshop in one “三合一”场所",
            "Home, store and workshop in one",
            "“三合一”场所",
        ),
        ("WeChat 微信", "WeChat", "微信"),
        ("by speciality and need 特色岗(X)", "By speciality and need", "特色岗(X)"),
        ("Quick", "Quick", "Quick"),
        ("快捷哨", "快捷哨", "快捷哨"),
    ],
)
def test_a_label_of_a_policy_is_read_in_both_languages(written: str, en: str, zh: str) -> None:
    """The words of a policy's list stand in English and Chinese, one after the other."""
    assert split_label(written) == Label(en, zh)


def test_the_menu_is_that_of_whoever_looks(engine: Engine) -> None:
    """Staff see the ways of staff; residents and anybody do not."""
    made = Site(engine, SETTINGS)
    words = Label("Desk", "工作台")
    made.menu = (Entry("/desk", words, words, for_staff),)
    from zhili.pages.view import View

    def seen(actor: Actor | None) -> list[str]:
        return [entry.path for entry in View(made, Request("GET", "/", actor=actor)).menu]

    assert seen(Actor(id="d", role=role.DISPATCHER)) == ["/desk"]
    assert seen(Actor(id="r", role=role.RESIDENT)) == []
    assert seen(None) == []


# — files —


@pytest.mark.parametrize("name", ASSETS)
def test_a_file_is_kept_for_good_under_the_name_of_its_content(visitor: Visitor, name: str) -> None:
    """The address changes with the content, so a browser asks once."""
    answer = visitor.get(asset_path(name))
    assert answer.content == asset(name).body
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == ASSETS[name]
    known = visitor.http.get(asset_path(name), headers={"If-None-Match": answer.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")


def test_an_address_of_yesterday_gives_the_file_of_today(visitor: Visitor) -> None:
    """A page that was opened before an update still finds its files, and keeps none of them."""
    answer = visitor.get("/static/zhili.0123456789ab.css")
    assert answer.content == asset("zhili.css").body
    assert answer.headers["cache-control"] == "no-cache"
    assert visitor.get("/static/passwd").status_code == 404
    assert visitor.get("/favicon.ico").headers["content-type"] == "image/svg+xml"


def test_the_files_are_small() -> None:
    """The stylesheet has less than 20 KB and the script less than 3: a page is there at once."""
    assert len(asset("zhili.css").body) < 20 * 1024
    assert len(asset("zhili.js").body) < 3 * 1024
    assert "url(" not in asset("zhili.css").body.decode()


# — what is refused —


def errors() -> set[str]:
    """Give the codes of every error there is, and of what is told of the rest."""
    known = {"invalid", "internal"}
    kinds: list[type[ZhiliError]] = [ZhiliError]
    for kind in kinds:
        known.add(kind.code)
        kinds += kind.__subclasses__()
    return known


def test_every_code_of_a_refusal_has_a_page() -> None:
    """Whatever code a problem has, its `type` leads to words that explain it."""
    assert problems.STATUS
    named = {code for code in errors() if code != "petition"}
    assert {code for code in named if code not in MEANINGS} == set()


@pytest.mark.parametrize("code", sorted(MEANINGS))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_code_is_explained(visitor: Visitor, code: str, language: str) -> None:
    """The page says what it means and what one can do, in the reader's language."""
    page = visitor.get(f"/problems/{code}", lang=language)
    assert page.status_code == 200
    meaning = MEANINGS[code]
    for words in meaning:
        shown = words.zh if language == "zh" else words.en
        assert shown.replace("'", "&#39;") in page.text


def test_what_is_refused_is_a_page_for_people(visitor: Visitor) -> None:
    """Somebody who follows a dead link is told so, with a way on; nobody sees a traceback."""
    page = visitor.get("/problems/nothing-of-the-kind")
    assert page.status_code == 404
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "There is no such page" in page.text
    assert 'href="/"' in page.text


def test_whoever_is_not_signed_in_is_shown_where_to(engine: Engine) -> None:
    """A page that is not public sends people to the host's own place to sign in."""
    face = site(engine, SETTINGS, pages=PAGES)

    def never(_request: Request) -> Response:
        raise AssertionError("nobody gets here")

    route = Route("GET", "/x", "x", never, Label("x", "x"), page=True)
    answer = face.respond(route, Request("GET", "/x"))
    assert answer.status == 401
    assert 'href="/sign-in"' in answer.body.decode()


def test_what_somebody_typed_into_an_address_is_never_markup(visitor: Visitor) -> None:
    """Words from outside stand in a page as words."""
    page = visitor.get("/problems/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>alert" not in page.text
    page = visitor.get("/problem-wall", village='"><img src=x>')
    assert "<img src=x" not in page.text


# — forms are taken from our own pages only —

TOKEN = "t" * 32


def sent(
    *, cookie: str = TOKEN, token: str | None = TOKEN, twice: bool = False, **headers: str
) -> Request:
    """Give a request with a form, its token and its cookie."""
    fields = "text=words" + (f"&_token={token}" if token is not None else "")
    fields += f"&_token={token}" if twice else ""
    told = {
        "content-type": "application/x-www-form-urlencoded",
        "cookie": f"zhili_form={cookie}" if cookie else "",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return Request("POST", "/x", headers=told, body=fields.encode(), host="zhili.example:8443")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://zhili.example:8443"},
        {"origin": "https://zhili.example:8443", "sec_fetch_site": "same-origin"},
        {"sec_fetch_site": "none"},
        {"origin": "https://as-people-call-it.example", "sec_fetch_site": "same-origin"},
    ],
)
def test_a_form_of_our_own_page_is_taken(headers: dict[str, str]) -> None:
    """With its token, and from here as far as the browser says; the token is no field of it."""
    assert own_form(sent(**headers)) == (("text", "words"),)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "https://zhili.example"},
        {"origin": "null"},
        {"origin": "https://zhili.example:8443", "sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "https://elsewhere.example", "sec_fetch_site": "none"},
        {"origin": "http://["},
    ],
)
def test_a_form_from_another_site_is_refused_whatever_its_token(headers: dict[str, str]) -> None:
    """Neither another host nor another port nor a neighbour below the same domain sends forms."""
    with pytest.raises(ForbiddenError, match="another site"):
        own_form(sent(**headers))


@pytest.mark.parametrize(
    "request_",
    [
        sent(token=None),
        sent(token=""),
        sent(token="u" * 32),
        sent(token=TOKEN[:-1]),
        sent(twice=True),
        sent(cookie=""),
        sent(cookie="", token=""),
        sent(cookie=TOKEN, token=f"%E4%B8%AD{TOKEN[1:]}"),
    ],
    ids=["none", "empty", "another", "shorter", "two", "no cookie", "neither", "not ascii"],
)
def test_a_form_without_its_token_is_refused(request_: Request) -> None:
    """The token of the form has to be the cookie's, which another site can neither read nor set."""
    with pytest.raises(ForbiddenError, match="open its page again"):
        own_form(request_)


def test_what_is_no_form_is_refused() -> None:
    """JSON is sent to the operations, not to pages."""
    with pytest.raises(InputError):
        own_form(replace(sent(), headers={"content-type": "application/json"}))


def test_a_form_from_another_site_is_a_403_and_a_page(visitor: Visitor) -> None:
    """Over HTTP, too, and the same form from its own page is taken."""
    form = visitor.form("/problem-wall/new")
    assert visitor.send(form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    refused = visitor.send(form, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert "another site" in refused.text
    assert visitor.send(form).status_code == 422  # taken, and found empty


def test_the_token_is_the_same_on_every_page_of_a_visit(visitor: Visitor) -> None:
    """Two open tabs do not spoil each other's forms."""
    first, second = visitor.form("/problem-wall/new"), visitor.form("/problem-wall/new")
    assert dict(first.pairs)["_token"] == dict(second.pairs)["_token"]
    assert dict(first.pairs)["_key"] != dict(second.pairs)["_key"]


def test_a_page_without_a_form_sets_no_token(visitor: Visitor) -> None:
    """Whoever only reads is given no cookie."""
    page = visitor.get("/problem-wall")
    assert "set-cookie" not in page.headers
    assert [form.method for form in forms_in(page.text)] == ["get"]
