"""Worklists: what is on them, in which order, and page by page."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import date, timedelta
from itertools import chain
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.projections.small_record import (
    DAY,
    DISPATCHER,
    HOUR,
    MONDAY,
    STREET,
    SmallRecord,
    brought_in,
    closed,
    dispatched,
    handling,
    ledgered,
    operator,
    register,
    replied,
)
from zhili.commands import complaint
from zhili.errors import CaseNotFoundError, InputError
from zhili.policies.organisation import Organisation
from zhili.policies.unit import Unit
from zhili.projections.worklist import Earlier, Worklist
from zhili.values import new_case_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhili.aggregates import Case
    from zhili.projections.listing import CasePage, ListedCase

UNITS = ("110105001", "110105002", "110105", "110106001", "110105001005")
LIVES = (handling, ledgered, replied, closed, dispatched, register)
TITLES = ("Noise at night", "100% noise_!", "Heating 供暖", "LIGHTS out")
NOW = MONDAY + 20 * DAY


def fill(record: SmallRecord) -> None:
    """Give the record cases of every kind of life, many of them of the same instant."""
    chance = Random(7)  # noqa: S311 - a fixed sequence, no secret
    for number in range(60):
        at = MONDAY + chance.randrange(5) * DAY
        life = LIVES[number % len(LIVES)]
        fields: dict[str, Any] = {
            "title": chance.choice(TITLES),
            "place": chance.choice((None, "East Gate", "west_gate")),
            "subject": chance.choice((None, "s1", "s2")),
        }
        if life is not register:
            fields["unit"] = chance.choice(UNITS[:2])
            fields["grade"] = chance.choice(("II", "III", "IV"))
        if life in {ledgered, replied, closed}:
            fields["since"] = at + chance.randrange(1, 6) * DAY
        case = life(record, at, **fields)
        if life is handling:
            name = complaint.AssignHandler(case_id=case.id, person=chance.choice(("li", "wang")))
            record.submit(name, operator(case.unit or ""), at + 3 * HOUR)
    for number in range(8):
        odd = ("due_before_opened", "status_time_differ")[: number % 3]
        due_at = MONDAY + number * DAY if number % 2 else None
        brought_in(
            record, MONDAY, source_id=str(number), unit="Public Works", due_at=due_at, flags=odd
        )
    main, duplicate = (register(record, MONDAY).id for _ in range(2))
    record.submit(
        complaint.MergeInto(case_id=duplicate, main=main, reason="same"), DISPATCHER, MONDAY
    )
    record.now = NOW


@pytest.fixture(scope="module")
def record() -> Iterator[SmallRecord]:
    """Give a record of some seventy cases."""
    made = SmallRecord()
    fill(made)
    yield made
    made.close()


@pytest.fixture
def empty() -> Iterator[SmallRecord]:
    """Give a record without cases."""
    made = SmallRecord()
    yield made
    made.close()


def pages(record: SmallRecord, question: Worklist | Earlier) -> Iterator[CasePage]:
    """Walk from page to page to the end."""
    page = question.answer(record)
    yield page
    while page.next is not None:
        page = question.model_copy(update={"after": page.next}).answer(record)
        yield page


def listed(record: SmallRecord, question: Worklist | Earlier) -> list[ListedCase]:
    """Give everything on the list."""
    return list(chain.from_iterable(page.items for page in pages(record, question)))


def is_overdue(case: Case) -> bool:
    """Say from the case itself whether it is overdue at NOW."""
    past = case.due_at is not None and case.due_at < NOW and case.on_time is None
    return past and case.state != "ledgered" and case.state not in case.workflow.ended


def fits(case: Case, asked: dict[str, Any]) -> bool:
    """Say from the case itself whether it belongs on the list."""
    ended = case.state in case.workflow.ended
    named = any(name in asked for name in ("state", "number", "source_id", "merged_into"))
    tests = {
        "unit": lambda v: case.unit == v,
        "within": (case.unit or "").startswith,
        "person": lambda v: case.person == v,
        "state": lambda v: case.state in v,
        "due_before": lambda v: case.due_at is not None and case.due_at < v,
        "overdue": lambda v: is_overdue(case) == v,
        "subject": lambda v: case.subject == v,
        "number": lambda v: case.number == v,
        "title": lambda v: v.lower() in (case.title or "").lower(),
        "place": lambda v: v.lower() in (case.place or "").lower(),
        "flag": lambda v: v in case.flags,
        "source": lambda v: case.source == v,
        "source_id": lambda v: case.source_id == v,
        "merged_into": lambda v: case.merged_into == v,
        "case_type": lambda v: v == "complaint",
    }
    if asked.get("open_only", not named) and ended:
        return False
    return all(tests[name](value) for name, value in asked.items() if name in tests)


def expected(record: SmallRecord, asked: dict[str, Any]) -> list[str]:
    """Give the ids of the list, the slow and obvious way."""
    found = [case for case in record.cases.values() if fits(case, asked)]
    keys = {
        "due": lambda case: (case.due_at is None, case.due_at or NOW, str(case.id)),
        "opened": lambda case: (case.opened_at, str(case.id)),
        "number": lambda case: (case.number, str(case.id)),
    }
    return [str(case.id) for case in sorted(found, key=keys[asked.get("order", "due")])]


QUESTIONS = st.fixed_dictionaries(
    {"size": st.integers(1, 20)},
    optional={
        "unit": st.sampled_from((*UNITS, "Public Works")),
        "within": st.sampled_from(("110105", "110105001", "110106")),
        "person": st.sampled_from(("li", "wang")),
        "state": st.sets(
            st.sampled_from(("handling", "ledgered", "replied", "closed", "imported")), min_size=1
        ).map(tuple),
        "open_only": st.booleans(),
        "due_before": st.integers(0, 20).map(lambda days: MONDAY + days * DAY),
        "overdue": st.booleans(),
        "subject": st.sampled_from(("s1", "s2")),
        "title": st.sampled_from(("noise", "0% N", "_!", "供暖", "n", "lights", "%", "nothing")),
        "place": st.sampled_from(("gate", "_gate", "EAST")),
        "flag": st.sampled_from(("due_before_opened", "status_time_differ", "due", "opened")),
        "source": st.just("boston311"),
        "case_type": st.sampled_from(("complaint", "whistle")),
        "order": st.sampled_from(("due", "opened", "number")),
    },
)


@given(asked=QUESTIONS)
def test_the_pages_together_are_the_list(record: SmallRecord, asked: dict[str, Any]) -> None:
    """Page after page gives every case that fits, once, in order, whatever was asked."""
    walked = list(pages(record, Worklist(**asked)))
    found = [str(item.case_id) for page in walked for item in page.items]
    assert found == expected(record, asked)
    assert all(len(page.items) == asked["size"] for page in walked[:-1])


ASKED: tuple[dict[str, Any], ...] = (
    {}, {"order": "opened"}, {"order": "number"}, {"overdue": True}, {"overdue": False},
    {"unit": STREET, "size": 3}, {"within": "110105", "size": 200}, {"person": "li"},
    {"state": ("closed", "ledgered"), "size": 4}, {"due_before": MONDAY + 9 * DAY},
    {"subject": "s1", "title": "NOISE"}, {"title": "0%"}, {"title": "_!"}, {"title": "!"},
    {"place": "_gate"}, {"flag": "due_before_opened"}, {"flag": "opened"}, {"flag": "due"},
    {"source": "boston311"}, {"source_id": "3"}, {"open_only": False, "size": 7},
    {"case_type": "whistle"}, {"title": "供暖", "order": "opened"},
)  # fmt: skip


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_filter_means_what_it_says(record: SmallRecord, asked: dict[str, Any]) -> None:
    """Each of them alone, so that no other hides what it does."""
    found = [str(item.case_id) for item in listed(record, Worklist(**asked))]
    assert found == expected(record, asked)


@pytest.mark.postgres
def test_postgresql_gives_the_same_lists(record: SmallRecord, postgres_url: str) -> None:
    """The same statement runs on both stores and means the same."""
    server = record.mirrored(postgres_url)
    case = next(iter(record.cases.values()))
    for fields in (*ASKED, {"number": case.number}, {"merged_into": case.id}):
        question = Worklist(**fields)
        assert listed(server, question) == listed(record, question), fields
    for earlier in (Earlier(case_id=case.id, size=2), Earlier(subject="s1", size=3)):
        assert listed(server, earlier) == listed(record, earlier)
    server.close()


def test_an_item_says_what_the_register_says(empty: SmallRecord) -> None:
    """Every field of an item is that of the folded case."""
    case = handling(empty, MONDAY, title="Noise", place="East Gate", subject="s1", grade="II")
    empty.now = MONDAY + DAY
    (item,) = Worklist().answer(empty).items
    assert item.model_dump() == {
        "case_id": case.id, "case_type": "complaint", "number": case.number, "version": 5,
        "state": "handling", "ended": False, "unit": STREET, "person": None, "subject": "s1",
        "kind": "complaint", "title": "Noise", "category": None, "type": None, "division": None,
        "place": "East Gate", "channel": "hotline", "grade": "II", "confidentiality": 0,
        "outcome": None, "opened_at": MONDAY, "dispatched_at": MONDAY, "closed_at": None,
        "due_at": MONDAY + DAY, "next_due_at": MONDAY + DAY, "next_clock": "open_callback",
        "provisional_year": None, "merged_into": None, "source": None, "source_id": None,
        "flags": (), "overdue": False,
    }  # fmt: skip


def test_a_case_is_overdue_after_its_due_instant_and_not_at_it(empty: SmallRecord) -> None:
    """At the due instant itself there is still time."""
    case = handling(empty, MONDAY)
    assert case.due_at is not None
    empty.now = case.due_at
    assert listed(empty, Worklist(overdue=True)) == []
    empty.now = case.due_at + timedelta(microseconds=1)
    assert [item.overdue for item in listed(empty, Worklist(overdue=True))] == [True]


def test_a_case_on_the_ledger_is_never_overdue(empty: SmallRecord) -> None:
    """Its clock stands still, and the old due instant says nothing."""
    case = ledgered(empty, MONDAY, MONDAY + DAY)
    empty.now = MONDAY + 30 * DAY
    assert case.due_at is not None
    assert case.due_at < empty.now
    assert [item.overdue for item in listed(empty, Worklist(overdue=False))] == [False]


def test_a_number_is_found_however_it_is_written(empty: SmallRecord) -> None:
    """Somebody who reads out a number gets the case, open or not."""
    case = closed(empty, MONDAY, MONDAY + DAY)
    assert listed(empty, Worklist()) == []
    spoken = case.number.replace("-", " ").lower()
    assert [item.case_id for item in listed(empty, Worklist(number=spoken))] == [case.id]
    assert listed(empty, Worklist(number=spoken, open_only=True)) == []


def test_a_mistyped_number_is_refused(empty: SmallRecord) -> None:
    """The check character finds the mistake, and the message shows a right one."""
    number = handling(empty, MONDAY).number
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    with pytest.raises(InputError, match="one looks like 260302-7K3F9-Q4M2R-X"):
        Worklist(number=wrong).answer(empty)


def test_a_duplicate_is_found_by_its_main_case(record: SmallRecord) -> None:
    """A merged case is ended, and still what was asked for."""
    (duplicate,) = (case for case in record.cases.values() if case.merged_into)
    found = listed(record, Worklist(merged_into=duplicate.merged_into))
    assert [item.case_id for item in found] == [duplicate.id]


def cursor(**fields: object) -> str:
    """Write a cursor that nobody gave out."""
    return urlsafe_b64encode(json.dumps(fields).encode()).decode()


ID = str(new_case_id())


@pytest.mark.parametrize(
    "after",
    [
        "",
        "nonsense",
        "é",
        "x" * 501,
        cursor(order="due"),
        cursor(order="due", key=1, case_id="1"),
        cursor(order="due", key="1", case_id=ID),
        cursor(order="due", key=1.5, case_id=ID),
        cursor(order="due", key=True, case_id=ID),
        cursor(order="due", key=2**63, case_id=ID),
        cursor(order="due", key=1, case_id=ID, more=1),
        cursor(order="opened", key=1, case_id=ID),
        urlsafe_b64encode(b"[" * 300).decode(),
    ],
)
def test_a_wrong_cursor_is_refused(empty: SmallRecord, after: str) -> None:
    """Whatever is no cursor of this list gets one clear error."""
    with pytest.raises(InputError, match="'after' is "):
        Worklist(after=after).answer(empty)


@pytest.mark.parametrize(
    ("order", "key"), [("opened", None), ("number", None), ("number", 1), ("number", "\x00")]
)
def test_a_cursor_with_a_key_of_another_kind_is_refused(
    empty: SmallRecord, order: str, key: object
) -> None:
    """Only the due instant may be missing; numbers are words, instants whole numbers."""
    with pytest.raises(InputError, match="'after' is no cursor"):
        Worklist(order=order, after=cursor(order=order, key=key, case_id=ID)).answer(empty)


def test_a_page_is_not_disturbed_by_what_comes_in_before_it(empty: SmallRecord) -> None:
    """Paging by key shows nothing twice and leaves nothing out when the list grows."""
    for day in (2, 4, 6):
        dispatched(empty, MONDAY + day * DAY)
    first = Worklist(size=2).answer(empty)
    dispatched(empty, MONDAY)
    dispatched(empty, MONDAY + 5 * DAY)
    rest = Worklist(size=2, after=first.next).answer(empty)
    opened = [item.opened_at for item in (*first.items, *rest.items)]
    assert opened == [MONDAY + day * DAY for day in (2, 4, 5, 6)]
    assert rest.next is None


ORGANISATION = Organisation(
    units=(
        Unit(id="chaoyang", name="Chaoyang", level="district"),
        Unit(id="s1", name="First street", level="street", parent="chaoyang"),
        Unit(id="s1/team", name="Its team", level="outpost", parent="s1"),
        Unit(
            id="s2", name="Second street", level="street", parent="chaoyang",
            valid_to=date(2026, 3, 10), successor="s1",
        ),
        Unit(id="haidian", name="Haidian", level="district"),
        Unit(
            id="s3", name="Third street", level="street", parent="chaoyang",
            valid_to=date(2026, 3, 10),
        ),
        Unit(
            id="s3", name="Third street", level="street", parent="haidian",
            valid_from=date(2026, 3, 10),
        ),
    )
)  # fmt: skip


def test_within_follows_the_organisation_of_today(empty: SmallRecord) -> None:
    """A unit that moved is counted where it is now, one that ended where it was last."""
    empty.publish(ORGANISATION, MONDAY - DAY)
    for unit in ("s1", "s1/team", "s2", "s3", "haidian"):
        dispatched(empty, MONDAY, unit=unit)
    empty.now = MONDAY
    assert _units(empty, "chaoyang") == ["s1", "s1/team", "s2", "s3"]
    empty.now = MONDAY + 20 * DAY
    assert _units(empty, "chaoyang") == ["s1", "s1/team", "s2"]
    assert _units(empty, "haidian") == ["haidian", "s3"]
    assert _units(empty, "s1") == ["s1", "s1/team"]
    with pytest.raises(InputError, match="'s9' is not in the organisation"):
        Worklist(within="s9").answer(empty)


def test_within_an_open_organisation_follows_the_division_codes(empty: SmallRecord) -> None:
    """The code of a unit says where it lies; an id of the host's own lies nowhere."""
    for unit in (*UNITS[:4], "1101-works"):
        dispatched(empty, MONDAY, unit=unit)
    assert _units(empty, "110105") == ["110105", "110105001", "110105002"]
    assert _units(empty, "110105001000") == ["110105001"]
    assert _units(empty, "110100") == ["110105", "110105001", "110105002", "110106001"]
    assert _units(empty, "1101-works") == ["1101-works"]


