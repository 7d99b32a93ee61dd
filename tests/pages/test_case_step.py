"""A step with a case: what comes of sending its form once, twice, too late, or as somebody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from tests.pages.desk_visit import (
    HERE,
    PAGES,
    REGISTER,
    Desk,
    links_in,
    text_of,
)
from tests.pages.html_forms import forms_in
from tests.pages.visiting import Visitor, hosted
from zhili.face.eyes import Eyes
from zhili.projections.worklist import Worklist
from zhili.testing import CASE, actor
from zhili.testing import controls as c
from zhili.workflows import role


@pytest.fixture
def desk() -> Iterator[Desk]:
    """A desk with one case that was dispatched to a street."""
    made = Desk()
    made.live(REGISTER, c.ACCEPT, c.DISPATCH)
    yield made
    made.engine.close()


# — pressing them —


def test_a_step_is_taken_and_what_was_recorded_is_told(desk: Desk) -> None:
    """Signing leads back to the case, which tells number, version, position and link."""
    with hosted(desk.engine, pages=PAGES) as url:
        visitor = Visitor(url, c.OPERATOR)
        answer = visitor.send(visitor.form(f"{HERE}/sign"))
        assert answer.status_code == 303
        page = visitor.get(answer.headers["Location"])
    assert [event.event_name for event in desk.engine.history(CASE)][-1] == "Signed"
    case, head = desk.engine.case(CASE), desk.engine.head()
    words = re.sub(r"\s+", " ", page.text)
    assert f"{head.position}:{head.link.hex()}" in words
    for told in ("Recorded.", case.number, f"version {case.version}", "Signed"):
        assert told in re.sub(r"<[^>]+>", "", words)


def test_a_form_that_is_sent_twice_is_carried_out_once(desk: Desk) -> None:
    """The second answer is the first: the same page, and no further event."""
    form = desk.office.form(f"{HERE}/sign", c.OPERATOR)
    first = desk.office.send(form, c.OPERATOR)
    version = desk.version
    second = desk.office.send(form, c.OPERATOR)
    assert (first.status, second.status) == (303, 303)
    assert first.header("Location") == second.header("Location")
    assert desk.version == version


def test_whoever_is_second_is_told_what_happened_meanwhile_and_keeps_what_they_typed(
    desk: Desk,
) -> None:
    """A stale version is a 412 that shows the step of the other, and can be sent again."""
    desk.live(c.SIGN)
    form = desk.office.form(f"{HERE}/record_contact", c.OPERATOR)
    typed = {"result": "reached", "way": "phone", "evidence": "call 8841, two minutes"}
    desk.live(c.SUPERVISE)
    page = desk.office.send(form, c.OPERATOR, **typed)
    words = text_of(page)
    assert page.status == 412
    assert "Somebody else was first" in words
    assert desk.engine.types["complaint"].workflow.label("supervise") in words
    again = next(one for one in forms_in(page.body.decode()) if one.method == "post")
    assert ("evidence", "call 8841, two minutes") in again.pairs
    assert ("_expect", str(desk.version)) in again.pairs
    assert desk.office.send(again, c.OPERATOR).status == 303
    assert desk.engine.case(CASE).state == "handling"


def test_a_guard_that_refuses_is_told_with_what_would_be_right(desk: Desk) -> None:
    """The refusal stands on the form, what was typed is kept, what is possible is offered."""
    desk.live(c.SIGN, c.RECORD_CONTACT)
    form = desk.office.form(f"{HERE}/submit_reply", c.OPERATOR)
    before = desk.version
    page = desk.office.send(
        form, c.OPERATOR, outcome="solved", public_text="The bins were emptied.",
        internal_note="-", complainant_informed="false", centre_informed="true",
    )  # fmt: skip
    assert page.status == 409
    assert "A condition does not hold" in text_of(page)
    assert "The bins were emptied." in page.body.decode()
    allowed = [one.verb for one in Eyes(desk.engine, c.OPERATOR).allowed(CASE)]
    offered = links_in(page, rf"{HERE}/(\w+)")
    assert offered == [verb for verb in allowed if verb != "submit_reply"]
    assert desk.version == before


def test_a_guard_that_refuses_is_told_in_chinese(desk: Desk) -> None:
    """A reader of Chinese is told what the step needs in Chinese, and nothing in English."""
    desk.live(c.SIGN, c.RECORD_CONTACT)
    form = desk.office.form(f"{HERE}/submit_reply?lang=zh", c.OPERATOR)
    page = desk.office.send(
        replace(form, action=f"{form.action}?lang=zh"), c.OPERATOR, outcome="solved",
        public_text="已清运。", internal_note="-", complainant_informed="false",
        centre_informed="true",
    )  # fmt: skip
    alert = page.body.decode().partition('role="alert"')[2].partition("</div>")[0]
    assert page.status == 409
    assert "条件不满足" in alert
    assert 'lang="en"' not in alert


def test_what_is_missing_is_told_beside_its_field(desk: Desk) -> None:
    """A form that is not filled in is a 422 that names the field, in the reader's language."""
    form = desk.office.form(f"{HERE}/object_to_dispatch", c.OPERATOR)
    page = desk.office.send(form, c.OPERATOR, basis="", suggest=c.NEIGHBOUR)
    again = next(one for one in forms_in(page.body.decode()) if one.method == "post")
    assert page.status == 422
    assert "Fill this in." in text_of(page)
    assert ("suggest", c.NEIGHBOUR) in again.pairs
    assert desk.engine.case(CASE).state == "dispatched"


