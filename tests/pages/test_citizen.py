"""Pages for those who appeal: filing, the receipt and its code, following, the steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from tests.complaint.examples import MAIN_CLOSED
from tests.pages.html_forms import forms_in
from tests.pages.visiting import Visitor, hosted
from zhili import Complaint, Engine, publish
from zhili.commands import complaint
from zhili.demo.people import PUBLISHER
from zhili.face import Request, Response
from zhili.pages.citizen_code import SIGNS, case_id_for, code_for, grouped, holder_of, read_code
from zhili.pages.citizen_cookie import FOLLOW
from zhili.pages.citizen_happenings import HAPPENINGS
from zhili.pages.citizen_standings import STANDINGS
from zhili.pages.citizen_words import STEP_WORDS
from zhili.pages.settings import Settings
from zhili.policies.routing import Route, Routing
from zhili.projections.worklist import Worklist
from zhili.testing import CASE, Control, VirtualClock, actor
from zhili.testing import controls as c
from zhili.values import new_case_id
from zhili.workflows.role import COMPLAINANT

if TYPE_CHECKING:
    from collections.abc import Iterator

TOLD = {
    "kind": "complaint",
    "title": "楼道灯不亮",
    "content": "三单元的灯坏了一周,我母亲张桂兰摔了一跤。",
    "name": "欧阳明",
    "phone": "13812345678",
}
PERSONAL = ("欧阳明", "13812345678", "张桂兰")
ANSWERED = (
    c.ACCEPT, c.DISPATCH, c.SIGN, c.RECORD_CONTACT, c.SUBMIT_REPLY, c.SIGN_OFF_REPLY,
    c.ACCEPT_REPLY,
)  # fmt: skip
CITIZEN = actor("complainant", id="citizen-7")


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Give an engine whose present is a working day."""
    with Engine.open("memory:", clock=VirtualClock()) as opened:
        yield opened


@pytest.fixture
def url(engine: Engine) -> Iterator[str]:
    """Serve its pages."""
    with hosted(engine) as served:
        yield served


def file(visitor: Visitor, **fields: str) -> Any:
    """Fill in the form of an appeal and send it."""
    return visitor.send(visitor.form("/appeal", "/appeal"), **{**TOLD, **fields})


def receipt(visitor: Visitor, **fields: str) -> str:
    """File an appeal and give the code of its receipt."""
    assert file(visitor, **fields).headers["location"] == "/appeal/receipt"
    (code,) = re.findall(
        r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}-[0-9A-Z]", visitor.get("/appeal/receipt").text
    )
    return str(code)


def follow(visitor: Visitor, code: str, number: str = "") -> Any:
    """Ask for the case of a code."""
    return visitor.send(visitor.form("/follow", "/follow"), code=code, number=number)


def following(url: str, code: str, language: str = "en") -> Visitor:
    """Give a visitor who follows the case of *code*."""
    visitor = Visitor(url, language=language)
    assert follow(visitor, code).headers["location"] == "/follow/case"
    return visitor


def only_case(engine: Engine) -> UUID:
    """Give the one case there is."""
    (item,) = engine.ask(Worklist(open_only=False)).items
    return item.case_id


def live(engine: Engine, *steps: Control) -> None:
    """Let the one case live through *steps*."""
    case_id = only_case(engine)
    for step in steps:
        engine.submit(step.on(case_id).build(engine.now()), by=step.by)


def steps_on(page: str) -> set[str]:
    """Give the steps that a page offers."""
    return {form.action.rpartition("/")[2] for form in forms_in(page)} - {"leave"}


# — filing —


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Who reads it", "How long", "Your rights")),
        ("zh", ("接触范围", "保存期限", "您的权利")),
    ],
)
def test_it_is_told_beforehand_what_happens_with_the_data(
    engine: Engine, language: str, words: tuple[str, ...]
) -> None:
    """Who, what for, how long, which rights; and where the host says more (PIPL 17–18)."""
    with hosted(engine, Settings(privacy_url="/privacy.html")) as url:
        page = Visitor(url, language=language).get("/appeal").text
    assert all(word in page for word in words)
    assert page.index(words[0]) < page.index("<textarea")
    assert 'href="/privacy.html"' in page


