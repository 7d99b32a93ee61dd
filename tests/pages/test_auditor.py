"""The auditor's pages: the head, an audit on demand, events with their links, who has read what."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests.pages.desk_visit import ASSESSOR, INSPECTOR, Office, links_in, text_of
from zhili import Engine
from zhili.access.fields import field_of, personal_fields
from zhili.audit import ACCESS_FINDINGS, FINDINGS, REMARKS
from zhili.pages.auditor_words import CODES, code_in_words, policy_label
from zhili.policies import POLICIES
from zhili.testing import CASE, Control, VirtualClock
from zhili.testing import controls as c

HERE = f"/auditor/cases/{CASE}"
PHONE = "13812345678"
NAME = "欧阳明"
REGISTER = c.REGISTER.but(name=NAME, phone=PHONE, subject="citizen-1", anonymous=False)


def opened(url: str) -> Engine:
    """Give a store with one case that was dispatched and signed."""
    clock = VirtualClock()
    engine = Engine.open(url, clock=clock)
    steps: tuple[Control, ...] = (REGISTER, c.ACCEPT, c.DISPATCH, c.SIGN)
    for step in steps:
        now = clock.advance(step.after)
        engine.submit(step.on(CASE).build(now), by=step.by)
    return engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A store in memory."""
    with opened("memory:") as made:
        yield made


@pytest.fixture
def office(engine: Engine) -> Office:
    """Its pages."""
    return Office(engine)


def audited(office: Office, **fields: str) -> str:
    """Give the words of the page after an audit."""
    page = office.send(office.form("/auditor", INSPECTOR), INSPECTOR, **fields)
    assert page.status == 200, text_of(page)
    return text_of(page)


# — the head —


def test_the_head_of_the_log_is_told_to_be_kept(office: Office, engine: Engine) -> None:
    """Inspector and assessor see position and link, as `zhili audit --expect` takes them."""
    head = engine.head()
    for who in (INSPECTOR, ASSESSOR):
        page = office.get("/auditor", who)
        assert f"{head.position}:{head.link.hex()}" in page.body.decode()


def test_only_the_inspector_audits_and_looks_into_the_log(office: Office) -> None:
    """An assessor sees the head alone; a unit that handles cases sees none of it."""
    form = office.form("/auditor", INSPECTOR)
    assert 'method="post"' not in office.get("/auditor", ASSESSOR).body.decode()
    assert office.send(form, ASSESSOR).status == 403
    for path in (HERE, "/auditor/cases", "/auditor/policies", "/auditor/policies/calendar/1"):
        assert office.get(path, ASSESSOR).status == 403
        assert office.get(path, INSPECTOR).status == 200
    assert office.get("/auditor", c.OPERATOR).status == 403
    assert office.get("/auditor", None).status == 401


# — an audit —


def test_an_audit_that_finds_nothing_says_so_with_its_digest(
    office: Office, engine: Engine
) -> None:
    """The digest is that of any other replay of the same log; the page keeps the last report."""
    assert "None has been made" in text_of(office.get("/auditor", INSPECTOR))
    digest = engine.audit().digest
    assert "Nothing was found." in audited(office)
    for who in (INSPECTOR, ASSESSOR):
        assert digest in office.get("/auditor", who).body.decode()


def test_an_audit_against_a_kept_head_is_made_from_there(office: Office, engine: Engine) -> None:
    """A head of this log is found in it; one of another log is a finding; no head is a 422."""
    head = engine.head()
    assert "Nothing was found." in audited(office, expect=f"{head.position}:{head.link.hex()}")
    assert "unexpected-head" in audited(office, expect=f"{head.position}:{'ab' * 32}")
    page = office.send(office.form("/auditor", INSPECTOR), INSPECTOR, expect="yesterday")
    assert page.status == 422
    assert 'value="yesterday"' in page.body.decode()


