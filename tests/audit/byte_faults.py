"""Faults in the stored bytes: what is no event, and what is one in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.audit.fault import Entry, Log, forged
from tests.audit.life import LONELY
from zhili.store import canonical

if TYPE_CHECKING:
    from collections.abc import Callable

__all__: list[str] = []


def _instead(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(state: bytes) -> bytes:
        assert old in state
        return state.replace(old, new, 1)

    return change


def _added(text: bytes) -> Callable[[bytes], bytes]:
    """Put a field into the object, before all others."""
    return _instead(b"{", b"{" + text + b",")


UNREADABLE: Final[dict[str, Callable[[bytes], bytes]]] = {
    "nothing": lambda _: b"",
    "bad_json": lambda state: state[:-1],
    "two_objects": lambda state: state + state,
    "a_byte_order_mark": lambda state: b"\xef\xbb\xbf" + state,
    "invalid_utf8": _instead(b"fact 1", b"fact \xff"),
    "an_overlong_slash": _instead(b"fact 1", b"fact \xc0\xaf"),
    "half_a_surrogate": _instead(b"fact 1", b"fact \\ud800"),
    "half_a_surrogate_in_bytes": _instead(b"fact 1", b"fact \xed\xa0\x80"),
    "a_control_character": _instead(b"fact 1", b"fact \x01"),
    "nan": _added(b'"edition":NaN'),
    "infinity": _added(b'"edition":Infinity'),
    "a_number_beyond_all": _added(b'"edition":1e999'),
    "a_huge_integer": _added(b'"edition":' + b"9" * 5000),
    "a_wrong_type": _added(b'"edition":"one"'),
    "a_field_too_many": _added(b'"aaa":1'),
    "a_field_missing": _instead(b'"state":"accepted",', b""),
    "a_version_to_come": _added(b'"class_version":99'),
    "no_object": lambda _: b"[]",
    "deep_nesting": lambda _: b"[" * 500_000,
    "deep_and_closed": lambda _: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "five_megabytes_of_names": lambda _: (
        b"{" + b",".join(b'"%080d":0' % n for n in range(60_000)) + b"}"
    ),
    "five_megabytes_of_marks": _added(
        b'"marks":[' + b",".join([b'{"name":"sign","action":"jump"}'] * 160_000) + b"]"
    ),
    "a_line_without_end": _instead(b'"facts":', b'"key":"' + b"k" * 1_000_000 + b'","facts":'),
    "an_instant_without_zone": _instead(b'Z","state"', b'","state"'),
    "an_instant_that_is_none": _instead(b'Z","state"', b'ZZ","state"'),
    "a_year_beyond_all": _instead(b'"occurred_at":"2026', b'"occurred_at":"12026'),
    "a_nul_in_a_text": _instead(b"fact 1", b"fact \\u0000"),
}
"""What cannot be read, made of an event that could."""

UNCANONICAL: Final[dict[str, Callable[[bytes], bytes]]] = {
    "a_space": _instead(b"{", b"{ "),
    "a_line_end": lambda state: state + b"\n",
    "names_in_another_order": lambda state: (
        b'{"state":"accepted",' + state.replace(b'"state":"accepted",', b"", 1)[1:]
    ),
    "an_explicit_default": _added(b'"edition":1'),
    "an_explicit_nothing": _added(b'"cause":null'),
    "an_escaped_letter": _instead(b"fact 1", b"\\u0066act 1"),
    "another_zone": _instead(b'Z","state"', b'+00:00","state"'),
    "the_same_name_twice": _instead(b'"state":', b'"state":"closed","state":'),
    "a_version_that_is_none": _added(b'"class_version":true'),
    "a_number_as_a_text": _added(b'"edition":"1"'),
    "a_number_with_a_point": _added(b'"edition":1.0'),
}
"""What says the same in other bytes."""

TOPIC_MAX: Final = 1000

TOPICS: Final = {
    "an_unknown_topic": "complaint.no-such",
    "a_module_as_a_topic": "os.system:x",
    "a_class_as_a_topic": "zhili.aggregates.complaint:Complaint.Signed",
    "no_topic": "",
    "a_topic_of_a_megabyte": "t" * 1_000_000,
    "a_nul_in_a_topic": "complaint.signed\0",
    "another_case_of_letters": "complaint.Signed",
    "a_topic_beyond_the_planes": "📞",
}


def _last(log: Log) -> Entry:
    log.folds = False
    return log.find(LONELY, "facts-appended", 1)


def _declare(code: str, name: str, change: Callable[[bytes], bytes]) -> None:
    @forged(code, name=name)
    def altered(log: Log) -> Entry:
        last = _last(log)
        last.says = change(canonical(last.says))
        return last


def _declare_topic(name: str, topic: str) -> None:
    # Of a topic that no event could have, only the beginning is read: its link cannot be known.
    also = ("broken-link",) if len(topic) > TOPIC_MAX else ()

    @forged("unreadable-event", *also, name=name)
    def altered(log: Log) -> Entry:
        last = _last(log)
        last.topic = topic
        return last


for _name, _change in UNREADABLE.items():
    _declare("unreadable-event", _name, _change)
for _name, _change in UNCANONICAL.items():
    _declare("not-canonical", _name, _change)
for _name, _topic in TOPICS.items():
    _declare_topic(_name, _topic)