def test_an_appeal_is_filed_without_an_account(engine: Engine, url: str) -> None:
    """It is the code's holder's, through the website, with what they said kept as personal."""
    code = receipt(Visitor(url))
    case = engine.case(only_case(engine))
    assert isinstance(case, Complaint)
    assert (case.state, case.channel, case.subject) == (
        "registered", "website", holder_of(code.replace("-", "")).id,
    )  # fmt: skip
    assert {one.value for one in case.caller} == {"欧阳明", "13812345678"}


def test_the_code_is_kept_nowhere(engine: Engine, url: str) -> None:
    """Not in the log, the register or the keys; nobody there can find it (§8)."""
    code = receipt(Visitor(url))
    tables = ("stored_events", "cases", "spells", "parts", "submissions")
    known = {row[0] for row in engine.store.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table'", {}
    )}  # fmt: skip
    said = "".join(
        str(engine.store.rows(f"SELECT * FROM {table}", {})) for table in {*tables} & known
    )
    assert "registered" in said
    assert code not in said
    assert code.replace("-", "") not in said


def test_a_form_that_is_sent_twice_is_one_appeal(engine: Engine, url: str) -> None:
    """Whoever clicks twice gets the one receipt of the one case."""
    visitor = Visitor(url)
    form = visitor.form("/appeal", "/appeal")
    first, second = visitor.send(form, **TOLD), visitor.send(form, **TOLD)
    assert first.headers["set-cookie"] == second.headers["set-cookie"]
    assert only_case(engine)


def test_two_browsers_with_one_form_have_two_codes() -> None:
    """What the form says is not enough to work the code out: the browser's own secret is needed."""
    key = f"page:{new_case_id()}"
    assert code_for("a" * 32, key) != code_for("b" * 32, key)
    made = new_case_id()
    ours, theirs = case_id_for("a" * 32, key, made), case_id_for("b" * 32, key, made)
    assert ours != theirs
    assert ours.int >> 80 == made.int >> 80


def test_a_form_that_was_not_made_here_is_refused(url: str) -> None:
    """The key of a form is one that a page has given out."""
    visitor = Visitor(url)
    refused = file(visitor, _key="mine")
    assert refused.status_code == 422
    assert file(visitor, _token="x" * 32).status_code == 403


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"phone": ""}, "phone"),
        ({"title": "请打 13812345678"}, "title"),
        ({"title": "欧阳明家门口垃圾"}, "title"),
        ({"place": "欧阳明家门口"}, "place"),
        ({"title": "欧阳明家门口垃圾", "anonymous": "true"}, "title"),
        ({"content": ""}, "content"),
        ({"title": "x" * 201}, "title"),
    ],
    ids=[
        "nowhere to reach",
        "a number in the title",
        "a name in the title",
        "a name in the place",
        "the name of who stays anonymous",
        "no words",
        "too long",
    ],
)
def test_what_is_missing_is_said_at_its_field(
    engine: Engine, url: str, fields: dict[str, str], field: str
) -> None:
    """The form comes back with what was typed; nothing was recorded."""
    answer = file(Visitor(url), **fields)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert "欧阳明" in answer.text
    assert engine.ask(Worklist(open_only=False)).items == ()


def test_who_stays_anonymous_leaves_nothing(engine: Engine, url: str) -> None:
    """What they have typed about themselves is not recorded, and nobody calls them (§8)."""
    visitor = Visitor(url)
    code = receipt(visitor, anonymous="true")
    case = engine.case(only_case(engine))
    assert isinstance(case, Complaint)
    assert (case.anonymous, case.caller) == (True, ())
    live(
        engine, c.ACCEPT, c.DISPATCH, c.SIGN,
        c.RECORD_CONTACT.but(result="anonymous", way="site"), c.SUBMIT_REPLY, c.SIGN_OFF_REPLY,
        c.ACCEPT_REPLY,
    )  # fmt: skip
    page = following(url, code).get("/follow/case").text
    assert "evaluate" not in steps_on(page)
    assert "append_facts" in steps_on(page)


