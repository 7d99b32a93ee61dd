"""The pages of the wall: what everybody sees, and what residents bring in and think of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from tests.pages.html_forms import forms_in
from tests.pages.visiting import Visitor, hosted
from tests.wall import steps as s
from tests.wall.lives import Wall as LivingWall
from zhili import Engine, WallItem, publish
from zhili.aggregates.wall_endings import ending
from zhili.face import Face, Request
from zhili.pages.settings import Settings
from zhili.pages.site import site
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.projections.public_wall import ECHOES, PROBLEMS
from zhili.testing import CASE, OTHER_CASE, Control, VirtualClock, actor

PAGES = ("front", "problem_page", "wall", "asset")
OPEN = Settings(posting=True, voting=True)
THIRD = UUID("01900000-0000-7000-8000-000000000003")


class Place:
    """A store at a time of its own, in which things are done for people."""

    def __init__(self) -> None:
        """Begin when the scenarios begin."""
        self.clock = VirtualClock()
        self.engine = Engine.open("memory:", clock=self.clock)

    def live(self, *steps: object, on: UUID = CASE) -> None:
        """Do what *steps* say, to one item."""
        for step in steps:
            if isinstance(step, timedelta):
                self.clock.advance(step)
            elif isinstance(step, Control):
                now = self.clock.advance(step.after)
                about = step if step.case_id != CASE else step.on(on)
                self.engine.submit(about.build(now), by=about.by)
            else:
                self.engine.tick()


@pytest.fixture
def place() -> Iterator[Place]:
    """A place without any problem."""
    made = Place()
    yield made
    made.engine.close()


@pytest.fixture
def url(place: Place) -> Iterator[str]:
    """Where its pages are served, to a host that allows posting and voting."""
    with hosted(place.engine, OPEN, pages=PAGES) as served:
        yield served


def sides(html: str) -> dict[str, str]:
    """Give what stands on each side of the wall."""
    found = re.finditer(
        r'<section aria-labelledby="(problems|echoes)".*?</section>', html, re.DOTALL
    )
    return {part[1]: part[0] for part in found}


def words(html: str) -> str:
    """Give what is read on a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# — what everybody sees —


def test_problems_and_echoes_hang_side_by_side(place: Place, url: str) -> None:
    """What waits for an echo hangs on the left, what has one on the right."""
    place.live(*s.to("in_progress"))
    place.live(*s.to("echoed", s.VOTE), on=THIRD)
    shown = sides(Visitor(url).get("/problem-wall").text)
    assert list(shown) == ["problems", "echoes"]
    assert f"/problem-wall/{CASE}" in shown["problems"]
    assert f"/problem-wall/{CASE}" not in shown["echoes"]
    assert f"/problem-wall/{THIRD}" in shown["echoes"]
    assert "Promised for 承诺时限 20 Mar 2026" in words(shown["problems"])
    assert "路灯已于本周修好" in shown["echoes"]
    assert "Satisfied 1 · basically 0 · dissatisfied 0" in words(shown["echoes"])


def test_a_broken_promise_is_said_in_words(place: Place, url: str) -> None:
    """Neither colour nor a sign alone says that a promise was broken, on any page."""
    place.live(*s.to("in_progress", timedelta(days=30)))
    for path in ("/problem-wall", f"/problem-wall/{CASE}"):
        assert "promise broken" in words(Visitor(url).get(path).text)
        assert "已失约" in words(Visitor(url, language="zh").get(path).text)


def test_what_nobody_has_taken_on_says_so(place: Place, url: str) -> None:
    """An item without an owner shows that, in either language."""
    place.live(*s.to("posted"))
    assert "Owner 责任人 not claimed yet" in words(Visitor(url).get("/problem-wall").text)
    assert "责任人 尚未认领" in words(Visitor(url, language="zh").get("/problem-wall").text)