def test_what_was_tampered_with_is_found_and_led_to(tmp_path: Path) -> None:
    """A changed event breaks its link: the finding leads to the case, which shows where."""
    path = tmp_path / "cases.db"
    opened(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as raw:
        raw.execute(
            "UPDATE stored_events SET state = CAST(REPLACE(CAST(state AS TEXT), 'III', 'II')"
            " AS BLOB) WHERE topic = 'complaint.accepted'"
        )
    raw.close()
    with Engine.open(f"sqlite:///{path}", clock=VirtualClock()) as engine:
        office = Office(engine)
        page = office.send(office.form("/auditor", INSPECTOR), INSPECTOR)
        assert "broken-link" in text_of(page)
        assert links_in(page, r"/auditor/cases/([0-9a-f-]{36})#v2")
        case = office.get(HERE, INSPECTOR).body.decode()
        others = len(engine.history(CASE)) - 1
    assert case.count('badge broken">does not follow<') == 1
    assert case.count('badge kept">follows<') == others


def test_a_long_log_is_left_to_the_command_line(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a page that audits for minutes: it says what to run instead."""
    form = office.form("/auditor", INSPECTOR)
    monkeypatch.setattr("zhili.pages.auditor.AUDIT_MAX", 3)
    page = office.get("/auditor", INSPECTOR)
    assert 'method="post"' not in page.body.decode()
    assert "zhili audit" in text_of(page)
    assert office.send(form, INSPECTOR).status == 422


# — a case —


def test_every_event_of_a_case_stands_there_with_its_position_and_link(store_url: str) -> None:
    """Position, link, topic and bytes are those of the log, in every store; each link follows."""
    with opened(store_url) as engine:
        html = Office(engine).get(HERE, INSPECTOR).body.decode()
        rows = [row for row in engine.store.log() if row.case_id == str(CASE)]
        assert len(rows) == len(engine.history(CASE))
    for row in rows:
        assert f'id="v{row.version}"' in html
        for told in (bytes(row.link).hex(), row.topic, str(row.position)):
            assert told in html
    assert html.count('badge kept">follows<') == len(rows)


def test_nothing_personal_stands_in_the_stored_bytes_that_are_shown(
    office: Office, engine: Engine
) -> None:
    """Of a personal value the page says whose it is, and not what."""
    html = office.get(HERE, INSPECTOR).body.decode()
    for one in personal_fields(engine.history(CASE)):
        assert one.value.value not in html
        assert field_of(one.name).kind
    assert "citizen-1" in html


def test_a_case_to_audit_is_found_by_its_number(office: Office, engine: Engine) -> None:
    """The number leads to the case; another is told to be none."""
    number = engine.case(CASE).number
    found = office.get(f"/auditor/cases?number={number}", INSPECTOR)
    assert (found.status, found.header("Location")) == (303, HERE)
    missing = office.get("/auditor/cases?number=nothing", INSPECTOR)
    assert missing.status == 404
    assert "no case of that number" in text_of(missing)


def test_who_has_read_personal_data_stands_with_the_case(office: Office) -> None:
    """Who, when, which fields and what for, the newest first."""
    assert "Nobody, so far" in text_of(office.get(HERE, INSPECTOR))
    for purpose in ("to call back", "to send the answer"):
        form = office.form(f"/desk/cases/{CASE}/personal", c.INTAKE)
        assert office.send(form, c.INTAKE, field="phone@1", purpose=purpose).status == 200
    words = text_of(office.get(HERE, INSPECTOR))
    assert words.index("to send the answer") < words.index("to call back")
    assert "phone@1" in words
    assert PHONE not in words


# — policies and words —


def test_every_version_of_every_policy_is_listed_and_can_be_read(office: Office) -> None:
    """The list leads to each version as it was published; what is not there is a 404."""
    page = office.get("/auditor/policies", INSPECTOR)
    addresses = links_in(page, r"(/auditor/policies/\w+/\d+)")
    assert [one.split("/")[3] for one in addresses] == list(POLICIES)
    for address in addresses:
        assert office.get(address, INSPECTOR).status == 200
    for missing in ("calendar/2", "calendar/0", "calendar/x", "nothing/1"):
        assert office.get(f"/auditor/policies/{missing}", INSPECTOR).status == 404


def test_every_code_of_an_audit_and_every_policy_has_words_in_chinese() -> None:
    """Nothing that an audit may find comes before a reader of Chinese in English."""
    assert set(CODES) == {*FINDINGS, *REMARKS, *ACCESS_FINDINGS}
    for label in (*map(code_in_words, CODES), *map(policy_label, POLICIES)):
        assert re.search("[一-鿿]", label.zh)
        assert label.en


def test_the_pages_of_the_auditor_render_in_chinese(office: Office) -> None:
    """Each has its words in both languages."""
    for path in ("/auditor", HERE, "/auditor/cases", "/auditor/policies"):
        assert re.search("链首|链值|编号|政策", text_of(office.get(path, INSPECTOR, "zh")))


def test_case_ids_at_the_ends_of_the_range_are_not_found(office: Office) -> None:
    """The least and the greatest id there can be are ids like others: of no case."""
    for case_id in (UUID(int=0), UUID(int=2**128 - 1)):
        assert office.get(f"/auditor/cases/{case_id}", INSPECTOR).status == 404
