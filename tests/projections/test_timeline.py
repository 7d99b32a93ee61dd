"""The timeline of a case: everything is on it, and nothing that is personal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.projections.small_record import (
    AGENT,
    CALLER,
    DAY,
    HOUR,
    MONDAY,
    SmallRecord,
    actor,
    handling,
    ledgered,
    operator,
    replied,
)
from zhili.aggregates import CaseEvent, Complaint
from zhili.commands import complaint
from zhili.errors import CaseNotFoundError
from zhili.policies.limit import Limit
from zhili.projections.timeline import Timeline, label_of, shown
from zhili.values import SYSTEM, Attachment, Personal, Value, new_case_id
from zhili.workflows import Label
from zhili.workflows import role as roles

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = "abcdefghijkl 电话我是王小明"


@pytest.fixture
def record() -> Iterator[SmallRecord]:
    """Give a record without cases."""
    made = SmallRecord()
    yield made
    made.close()


def strings(value: object) -> Iterator[str]:
    """Find every string in a piece of JSON, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


class Envelope(Value):
    """A value that holds personal words further down."""

    note: str
    inner: Personal | None
    more: tuple[Personal, ...]


SECRET = st.text(WORDS, min_size=1).map(lambda text: f"secret-{text}-secret")
PERSONAL = st.builds(Personal, subject=st.just("s1"), sealed=st.booleans(), value=SECRET)
OPEN = (
    st.none()
    | st.integers()
    | st.text(WORDS)
    | st.datetimes()
    | st.uuids()
    | st.just(Limit(amount=5, unit="working_days"))
)
ANYTHING = st.recursive(
    PERSONAL
    | OPEN
    | st.builds(Envelope, note=st.text(WORDS), inner=PERSONAL, more=st.tuples(PERSONAL)),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text(WORDS), inner)
        | st.frozensets(PERSONAL)
    ),
)


@given(value=ANYTHING)
def test_no_personal_word_is_shown_however_deep_it_lies(value: object) -> None:
    """Lists, mappings, sets and values inside values: whose words they are is all there is."""
    assert not [text for text in strings(shown(value)) if "secret" in text]


def test_what_is_not_personal_is_shown_as_json() -> None:
    """Everything else is there, in the form in which JSON holds it."""
    limit = Limit(amount=5, unit="days")
    value = {"a": (1, None, True), "limit": limit, "at": MONDAY, "some": frozenset({"b", "a"})}
    assert shown(value) == {
        "a": [1, None, True],
        "limit": {"amount": 5, "unit": "days", "roll_forward": False},
        "at": "2026-03-02T01:00:00Z",
        "some": ["a", "b"],
    }
    hidden = {"subject": "s1", "hidden": True}
    assert shown(Personal(subject="s1", value="x")) == hidden
    assert shown(Personal(subject="s1", sealed=True, value="x")) == hidden


@given(content=SECRET, name=SECRET, facts=SECRET, note=SECRET)
def test_no_personal_word_of_a_case_is_in_the_answer(
    content: str, name: str, facts: str, note: str
) -> None:
    """Who called, how to reach them and what they said stay out of the whole answer."""
    record = SmallRecord()
    case = replied(
        record, MONDAY, MONDAY + DAY,
        content=content, name=name, phone="secret-13800000000", address="secret address",
    )  # fmt: skip
    record.submit(complaint.AppendFacts(case_id=case.id, facts=facts), AGENT, MONDAY + DAY)
    reviewer = actor(roles.REVIEWER)
    record.submit(complaint.AcceptReply(case_id=case.id), reviewer, MONDAY + 2 * DAY)
    call = complaint.RecordCallback(
        case_id=case.id,
        reached=True,
        contacted=True,
        solved=True,
        satisfaction="satisfied",
        note=note,
    )
    record.submit(call, CALLER, MONDAY + 2 * DAY)
    answer = Timeline(case_id=case.id).answer(record)
    held = [value for event in record.events[case.id] for value in _personal(event)]
    assert {content.strip(), name.strip(), facts.strip(), note.strip()} <= set(held)
    found = list(strings(answer.model_dump(mode="json")))
    assert not [text for text in found if "secret" in text]
    assert not [value for value in held if value in answer.model_dump_json()]
    record.close()


def _personal(event: CaseEvent) -> Iterator[str]:
    for name in type(event).model_fields:
        value = getattr(event, name)
        if isinstance(value, Personal):
            yield value.value