def test_what_an_item_became_elsewhere_is_told_in_the_readers_language(
    place: Place, url: str
) -> None:
    """The wall's set words have both languages in them; a page shows one."""
    place.live(*s.to("transferred", s.CONCLUDE_BY_HAND.but(text=ending("mediation", "solved"))))
    english = words(Visitor(url).get("/problem-wall").text)
    chinese = words(Visitor(url, language="zh").get("/problem-wall").text)
    told = ("Handled by mediation, and solved.", "转为调解办理，已办结：已解决。")
    assert [one in english for one in told] == [True, False]
    assert [one in chinese for one in told] == [False, True]


def test_an_item_is_shown_with_its_whole_public_history(place: Place, url: str) -> None:
    """Measures, promises given up and why, reports, result, echo and votes stand on its page."""
    place.live(
        *s.to("in_progress", s.POST_PROGRESS, s.CHANGE_PROMISE, s.DECLARE_RESOLVED, s.POST_ECHO),
        s.VOTE_AGAINST,
        s.WINDOW,
        "tick",
        s.REPOST.but(ground="dissatisfied"),
    )
    read = words(Visitor(url).get(f"/problem-wall/{CASE}").text)
    for told in (
        "巷口路灯不亮",
        "村东巷口的路灯坏了",
        "Round 1 on the wall",
        "更换灯头和线路",
        "路灯已更换,夜间正常",
        "路灯已于本周修好",
        "Satisfied 0 · basically 0 · dissatisfied 1",
        "又不亮了",
    ):
        assert told in read


def test_progress_and_a_changed_promise_stay_visible(place: Place, url: str) -> None:
    """A promise that was given up is struck out with its reason, never gone."""
    place.live(*s.to("in_progress", s.POST_PROGRESS, s.CHANGE_PROMISE))
    page = Visitor(url).get(f"/problem-wall/{CASE}").text
    assert "<del>20 Mar 2026</del>" in page
    assert "等待停电作业" in page
    assert "材料已到" in page
    assert "3 Apr 2026" in page


def test_what_cannot_be_resolved_says_why_and_what_is_done_instead(place: Place, url: str) -> None:
    """The reason, its basis, what is done instead, and when it is looked at again."""
    place.live(*s.to("unresolvable"))
    read = words(Visitor(url).get(f"/problem-wall/{CASE}").text)
    for told in ("道路要重修", "县道改造计划 2026", "先装太阳能灯两盏", "1 Jun 2026"):
        assert told in read


def test_a_village_and_a_category_are_looked_at_alone(place: Place, url: str) -> None:
    """The query narrows both sides; what is asked for stands in the form."""
    place.live(*s.to("posted"))
    visitor = Visitor(url)
    there = visitor.get("/problem-wall", village=s.VILLAGE, category="infrastructure").text
    assert f"/problem-wall/{CASE}" in there
    assert f'value="{s.VILLAGE}"' in there
    assert f"/problem-wall/{CASE}" not in visitor.get("/problem-wall", category="industry").text
    elsewhere = visitor.get("/problem-wall", village=s.OTHER_VILLAGE).text
    assert f"/problem-wall/{CASE}" not in elsewhere
    assert visitor.get("/problem-wall", village="a b").status_code == 422


def test_a_long_wall_is_read_page_by_page(place: Place, url: str) -> None:
    """Each side goes on by itself, every item comes once, and the way back is there."""
    ids = [UUID(int=CASE.int + nth) for nth in range(10, 33)]
    for case_id in ids:
        place.live(*s.to("posted"), on=case_id)
    visitor = Visitor(url)
    seen: list[str] = []
    page = visitor.get("/problem-wall")
    while True:
        seen += re.findall(r'<h3><a href="/problem-wall/([^"]+)"', sides(page.text)["problems"])
        following = re.search(r'rel="next" href="([^"#]+)#problems"', page.text)
        if following is None:
            break
        page = visitor.get(following[1].replace("&amp;", "&"))
    assert seen == [str(case_id) for case_id in reversed(ids)]
    assert "To the newest" in page.text
    assert visitor.get("/problem-wall", problems="nonsense").status_code == 422