def test_a_step_that_is_not_possible_is_no_form_but_says_what_is(desk: Desk) -> None:
    """Whoever opens the address of such a step is told, and offered the others."""
    page = desk.office.get(f"{HERE}/close", c.OPERATOR)
    assert page.status == 409
    assert forms_in(page.body.decode()) == []
    assert links_in(page, rf"{HERE}/(\w+)")[0] == "sign"


def test_a_step_of_another_role_is_refused_however_it_is_sent(desk: Desk) -> None:
    """The table decides, not the page: a form sent by somebody else records nothing."""
    form = desk.office.form(f"{HERE}/sign", c.OPERATOR)
    before = desk.version
    page = desk.office.send(form, c.DISPATCHER)
    assert page.status == 403
    assert "Another role takes this step" in text_of(page)
    assert desk.version == before


def test_a_form_from_elsewhere_records_nothing(desk: Desk) -> None:
    """Without the token of this browser nothing is carried out."""
    form = desk.office.form(f"{HERE}/sign", c.OPERATOR)
    before = desk.version
    elsewhere = {"_token": "of-another-browser"}
    assert desk.office.send(form, c.OPERATOR, **elsewhere).status == 403
    assert desk.version == before


@pytest.mark.parametrize("fields", [{"_key": ""}, {"_expect": "x"}, {"strange": "1"}])
def test_a_form_that_is_not_as_it_was_rendered_is_refused(
    desk: Desk, fields: dict[str, str]
) -> None:
    """A missing key, a version that is none, a field that it has not: 422, and nothing recorded."""
    form = desk.office.form(f"{HERE}/sign", c.OPERATOR)
    assert desk.office.send(form, c.OPERATOR, **fields).status == 422
    assert desk.engine.case(CASE).state == "dispatched"


@pytest.mark.parametrize("path", ["", "/sign", "/personal"])
def test_a_case_that_one_may_not_see_is_not_there(desk: Desk, path: str) -> None:
    """Another street gets a 404 for the page, its steps and its personal data."""
    stranger = actor(role.UNIT_OPERATOR, c.FAR_STREET)
    assert desk.office.get(HERE + path, stranger).status == 404
    if path:
        form = desk.office.form(HERE + path, c.OPERATOR)
        before = desk.version
        assert desk.office.send(form, stranger).status == 404
        assert desk.version == before


@pytest.mark.parametrize("path", [f"/desk/cases/{UUID(int=7)}", "/desk/cases/none", f"{HERE}/fly",
                                  "/desk/open/parcel", "/desk/open/complaint/sign"])  # fmt: skip