# — the receipt —


@pytest.mark.parametrize(
    ("kind", "chosen", "level"),
    [
        ("report", None, 3),
        ("report", "", 3),
        ("report", "0", 0),
        ("report", "1", 1),
        ("complaint", None, 0),
        ("complaint", "2", 2),
    ],
)
def test_a_report_is_protected_unless_its_maker_chose_otherwise(
    engine: Engine, url: str, kind: str, chosen: str | None, level: int
) -> None:
    """A report of a wrong is level 3, as over Open311; what somebody chose stands (§8)."""
    told = {} if chosen is None else {"confidentiality": chosen}
    receipt(Visitor(url), kind=kind, **told)
    assert engine.case(only_case(engine)).confidentiality == level


def test_the_form_says_that_a_report_is_protected(url: str) -> None:
    """No level is chosen beforehand, and the help says what that means, in both languages."""
    for language, words in (
        ("en", "a report of a wrong is protected"),
        ("zh", "举报按受保护件办理"),
    ):
        page = Visitor(url, language=language).get("/appeal").text
        assert words in page
        (chosen,) = re.findall(r'<input type="radio"[^>]*name="confidentiality"[^>]* checked', page)
        assert 'value=""' in chosen


def test_the_receipt_is_shown_until_it_is_kept(url: str) -> None:
    """It can be read again for a while, in the other language too; then never again."""
    visitor = Visitor(url)
    code = receipt(visitor)
    assert code in visitor.get("/appeal/receipt", lang="zh").text
    kept = visitor.send(visitor.form("/appeal/receipt"))
    assert kept.headers["location"] == "/follow/case"
    assert visitor.get("/follow/case").status_code == 200
    assert visitor.get("/appeal/receipt").headers["location"] == "/follow"
    assert code not in visitor.get("/follow/case").text


def test_the_code_stands_in_no_address(url: str) -> None:
    """Nor in a page that follows: only in cookies that neither scripts nor other sites get."""
    visitor = Visitor(url)
    answers = [file(visitor)]
    (cookie,) = [line for line in answers[0].headers.get_list("set-cookie") if "receipt" in line]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    code = cookie.partition("=")[2].partition(";")[0]
    answers.append(visitor.send(visitor.form("/appeal/receipt")))
    answers += [follow(Visitor(url), code), visitor.get("/follow/case")]
    for answer in answers:
        assert code not in str(answer.url)
        assert code not in answer.headers.get("location", "")
        assert code not in answer.text
        assert answer.headers["cache-control"] == "no-store"


def test_cookies_stay_on_https() -> None:
    """A code that came over https is never sent without it; below a prefix it stays there."""
    request = Request("GET", "/follow", base="/gov", secure=True)
    (name, value) = FOLLOW.kept(Response(200, b"", ""), request, "X").headers[-1]
    assert name == "Set-Cookie"
    assert value.startswith("zhili_follow=X; Path=/gov/follow; ")
    assert value.endswith("; Secure")


# — following —


def test_a_case_is_found_however_its_code_is_written(engine: Engine, url: str) -> None:
    """Capitals, hyphens and blanks do not matter; the number may be given, too."""
    code = receipt(Visitor(url))
    number = engine.case(only_case(engine)).number
    for written in (code, code.lower(), code.replace("-", " "), code.replace("0", "o")):
        assert follow(Visitor(url), written).status_code == 303
    assert follow(Visitor(url), code, number.lower()).status_code == 303


def test_an_unknown_code_and_a_wrong_number_get_the_same_answer(engine: Engine, url: str) -> None:
    """Nobody learns which numbers or codes there are."""
    code = receipt(Visitor(url))
    number = engine.case(only_case(engine)).number
    tries = (
        (grouped(code_for("s" * 32, "k")), ""),
        (grouped(code_for("s" * 32, "k")), number),
        (code, "260302-7K3F9-Q4M2R-X"),
        (code[:-1] + ("A" if code[-1] != "A" else "B"), ""),
        ("nothing", number),
        (code, "nothing"),
    )
    answers = [follow(Visitor(url), *said) for said in tries]
    pages = {re.sub(r'name="_token" value="[^"]*"', "", answer.text) for answer in answers}
    assert {answer.status_code for answer in answers} == {404}
    assert len(pages) == 1
    assert all("zhili_follow" not in answer.headers.get("set-cookie", "") for answer in answers)