def test_every_event_is_on_it_in_its_order(record: SmallRecord) -> None:
    """Version, names, words in both languages, state, who, when: entry by entry."""
    case = handling(record, MONDAY)
    answer = Timeline(case_id=case.id).answer(record)
    assert [(e.version, e.topic, e.label, e.state) for e in answer.entries] == [
        (1, "complaint.registered", Label("Register", "登记"), "registered"),
        (2, "complaint.accepted", Label("Accept", "受理"), "accepted"),
        (3, "complaint.dispatched", Label("Dispatch", "派单"), "dispatched"),
        (4, "complaint.signed", Label("Sign", "签收"), "signed"),
        (5, "complaint.contacted", Label("Record a contact", "联系诉求人"), "handling"),
    ]
    last = answer.entries[-1]
    assert last.what == (
        "The complainant was contacted, or tried in vain, by the unit or the centre 联系诉求人."
    )
    assert last.state_label == Label("In handling", "办理中")
    assert last.by == operator()
    assert (last.occurred_at, last.recorded_at, last.late) == (
        MONDAY + 2 * HOUR, MONDAY + 2 * HOUR, False,
    )  # fmt: skip
    assert last.fields == {
        "result": "reached", "way": "phone", "evidence": "call 17", "settled": True,
        "on_site_action": None,
    }  # fmt: skip
    assert [(mark.name, mark.action) for mark in last.marks] == [("contact", "stop")]
    assert answer.entries[0].fields["content"] == {"subject": case.subject, "hidden": True}
    assert answer.entries[2].rules["time_limits"] == 1


def test_what_was_entered_late_says_so(record: SmallRecord) -> None:
    """An entry made after the fact shows both instants, and is marked."""
    case = handling(record, MONDAY)
    name = complaint.AssignHandler(case_id=case.id, person="li")
    record.submit(name, operator(), MONDAY + 3 * HOUR, MONDAY + 9 * HOUR)
    entry = Timeline(case_id=case.id).answer(record).entries[-1]
    assert (entry.late, entry.recorded_at - entry.occurred_at) == (True, timedelta(hours=6))


def test_what_happens_inside_a_case_names_its_part(record: SmallRecord) -> None:
    """An invited unit has a life of its own, and the entry says where it stands in it."""
    case = handling(record, MONDAY)
    invite = complaint.InviteCoHandler(
        case_id=case.id, unit="110105002", task="measure", part_due_at=MONDAY + DAY
    )
    record.submit(invite, operator(), MONDAY + 3 * HOUR)
    entry = Timeline(case_id=case.id).answer(record).entries[-1]
    assert (entry.part, entry.part_state, entry.state) == ("co_handler", "invited", "handling")
    assert entry.fields["unit"] == "110105002"


def test_values_inside_an_event_are_shown_too(record: SmallRecord) -> None:
    """The metadata of a file is no secret."""
    case = handling(record, MONDAY)
    file = Attachment(
        name="yard.jpg", media_type="image/jpeg", size=5, sha256="0" * 64, uri="file:///yard.jpg"
    )
    add = complaint.AddAttachment(case_id=case.id, attachment=file)
    record.submit(add, operator(), MONDAY + 3 * HOUR)
    entry = Timeline(case_id=case.id).answer(record).entries[-1]
    assert entry.fields == {"attachment": file.model_dump(mode="json")}


def test_the_answer_survives_json(record: SmallRecord) -> None:
    """An answer can be sent, stored and read back as it was."""
    case = ledgered(record, MONDAY, MONDAY + DAY)
    answer = Timeline(case_id=case.id).answer(record)
    assert type(answer).model_validate_json(answer.model_dump_json()) == answer


def test_every_event_of_the_table_has_words_in_both_languages() -> None:
    """No step is shown under its bare name because its words were forgotten."""
    envelope = {
        "originator_id": new_case_id(), "originator_version": 1, "timestamp": MONDAY,
        "occurred_at": MONDAY, "state": "handling", "by": actor(SYSTEM),
    }  # fmt: skip
    for name, kind in Complaint.events.items():
        label = label_of(kind.model_construct(**envelope))
        assert label.en != label.zh, name
        assert any(ord(character) > 0x3000 for character in label.zh), name


def test_a_case_that_is_not_there_has_no_timeline(record: SmallRecord) -> None:
    """The question raises what the record raises."""
    with pytest.raises(CaseNotFoundError):
        Timeline(case_id=new_case_id()).answer(record)
