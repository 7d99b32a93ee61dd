"""From an event to stored bytes and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from tests.store.sample import AT, IMPORTER, MAPPER
from zhili.aggregates import CASE_TYPES, Case, CaseEvent, Complaint
from zhili.aggregates.case import Cause
from zhili.aggregates.clocks import ClockMark
from zhili.commands.command import Command
from zhili.errors import DeclarationError, UnreadableEventError
from zhili.store import EventMapper, canonical
from zhili.values import Attachment, Personal
from zhili.workflows import Label, Step, Workflow
from zhili.workflows import role as roles

CASE = UUID("01959c1e-7c00-7000-8000-000000000001")

REGISTERED = Complaint.Registered(
    originator_id=CASE,
    originator_version=1,
    timestamp=datetime(2026, 3, 2, 1, 0, 0, 5, UTC),
    occurred_at=AT,
    state="registered",
    by=IMPORTER,
    rules={"time_limits": 2, "calendar": 1},
    marks=(ClockMark(name="handle", action="start", due_at=AT),),
    cause=Cause(case_id=CASE, version=7),
    key="k-1",
    number="2026-000001-7",
    kind="complaint",
    channel="phone",
    title="噪声 “夜间”",
    content=Personal(subject="p1", value="太吵了"),
    subject="p1",
    attachments=(
        Attachment(name="a.jpg", media_type="image/jpeg", size=5, sha256="0" * 64, uri="x:1"),
        Attachment(name="b.jpg", media_type="image/jpeg", size=6, sha256="1" * 64, uri="x:2"),
    ),
)

GOLDEN = (
    '{"attachments":[{"media_type":"image/jpeg","name":"a.jpg","sha256":"'
    + "0" * 64
    + '","size":5,'
    '"uri":"x:1"},{"media_type":"image/jpeg","name":"b.jpg","sha256":"' + "1" * 64 + '","size":6,'
    '"uri":"x:2"}],"by":{"id":"importer","role":"importer"},'
    '"cause":{"case_id":"01959c1e-7c00-7000-8000-000000000001","version":7},'
    '"channel":"phone","content":{"sealed":false,"subject":"p1","value":"太吵了"},"key":"k-1","kind":"complaint",'
    '"marks":[{"action":"start","due_at":"2026-03-02T01:00:00Z","name":"handle"}],'
    '"number":"2026-000001-7","occurred_at":"2026-03-02T01:00:00Z",'
    '"rules":{"calendar":1,"time_limits":2},"state":"registered","subject":"p1",'
    '"timestamp":"2026-03-02T01:00:00.000005Z","title":"噪声 “夜间”"}'
).encode()


def stored(state: bytes, topic: str = "complaint.registered") -> StoredEvent:
    """Give a row of the log with any content."""
    return StoredEvent(originator_id=CASE, originator_version=1, topic=topic, state=state)


def test_the_stored_bytes_are_golden() -> None:
    """They never change: a link is computed over them."""
    row = MAPPER.to_stored_event(REGISTERED)
    assert row == stored(GOLDEN)


def test_what_is_read_is_what_was_written() -> None:
    """Times, tuples, maps and values come back as the types that they were."""
    event = MAPPER.to_domain_event(stored(GOLDEN))
    assert event == REGISTERED
    assert type(event) is Complaint.Registered
    assert isinstance(event.attachments, tuple)
    assert isinstance(event.marks, tuple)
    assert isinstance(event.rules, dict)
    assert isinstance(event.content, Personal)
    assert event.timestamp.tzinfo is UTC
    assert event.timestamp.microsecond == 5
    assert event.attachments[1].size == 6
    assert event.cause == Cause(case_id=CASE, version=7)
    assert MAPPER.to_stored_event(event).state == GOLDEN


def test_an_event_that_needs_few_words_has_few() -> None:
    """What has its usual value is not stored."""
    event = Complaint.HandlerAssigned(
        originator_id=CASE,
        originator_version=2,
        timestamp=AT,
        occurred_at=AT,
        state="signed",
        by=IMPORTER,
        person="王芳",
    )
    row = MAPPER.to_stored_event(event)
    assert row.topic == "complaint.handler-assigned"
    assert row.state.decode() == (
        '{"by":{"id":"importer","role":"importer"},"occurred_at":"2026-03-02T01:00:00Z",'
        '"person":"王芳","state":"signed","timestamp":"2026-03-02T01:00:00Z"}'
    )
    assert MAPPER.to_domain_event(row) == event


def test_canonical_json_has_one_form() -> None:
    """Keys in order, no spaces, no escapes that are not needed, nothing that is not JSON."""
    assert (
        canonical({"b": [1, None, True], "a": {"é": "\n中"}})
        == '{"a":{"é":"\\n中"},"b":[1,null,true]}'.encode()
    )
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            canonical({"a": number})


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (stored(GOLDEN, "complaint.unheard-of"), "no case type here has the topic"),
        (stored(GOLDEN, "os:system"), "no case type here has the topic"),
        (stored(GOLDEN, "zhili.aggregates.complaint:Complaint.Registered"), "no case type here"),
        (stored(GOLDEN, ""), "no case type here"),
        (stored(GOLDEN, "complaint.signed"), "not permitted"),
        (stored(b""), "EOF"),
        (stored(b"{"), "EOF"),
        (stored(GOLDEN[:-1]), "EOF"),
        (stored(GOLDEN + b"}"), "trailing"),
        (stored(b"\xff\xfe"), "expected value"),
        (stored(GOLDEN.replace("噪".encode(), b"\xe5\x99")), "unicode"),
        (stored(b"[]"), "JSON object"),
        (stored(b'"text"'), "JSON object"),
        (stored(b"null"), "JSON object"),
        (stored(b"[" * 100_000), "recursion"),
        (stored(GOLDEN[:-1] + b',"confidentiality":NaN}'), "expected value"),
        (stored(GOLDEN[:-1] + b',"confidentiality":Infinity}'), "expected value"),
        (stored(GOLDEN[:-1] + b',"confidentiality":"high"}'), "confidentiality.*integer"),
        (stored(GOLDEN[:-1] + b',"colour":"red"}'), "colour.*not permitted"),
        (stored(GOLDEN.replace(b'"size":5', b'"size":-5')), "attachments.0.size.*greater"),
        (stored(GOLDEN.replace(b'"title":', b'"Title":')), "title.*required"),
        (stored(GOLDEN.replace(b'"kind":"complaint"', b'"kind":"joke"')), "kind"),
        (stored(GOLDEN.replace(b"01:00:00Z", b"01:00:00")), "no zone"),
        (stored(GOLDEN[:-1] + b',"class_version":2}'), "of version 2; this program reads 1 to 1"),
        (stored(GOLDEN[:-1] + b',"class_version":0}'), "of version 0"),
        (stored(GOLDEN[:-1] + b',"class_version":"1"}'), "of version 1"),
        (stored(GOLDEN[:-1] + b',"class_version":null}'), "of version None"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_unreadable(row: StoredEvent, why: str) -> None:
    """One error that names case, version, topic and reason; never another kind of error."""
    with pytest.raises(UnreadableEventError, match=f"(?is)event 1 of case {CASE} .*{why}") as found:
        MAPPER.to_domain_event(row)
    data = found.value.data
    assert (data["case_id"], data["version"], data["topic"]) == (str(CASE), 1, row.topic)


def test_the_columns_say_whose_event_it_is() -> None:
    """Id and version are the row's, and the content cannot say otherwise."""
    other = UUID(int=5)
    event = MAPPER.to_domain_event(
        replace(stored(GOLDEN), originator_id=other, originator_version=9)
    )
    assert (event.originator_id, event.originator_version) == (other, 9)
    assert b"originator" not in GOLDEN