def test_what_is_not_posted_is_counted_with_its_reason(place: Place, url: str) -> None:
    """How many were not posted, and why, is told; nothing else of them is."""
    place.live(*s.to("not_posted"))
    page = Visitor(url).get("/problem-wall").text
    assert "It is nobody&#39;s business but the poster&#39;s own" in page
    assert Visitor(url).get(f"/problem-wall/{CASE}").status_code == 404


@pytest.mark.parametrize("state", ["collected", "screened", "merged", "archived"])
def test_what_does_not_hang_on_the_wall_has_no_page(place: Place, url: str, state: str) -> None:
    """There is no way to what has not been posted, or has been filed away."""
    place.live(*s.to(state))
    assert Visitor(url).get(f"/problem-wall/{CASE}").status_code == 404


def test_there_is_no_page_for_another_kind_of_case(place: Place, url: str) -> None:
    """The id of a case of another kind, of none, or of nonsense leads nowhere."""
    visitor = Visitor(url)
    for nothing in (place.engine.book.current().version("wall"), OTHER_CASE, "new-york", "%00"):
        assert visitor.get(f"/problem-wall/{nothing}").status_code == 404


@pytest.mark.parametrize("seed", range(3))
def test_no_page_of_the_wall_tells_who_anybody_is(seed: int) -> None:
    """Whatever was done at random, no page holds a name, a number, an address or an id."""
    world = LivingWall(Random(seed), items=6)  # noqa: S311 - the same lives for the same seed
    world.live(150)
    with world.engine, hosted(world.engine, OPEN, pages=PAGES) as url:
        visitor = Visitor(url)
        pages = [visitor.get("/problem-wall").text, visitor.get("/problem-wall", lang="zh").text]
        for case_id in world.ids:
            case = world.engine.case(case_id)
            page = visitor.get(f"/problem-wall/{case_id}")
            hangs = isinstance(case, WallItem) and case.state in {*PROBLEMS, *ECHOES}
            assert page.status_code == (200 if hangs else 404)
            pages.append(page.text)
        told = {secret for secret in world.secrets for page in pages if secret in page}
    assert told == set()


# — bringing in a problem —

SAID = {"text": "村东的水渠堵了半个月", "category": "environment", "village": s.VILLAGE}


def posted(place: Place, number: str) -> WallItem:
    """Give the item with that number."""
    from zhili.projections.worklist import Worklist

    found: Any = place.engine.ask(Worklist(number=number, open_only=False))
    case = place.engine.case(found.items[0].case_id)
    assert isinstance(case, WallItem)
    return case


def test_a_resident_brings_in_a_problem(place: Place, url: str) -> None:
    """What a resident writes is collected as theirs, and they are told its number."""
    visitor = Visitor(url, s.RESIDENT)
    answer = visitor.send(visitor.form("/problem-wall/new"), **SAID, phone="13812345678")
    assert answer.status_code == 303
    received = visitor.get(answer.headers["location"])
    number = re.search(r'<strong class="mono">([^<]+)</strong>', received.text)
    assert number is not None
    item = posted(place, number[1])
    assert (item.state, item.subject, item.village) == ("collected", s.RESIDENT.id, s.VILLAGE)


def test_a_resident_may_stay_anonymous(place: Place, url: str) -> None:
    """Nobody's id stands in an item whose poster did not want it to."""
    visitor = Visitor(url, s.RESIDENT)
    answer = visitor.send(visitor.form("/problem-wall/new"), **SAID, anonymous="true")
    item = posted(place, answer.headers["location"].rpartition("=")[2])
    assert item.anonymous
    assert item.subject != s.RESIDENT.id