def test_the_page_of_a_case_tells_nothing_personal(engine: Engine, url: str) -> None:
    """Whoever has found a receipt learns how the matter goes, not whose it is."""
    code = receipt(Visitor(url))
    live(engine, *ANSWERED)
    for language in ("en", "zh"):
        page = following(url, code, language).get("/follow/case").text
        assert not [words for words in PERSONAL if words in page]
        assert c.STREET in page
        assert str(c.SUBMIT_REPLY.fields["public_text"]) in page
        assert str(c.SUBMIT_REPLY.fields["internal_note"]) not in page


def test_a_reply_is_told_once_it_holds(engine: Engine, url: str) -> None:
    """Neither a draft, nor one that is being examined, nor one that was sent back."""
    visitor = following(url, receipt(Visitor(url)))
    told = str(c.SUBMIT_REPLY.fields["public_text"])
    live(engine, *ANSWERED[:-1])
    assert told not in visitor.get("/follow/case").text
    live(engine, c.ACCEPT_REPLY)
    assert told in visitor.get("/follow/case").text
    live(engine, c.CALLBACK_DISSATISFIED, c.ORDER_REWORK)
    assert told not in visitor.get("/follow/case").text


def test_a_reply_is_told_without_what_leads_to_a_person(engine: Engine, url: str) -> None:
    """Numbers, houses and the personal data of the case are masked, as on the wall."""
    visitor = following(url, receipt(Visitor(url)))
    reply = c.SUBMIT_REPLY.but(
        public_text="已告知欧阳明(13812345678)。"
        "7号楼3单元502室刘大爷电话13987654321,微信 liu_2000。"
    )
    live(engine, *(reply if one is c.SUBMIT_REPLY else one for one in ANSWERED))
    page = visitor.get("/follow/case").text
    assert "已告知**" in page
    assert "***刘大爷电话****,****" in page
    for told in ("欧阳明", "13812345678", "13987654321", "502室", "7号楼", "liu_2000"):
        assert told not in page


def test_leaving_forgets_the_code(url: str) -> None:
    """On a computer that others use, too."""
    visitor = following(url, receipt(Visitor(url)))
    left = visitor.send(visitor.form("/follow/case", "/follow/leave"))
    assert left.headers["location"] == "/follow"
    assert visitor.get("/follow/case").headers["location"] == "/follow"


def test_without_accounts_only_if_the_host_wants_it(engine: Engine) -> None:
    """Else whoever is not signed in neither files nor follows, nor is offered it."""
    with hosted(engine, Settings(citizens=False)) as url:
        nobody = Visitor(url)
        assert {
            nobody.get(path).status_code for path in ("/appeal", "/follow", "/follow/case")
        } == {401}
        assert nobody.http.post("/appeal").status_code == 401
        assert "/appeal" not in nobody.get("/").text
        assert Visitor(url, CITIZEN).get("/appeal").status_code == 200


# — the steps —


def test_exactly_what_is_allowed_is_offered(engine: Engine, url: str) -> None:
    """As the table has it, from where the case stands (C34, C40, C43, C44)."""
    visitor = following(url, receipt(Visitor(url)))
    assert steps_on(visitor.get("/follow/case").text) == {
        "append_facts", "withdraw", "set_confidentiality"
    }  # fmt: skip
    live(engine, *ANSWERED)
    assert steps_on(visitor.get("/follow/case").text) == {
        "append_facts", "withdraw", "set_confidentiality", "evaluate"
    }  # fmt: skip