def test_two_case_types_cannot_claim_one_topic() -> None:
    """The same topic twice would be read as one of the two at random."""
    with pytest.raises(DeclarationError, match="claim the topic"):
        EventMapper((*CASE_TYPES, Complaint))


class Lend(Command):
    """Lend something."""

    case_type: ClassVar[str] = "loan"
    verb: ClassVar[str] = "lend"

    item: str
    days: int


LOAN = Workflow(
    name="loan",
    steps=(Step("lend", None, "Lent", "lent", frozenset({roles.IMPORTER}), "", ""),),
    states={"lent": Label("lent", "借出")},
)


class Loan(Case):
    """A case type of a host: its event has been changed once."""

    workflow = LOAN
    commands: ClassVar = (Lend,)

    class Lent(CaseEvent):
        """Something was lent; the first version counted in weeks."""

        class_version: ClassVar[int] = 2

        item: str
        days: int

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            """Count in days."""
            state["days"] = state.pop("weeks") * 7


LOANS = EventMapper((*CASE_TYPES, Loan))
ENVELOPE = (
    b'"by":{"id":"importer","role":"importer"},%b,"occurred_at":"2026-03-02T01:00:00Z",'
    b'"state":"lent","timestamp":"2026-03-02T01:00:00Z"'
)


def test_an_old_version_is_read_as_the_new_one() -> None:
    """The log keeps its old bytes; who reads sees today's event."""
    old = stored(b"{" + ENVELOPE % b'"item":"ladder","weeks":2' + b"}", "loan.lent")
    event: Any = LOANS.to_domain_event(old)
    assert (type(event), event.item, event.days) == (Loan.Lent, "ladder", 14)
    new = LOANS.to_stored_event(event)
    assert b'"class_version":2,"days":14,"item":"ladder"' in new.state
    assert LOANS.to_domain_event(new) == event


def test_an_old_version_that_cannot_be_upcast_is_unreadable() -> None:
    """The upcaster meets content that it was not made for."""
    for content in (b'"item":"ladder"', b'"item":"ladder","weeks":"two"'):
        row = stored(b"{" + ENVELOPE % content + b"}", "loan.lent")
        with pytest.raises(UnreadableEventError, match=r"event 1 of case"):
            LOANS.to_domain_event(row)
    newer = stored(b'{"class_version":3,' + ENVELOPE % b'"days":1,"item":"x"' + b"}", "loan.lent")
    with pytest.raises(UnreadableEventError, match="of version 3; this program reads 1 to 2"):
        LOANS.to_domain_event(newer)


def test_a_gap_in_the_upcasters_is_refused_when_the_case_type_is_declared() -> None:
    """An event at version 3 needs both steps: v1 to v2 and v2 to v3."""
    with pytest.raises(DeclarationError, match="Lent is at version 3 but has no upcast_v2_v3"):

        class Gapped(Case):
            """A case type whose history cannot be read in full."""

            workflow = LOAN
            commands: ClassVar = (Lend,)

            class Lent(CaseEvent):
                """It forgot one step."""

                class_version: ClassVar[int] = 3

                item: str
                days: int

                @staticmethod
                def upcast_v1_v2(state: dict[str, Any]) -> None:
                    """Count in days."""
                    state["days"] = state.pop("weeks") * 7