def test_anybody_brings_in_a_problem_where_the_host_allows_it(place: Place, url: str) -> None:
    """Without an account one is somebody of whom nothing is known but what they wrote."""
    visitor = Visitor(url)
    answer = visitor.send(visitor.form("/problem-wall/new"), **SAID)
    assert answer.status_code == 303
    assert posted(place, answer.headers["location"].rpartition("=")[2]).state == "collected"


def test_a_form_that_is_sent_twice_is_collected_once(url: str) -> None:
    """Whoever presses the button again gets the same number."""
    visitor = Visitor(url, s.RESIDENT)
    form = visitor.form("/problem-wall/new")
    first, second = visitor.send(form, **SAID), visitor.send(form, **SAID)
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]


def test_what_was_written_is_kept_where_something_is_missing(url: str) -> None:
    """The form comes back with the words in it, and says beside the field what it needs."""
    visitor = Visitor(url, s.RESIDENT, language="zh")
    answer = visitor.send(visitor.form("/problem-wall/new"), text="水渠堵了")
    assert answer.status_code == 422
    assert dict(forms_in(answer.text)[0].pairs)["text"] == "水渠堵了"
    assert 'href="#f-village"' in answer.text
    assert answer.text.count("请填写此项。") >= 2


def test_a_refusal_is_shown_with_the_form(url: str) -> None:
    """What the rules refuse is said above what was written, which is not lost."""
    visitor = Visitor(url, s.RESIDENT)
    form = visitor.form("/problem-wall/new")
    answer = visitor.send(form, **SAID, anonymous="true", phone="13812345678")
    assert answer.status_code == 409
    assert "A condition does not hold" in answer.text
    assert "13812345678" in answer.text


def test_nobody_speaks_for_another(place: Place, url: str) -> None:
    """Fields that the form does not offer are refused, whoever sends them."""
    visitor = Visitor(url, s.RESIDENT)
    form = visitor.form("/problem-wall/new")
    assert visitor.send(form, **SAID, subject="villager-9").status_code == 422
    assert visitor.send(form, **SAID, channel="grid").status_code == 422
    assert place.engine.head().position == Place().engine.head().position


@pytest.mark.parametrize(
    ("settings", "somebody"),
    [
        (Settings(), s.RESIDENT),
        (Settings(), None),
        (Settings(posting=True, citizens=False), None),
        (OPEN, s.KEEPER),
        (OPEN, s.OPERATOR),
    ],
    ids=["closed", "closed to anybody", "no accounts", "a keeper", "an operator"],
)
def test_nothing_is_brought_in_where_it_is_not_allowed(
    place: Place, settings: Settings, somebody: Any
) -> None:
    """Staff use the desk; where the host does not take problems here, there is no way to."""
    with hosted(place.engine, settings, pages=PAGES) as url:
        visitor = Visitor(url, somebody)
        assert visitor.get("/problem-wall/new").status_code == 403
        assert "/problem-wall/new" not in visitor.get("/problem-wall").text


def test_a_village_is_chosen_from_those_there_are(place: Place) -> None:
    """Where the organisation is described its communities are offered, by their names."""
    town = Unit(id=s.TOWN, name="盘龙镇", level="street")
    village = Unit(id=s.VILLAGE, name="清溪村", level="community", parent=s.TOWN)
    publisher = actor("administrator")
    place.engine.submit(publish(Organisation(units=(town, village))), by=publisher)
    with hosted(place.engine, OPEN, pages=PAGES) as url:
        page = Visitor(url).get("/problem-wall").text
        assert f'<option value="{s.VILLAGE}">清溪村</option>' in page
        assert "盘龙镇" not in page


# — votes —


def test_a_resident_votes_on_an_echo_once(place: Place, url: str) -> None:
    """The vote is counted, thanks are said, and the ballot is gone."""
    place.live(*s.to("echoed"))
    path = f"/problem-wall/{CASE}"
    visitor = Visitor(url, s.villager(7))
    form = visitor.form(path, action="/vote")
    answer = visitor.send(form, vote="dissatisfied")
    assert answer.status_code == 303
    after = visitor.get(answer.headers["location"]).text
    assert "Your vote was counted" in after
    assert "Satisfied 0 · basically 0 · dissatisfied 1" in words(after)
    assert [found for found in forms_in(after) if found.method == "post"] == []
    assert Visitor(url, s.villager(7)).send(form).status_code == 403  # another browser's form