def test_the_outcome_is_evaluated_once(engine: Engine, url: str) -> None:
    """It counts as a call-back; whoever tries again is told so, and nothing is recorded."""
    visitor = following(url, receipt(Visitor(url)))
    live(engine, *ANSWERED)
    form = visitor.form("/follow/case", "/evaluate")
    said = {"contacted": "true", "solved": "false", "satisfaction": "dissatisfied"}
    assert visitor.send(form, **said, note="灯还是不亮").headers["location"] == "/follow/case"
    case = engine.case(only_case(engine))
    assert isinstance(case, Complaint)
    assert [(one.reached, one.solved, one.satisfaction) for one in case.tries] == [
        (True, False, "dissatisfied")
    ]
    page = visitor.get("/follow/case").text
    assert "evaluate" not in steps_on(page)
    assert "You have said how it was handled" in page
    again = visitor.send(form, **said, _key="another")
    assert again.status_code in {409, 412}


def test_facts_are_added_and_confidentiality_is_raised(engine: Engine, url: str) -> None:
    """What is added stays the complainant's; the level holds at once (C43, C44)."""
    visitor = following(url, receipt(Visitor(url)))
    visitor.send(visitor.form("/follow/case", "/append_facts"), facts="灯罩掉下来了")
    visitor.send(visitor.form("/follow/case", "/set_confidentiality"), level="3", reason="怕报复")
    case = engine.case(only_case(engine))
    assert isinstance(case, Complaint)
    assert case.words[-1].value == "灯罩掉下来了"
    assert case.words[-1].subject == case.subject
    assert case.confidentiality == 3
    assert "灯罩掉下来了" not in visitor.get("/follow/case").text


def test_an_appeal_is_withdrawn(engine: Engine, url: str) -> None:
    """The code is proof enough of who it is (C40)."""
    visitor = following(url, receipt(Visitor(url)))
    visitor.send(visitor.form("/follow/case", "/withdraw"), reason="")
    assert engine.case(only_case(engine)).state == "withdrawn"
    assert "You have withdrawn it" in visitor.get("/follow/case").text


def test_a_step_that_is_none_for_citizens_is_not_there(url: str) -> None:
    """Whatever the table has for others."""
    visitor = following(url, receipt(Visitor(url)))
    form = visitor.form("/follow/case", "/withdraw")
    form.action = form.action.replace("withdraw", "dispatch")
    assert visitor.send(form).status_code == 404


def test_a_step_needs_the_code(engine: Engine, url: str) -> None:
    """A form that was left open takes nothing once the code is forgotten."""
    visitor = following(url, receipt(Visitor(url)))
    form = visitor.form("/follow/case", "/withdraw")
    visitor.send(visitor.form("/follow/case", "/follow/leave"))
    assert visitor.send(form).headers["location"] == "/follow"
    assert engine.case(only_case(engine)).state == "registered"


def test_a_duplicate_is_evaluated_by_its_own_complainant(engine: Engine, url: str) -> None:
    """Once the main case is closed; until then it says what it waits for (§2.8-8)."""
    mine = Visitor(url, actor("complainant", id=str(c.REGISTER.fields["subject"])))
    waits = "handled together with theirs"
    for step in MAIN_CLOSED:
        assert isinstance(step, Control)
        engine.submit(step.build(engine.now()), by=step.by)
        if step.command is complaint.MergeInto:
            page = mine.get(f"/follow/own/{CASE}").text
            assert waits in page
            assert "evaluate" not in steps_on(page)
    page = mine.get(f"/follow/own/{CASE}").text
    assert waits not in page
    assert "evaluate" in steps_on(page)
    form = mine.form(f"/follow/own/{CASE}", "/evaluate")
    mine.send(form, contacted="true", solved="true", satisfaction="satisfied")
    case = engine.case(CASE)
    assert isinstance(case, Complaint)
    assert [one.satisfaction for one in case.tries] == ["satisfied"]


# — with an account —


def test_whoever_is_signed_in_needs_no_code(engine: Engine, url: str) -> None:
    """Their appeal is theirs by the host's account, and stands on their list."""
    visitor = Visitor(url, CITIZEN)
    filed = file(visitor)
    case_id = only_case(engine)
    assert filed.headers["location"] == f"/follow/own/{case_id}"
    assert "set-cookie" not in filed.headers
    assert engine.case(case_id).subject == CITIZEN.id
    assert f"/follow/own/{case_id}" in visitor.get("/follow").text
    visitor.send(visitor.form(f"/follow/own/{case_id}", "/withdraw"))
    assert engine.case(case_id).state == "withdrawn"