def test_what_is_not_there_is_a_404(desk: Desk, path: str) -> None:
    """No case, no such step, no such case type."""
    assert desk.office.get(path, c.DISPATCHER).status == 404


def test_where_a_step_is_about_a_unit_inside_the_case_that_unit_is_chosen(desk: Desk) -> None:
    """A co-handler finds its own unit filled in, and no other to choose."""
    desk.live(c.SIGN, c.RECORD_CONTACT, c.INVITE_CO_HANDLER)
    form = desk.office.form(f"{HERE}/submit_co_handling", c.CO_HANDLER)
    assert ("unit", c.NEIGHBOUR) in form.pairs
    page = desk.office.send(form, c.CO_HANDLER, result="The lorry was lent on Monday.")
    assert page.status == 303


def test_what_happened_earlier_is_entered_with_its_time(desk: Desk) -> None:
    """Whoever may enter late says when it happened, in local time; others have no such field."""
    happened = desk.clock.now
    desk.clock.advance(minutes=20)
    form = desk.office.form(f"{HERE}/sign", c.OPERATOR)
    local = happened.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None).isoformat()
    assert desk.office.send(form, c.OPERATOR, _at=local).status == 303
    event = desk.engine.history(CASE)[-1]
    assert (event.occurred_at, event.timestamp) == (happened, desk.clock.now)
    others = desk.office.form(f"{HERE}/assign_handler", c.LEADER)
    assert "_at" not in others.names


@pytest.mark.parametrize(("typed", "status"), [("yesterday", 422), ("2026-01-01T09:00", 409),
                                               ("2026-12-31T09:00", 409)])  # fmt: skip
def test_a_time_that_cannot_be_is_refused(desk: Desk, typed: str, status: int) -> None:
    """No time, one too far back, one in the future: told, kept, and nothing recorded."""
    form = desk.office.form(f"{HERE}/sign", c.OPERATOR)
    page = desk.office.send(form, c.OPERATOR, _at=typed)
    assert page.status == status
    assert f'value="{typed}"' in page.body.decode()
    assert desk.engine.case(CASE).state == "dispatched"


# — opening —


def test_an_appeal_is_registered_once_however_often_it_is_sent(desk: Desk) -> None:
    """The form brings the id of its case along; the page that follows is the case's."""
    form = desk.office.form("/desk/open/complaint", c.INTAKE)
    fields = {"kind": "help", "channel": "hotline", "title": "路灯不亮", "content": "三天不亮。"}
    fields["anonymous"] = "true"
    first = desk.office.send(form, c.INTAKE, **fields)
    second = desk.office.send(form, c.INTAKE, **fields)
    assert (first.status, second.status) == (303, 303)
    address = first.header("Location") or ""
    assert address == second.header("Location")
    assert "Recorded." in text_of(desk.office.get(address, c.INTAKE))
    assert len(desk.engine.ask(Worklist(title="路灯不亮", open_only=False)).items) == 1


def test_who_opens_a_case_that_they_may_not_see_is_told_on_the_desk(desk: Desk) -> None:
    """A grid worker's report goes to the centre; the receipt is told nevertheless."""
    form = desk.office.form("/desk/open/complaint", c.GRID)
    answer = desk.office.send(
        form,
        c.GRID,
        kind="complaint",
        channel="grid",
        title="Bins",
        content="Full.",
        anonymous="true",
    )
    address = answer.header("Location") or ""
    assert answer.status == 303
    assert address.startswith("/desk?done=")
    assert "Recorded." in text_of(desk.office.get(address, c.GRID))


def test_a_receipt_is_told_to_nobody_else(desk: Desk) -> None:
    """The address of a receipt says nothing to others, and nothing that never was."""
    form = desk.office.form(f"{HERE}/sign", c.OPERATOR)
    address = desk.office.send(form, c.OPERATOR).header("Location") or ""
    assert "Recorded." in text_of(desk.office.get(address, c.OPERATOR))
    assert "Recorded." not in text_of(desk.office.get(address, c.DISPATCHER))
    assert "Recorded." not in text_of(desk.office.get(f"{HERE}?done=x", c.OPERATOR))