def test_a_second_vote_is_refused(place: Place, url: str) -> None:
    """Whoever has voted from an older tab is told so, and counted once."""
    place.live(*s.to("echoed"))
    visitor = Visitor(url, s.villager(7))
    one = visitor.form(f"/problem-wall/{CASE}", action="/vote")
    two = visitor.form(f"/problem-wall/{CASE}", action="/vote")
    assert visitor.send(one, vote="satisfied").status_code == 303
    assert visitor.send(two, vote="dissatisfied").status_code == 409
    item = place.engine.case(CASE)
    assert isinstance(item, WallItem)
    assert item.votes() == {"satisfied": 1, "basically_satisfied": 0, "dissatisfied": 0}


def test_a_vote_says_something(place: Place, url: str) -> None:
    """A ballot that is sent empty comes back, marked."""
    place.live(*s.to("echoed"))
    visitor = Visitor(url, s.villager(7))
    answer = visitor.send(visitor.form(f"/problem-wall/{CASE}", action="/vote"))
    assert answer.status_code == 422
    assert "Fill this in." in answer.text


@pytest.mark.parametrize(
    ("state", "somebody", "settings"),
    [
        ("echoed", None, OPEN),
        ("echoed", s.KEEPER, OPEN),
        ("echoed", s.OPERATOR, OPEN),
        ("echoed", s.RESIDENT, Settings()),
        ("in_progress", s.RESIDENT, OPEN),
        ("evaluated", s.RESIDENT, OPEN),
    ],
    ids=["nobody", "keeper", "whose work it was", "closed", "no echo yet", "too late"],
)
def test_nobody_is_offered_a_vote_that_they_do_not_have(
    place: Place, state: str, somebody: Any, settings: Settings
) -> None:
    """There is a ballot only for those who may vote now, where the host takes votes."""
    place.live(*s.to(state))
    with hosted(place.engine, settings, pages=PAGES) as url:
        page = Visitor(url, somebody).get(f"/problem-wall/{CASE}").text
        assert [form for form in forms_in(page) if form.method == "post"] == []


def test_a_vote_needs_somebody(place: Place, url: str) -> None:
    """Whoever is not signed in cannot vote, and is told to sign in."""
    place.live(*s.to("echoed"))
    assert Visitor(url).http.post(f"/problem-wall/{CASE}/vote").status_code == 401


# — whatever is sent —

ANYTHING = st.text(max_size=30)
FIELDS = st.sampled_from(
    ["text", "village", "category", "name", "anonymous", "case_id", "_key", "_expect", "points.x"]
)
QUERY = st.sampled_from(["side", "village", "category", "problems", "echoes", "lang", "voted"])


@pytest.fixture(scope="module")
def face() -> Iterator[Face]:
    """A face of its own, to which anything is sent."""
    with Engine.open("memory:", clock=VirtualClock()) as engine:
        yield site(engine, OPEN, pages=PAGES)


@examples(max_examples=60, deadline=None)
@given(
    query=st.lists(st.tuples(QUERY, ANYTHING), max_size=4),
    pairs=st.lists(st.tuples(FIELDS, ANYTHING), max_size=6),
)
def test_nothing_that_anybody_sends_is_an_error_of_ours(
    face: Face, query: list[tuple[str, str]], pairs: list[tuple[str, str]]
) -> None:
    """Whatever stands in a query or a form is answered or refused, with a page."""
    body = urlencode([*pairs, ("_token", "t" * 32)], errors="replace").encode()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "cookie": f"zhili_form={'t' * 32}",
    }
    for route in face.routes:
        if route.name.startswith("page.wall"):
            request = Request(
                route.method,
                route.path,
                named={"case_id": str(CASE)},
                query=tuple(query),
                headers=headers,
                body=body,
                actor=s.RESIDENT,
            )
            answer = face.respond(route, request)
            assert answer.status < 500, answer.body.decode()
            assert answer.media_type.startswith("text/html")