@pytest.mark.parametrize("path", ["/follow/own/{}", "/follow/own/{}/withdraw"])
def test_the_case_of_another_is_not_there(engine: Engine, url: str, path: str) -> None:
    """As if there were none: 404, to read and to act."""
    theirs = Visitor(url, CITIZEN)
    file(theirs)
    case_id = only_case(engine)
    other = Visitor(url, actor("complainant", id="citizen-8"))
    form = theirs.form(f"/follow/own/{case_id}", "/withdraw")
    if path.endswith("withdraw"):
        token = dict(other.form("/appeal", "/appeal").pairs)["_token"]
        answer = other.send(form, _token=token)
    else:
        answer = other.get(path.format(case_id))
    assert answer.status_code == 404
    assert engine.case(case_id).state == "registered"
    assert Visitor(url).get(f"/follow/own/{case_id}").status_code == 401


# — codes —


@drawn(st.text(min_size=32, max_size=40), st.text(max_size=20))
def test_a_code_is_read_back(secret: str, key: str) -> None:
    """However many groups it is written in."""
    code = code_for(secret, key)
    assert len(code) == 17
    assert set(code) <= set(SIGNS)
    assert read_code(grouped(code)) == read_code(code.lower()) == code


@drawn(st.binary(min_size=8, max_size=8), st.integers(0, 16), st.sampled_from(SIGNS))
def test_every_single_slip_is_found(seed: bytes, place: int, sign: str) -> None:
    """One wrong sign, or two neighbours exchanged: the check sign does not fit."""
    code = code_for(seed.hex(), "slip")
    wrong = code[:place] + sign + code[place + 1 :]
    assert (read_code(wrong) is None) == (wrong != code)
    swapped = code[:place] + code[place : place + 2][::-1] + code[place + 2 :]
    assert (read_code(swapped) is None) == (swapped != code)


@drawn(st.text())
def test_anything_typed_is_a_code_or_none(text: str) -> None:
    """Nothing raises."""
    found = read_code(text)
    assert found is None or len(found) == 17


# — words —


def test_every_state_is_told_in_plain_words() -> None:
    """None is missing, and none is of another table; each names clocks that there are."""
    assert set(STANDINGS) == set(Complaint.workflow.states)
    clocks = {clock.name for clock in Complaint.workflow.clocks}
    assert {name for one in STANDINGS.values() for name in one.clocks} <= clocks


def test_every_happening_is_an_event() -> None:
    """With fields that it has."""
    for event, words in HAPPENINGS.items():
        fields = set(Complaint.events[event].model_fields) | {"due_at"}
        assert {*words.tells, *(field for field, _, _ in words.unless)} <= fields, event


def test_every_step_of_the_complainant_has_its_words() -> None:
    """Files are the one exception: the pages take none, they know their names and digests only."""
    verbs = {step.command for step in Complaint.workflow.steps if COMPLAINANT in step.roles}
    assert set(STEP_WORDS) == verbs - {complaint.Register.verb, complaint.AddAttachment.verb}


def test_a_category_may_be_chosen_in_words(engine: Engine, url: str) -> None:
    """Where there is a catalogue its categories are offered, none of them has to be chosen."""
    visitor = Visitor(url, language="zh")
    assert 'name="category"' not in visitor.get("/appeal").text
    row = Route(category="roads/lighting", unit_kinds=("roads",), legal_basis="城市照明管理规定")
    engine.submit(publish(Routing(rows=(row,))), by=PUBLISHER)
    offered = visitor.get("/appeal").text
    assert re.search(r'<option value="roads/lighting">\s*道路：照明', offered)
    assert ("category", "") in visitor.form("/appeal", "/appeal").pairs
    receipt(visitor, category="roads/lighting")
    assert engine.case(only_case(engine)).category == "roads/lighting"