def _units(record: SmallRecord, within: str) -> list[str | None]:
    return sorted(item.unit or "" for item in listed(record, Worklist(within=within)))


@pytest.mark.parametrize(
    "fields", [{"size": 0}, {"size": 201}, {"title": "\x00"}, {"flag": "a b"}, {"order": "age"},
               {"state": ()}, {"due_before": "2026-03-02T09:00:00"}, {"colour": "red"}],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    """A question checks itself before anything is asked of a store."""
    with pytest.raises(ValidationError):
        Worklist(**fields)


def test_one_state_may_be_named_by_itself() -> None:
    """A single state needs no list around it."""
    assert Worklist(state="closed") == Worklist(state=("closed",))


# — earlier cases of the same subject —


def test_earlier_cases_come_newest_first(empty: SmallRecord) -> None:
    """Those of the same subject opened before the case, ended ones too, and not the case."""
    days = (3, 1, 2, 9)
    cases = {day: register(empty, MONDAY + day * DAY, subject="s1") for day in days}
    register(empty, MONDAY, subject="s2")
    old = closed(empty, MONDAY, MONDAY + DAY, subject="s1")
    for size in (1, 2, 50):
        found = listed(empty, Earlier(case_id=cases[3].id, size=size))
        assert [item.case_id for item in found] == [cases[2].id, cases[1].id, old.id]
    every = listed(empty, Earlier(subject="s1", size=2))
    assert [item.case_id for item in every] == [
        *(cases[day].id for day in (9, 3, 2, 1)),
        old.id,
    ]


def test_a_case_without_a_subject_has_no_earlier_ones(empty: SmallRecord) -> None:
    """Two imported cases of nobody in particular have nothing to do with each other."""
    brought_in(empty, MONDAY, source_id="1")
    later = brought_in(empty, MONDAY + DAY, source_id="2")
    assert listed(empty, Earlier(case_id=later.id)) == []


def test_earlier_is_asked_of_a_case_or_of_a_subject(empty: SmallRecord) -> None:
    """Neither and both are refused, and so is a case that is not there."""
    with pytest.raises(ValidationError, match="either the case"):
        Earlier()
    with pytest.raises(ValidationError, match="either the case"):
        Earlier(case_id=new_case_id(), subject="s1")
    with pytest.raises(CaseNotFoundError):
        Earlier(case_id=new_case_id()).answer(empty)


def test_a_cursor_of_a_worklist_is_no_cursor_of_earlier_cases(empty: SmallRecord) -> None:
    """Both are sorted by opening, one forwards and one backwards."""
    for day in range(3):
        register(empty, MONDAY + day * DAY, subject="s1")
    after = Worklist(order="opened", size=1).answer(empty).next
    with pytest.raises(InputError, match="by 'opened'; this one is by 'latest'"):
        Earlier(subject="s1", after=after).answer(empty)