# — claiming —


@pytest.mark.parametrize("somebody", [s.OPERATOR, s.MEMBER, s.HELPER], ids=lambda each: each.role)
def test_whoever_may_claims_an_item_where_it_hangs(place: Place, somebody: Any) -> None:
    """A unit without any part in it, a member, a volunteer; then it is theirs, and not offered."""
    place.live(*s.to("posted"))
    with hosted(place.engine, OPEN) as url:
        visitor = Visitor(url, somebody)
        answer = visitor.send(visitor.form(f"/problem-wall/{CASE}", action="/claim"))
        assert answer.status_code == 303
        assert visitor.get(answer.headers["location"]).status_code == 200
        item = place.engine.case(CASE)
        assert isinstance(item, WallItem)
        assert item.state == "claimed"
        page = visitor.get(f"/problem-wall/{CASE}").text
        assert [form for form in forms_in(page) if (form.action or "").endswith("/claim")] == []


@pytest.mark.parametrize("somebody", [None, s.RESIDENT, s.KEEPER, s.OFFICE])
def test_nobody_is_offered_a_claim_that_is_not_theirs(
    place: Place, url: str, somebody: Any
) -> None:
    """There is no such button for the rest, and what they send is refused."""
    place.live(*s.to("posted"))
    page = Visitor(url, somebody).get(f"/problem-wall/{CASE}").text
    assert [form for form in forms_in(page) if (form.action or "").endswith("/claim")] == []
    form = Visitor(url, s.OPERATOR).form(f"/problem-wall/{CASE}", action="/claim")
    assert Visitor(url, somebody).send(form).status_code in {401, 403}
    assert place.engine.case(CASE).state == "posted"


def test_an_item_that_was_claimed_meanwhile_is_told_so(place: Place, url: str) -> None:
    """The second to claim is refused and sees why."""
    place.live(*s.to("posted"))
    visitor = Visitor(url, s.MEMBER)
    form = visitor.form(f"/problem-wall/{CASE}", action="/claim")
    place.live(s.CLAIM)
    assert visitor.send(form).status_code in {409, 412}


@pytest.mark.parametrize("query", ["colour=red", "side=left", "side=problems&side=echoes"])
def test_what_the_wall_does_not_know_is_refused(url: str, query: str) -> None:
    """An unknown parameter or side is a 422, as everywhere else."""
    assert Visitor(url).get(f"/problem-wall?{query}").status_code == 422


def test_a_village_that_there_is_not_has_an_empty_wall(place: Place, url: str) -> None:
    """Nothing hangs there, and a sentence says why; of a village that hangs something, none."""
    place.live(*s.to("posted"))
    said = "There is no such village or community here"
    page = Visitor(url).get("/problem-wall", village="nowhere")
    assert page.status_code == 200
    assert said in words(page.text)
    assert str(CASE) not in page.text
    page = Visitor(url).get("/problem-wall", village=s.VILLAGE)
    assert said not in words(page.text)
    assert str(CASE) in page.text


def test_a_side_that_is_long_is_folded_where_there_is_little_room(place: Place, url: str) -> None:
    """All of a page is sent; what comes after the fifth stands in a part that a link opens."""
    for nth in range(7):
        place.live(*s.to("posted"), on=UUID(int=0x01900000000070008000_000000000100 + nth))
    problems = sides(Visitor(url).get("/problem-wall").text)["problems"]
    shown, folded, after = re.split(r'<div class="rest" id="problems-rest">|</div>', problems)[:3]
    assert [part.count("<article") for part in (shown, folded)] == [5, 2]
    assert 'href="#problems-rest"' in after
