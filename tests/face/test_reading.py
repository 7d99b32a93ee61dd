"""What a request says is read strictly and within limits, or refused with the reason."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from zhili import complaint
from zhili.errors import CaseNotFoundError, ConflictError, InputError
from zhili.face import Request
from zhili.face.problem import TooLargeError, UnsupportedMediaError
from zhili.face.reading import body_of, case_id_of, expected_version, instant_of, query_of
from zhili.projections.statistics import ResolutionRate
from zhili.projections.worklist import Worklist
from zhili.values import Month, Period

CASE = "01900000-0000-7000-8000-000000000001"
JSON = {"content-type": "application/json; charset=utf-8"}


def posted(body: bytes, **headers: str) -> Request:
    """Give a request with *body* as JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("POST", "/", headers={**JSON, **named}, body=body)


def asked(*query: tuple[str, str]) -> Request:
    """Give a request with *query*."""
    return Request("GET", "/", query=query)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"unit": "\xff"}',
        b"[]",
        b'"unit"',
        b"null",
        b'{"unit": NaN}',
        b'{"unit": 1e999}',
        b'{"case_id": "01900000-0000-7000-8000-000000000002", "unit": "a"}',
    ],
)
def test_a_body_that_is_no_object_of_fields_is_refused(body: bytes) -> None:
    """No JSON, no object, or a field that the path says already."""
    with pytest.raises((InputError, ValidationError)):
        body_of(posted(body), complaint.Dispatch, 32, case_id=CASE)


@pytest.mark.parametrize("body", [b'{"unit": 7}', b'{"unit": "a b"}', b"{}", b'{"unit":"a","x":1}'])
def test_a_body_is_read_strictly(body: bytes) -> None:
    """A number is no unit, nothing is no unit, and a field that nobody knows is refused."""
    with pytest.raises(ValidationError):
        body_of(posted(body), complaint.Dispatch, 32, case_id=CASE)


def test_truth_is_written_as_truth() -> None:
    """Neither 1 nor "yes" is true: whoever writes them may mean something else."""
    for wrong in (b'{"identity_checked": 1}', b'{"identity_checked": "yes"}'):
        with pytest.raises(ValidationError):
            body_of(posted(wrong), complaint.Withdraw, 32, case_id=CASE)
    read = body_of(posted(b'{"identity_checked": true}'), complaint.Withdraw, 32, case_id=CASE)
    assert read == complaint.Withdraw(case_id=UUID(CASE), identity_checked=True)


def test_an_empty_body_says_nothing() -> None:
    """A command without fields needs only the type, which another site cannot make a form send."""
    assert body_of(posted(b""), complaint.Sign, 32, case_id=CASE).case_id == UUID(CASE)
    for media in ("", "text/plain", "application/x-www-form-urlencoded"):
        with pytest.raises(UnsupportedMediaError):
            body_of(posted(b"", content_type=media), complaint.Sign, 32, case_id=CASE)


def test_a_body_nested_too_deep_is_refused() -> None:
    """It is refused before anything walks down it."""
    for nested in (b'{"unit":' + b"[" * 40 + b"]" * 40 + b"}", b'{"a":' * 150 + b"1" + b"}" * 150):
        with pytest.raises(TooLargeError):
            body_of(posted(nested), complaint.Dispatch, 32, case_id=CASE)
    with pytest.raises(InputError):
        body_of(posted(b'{"unit":' + b"[" * 100_000), complaint.Dispatch, 32, case_id=CASE)


def test_a_case_is_named_by_its_id() -> None:
    """What is no id is a case that does not exist."""
    assert case_id_of(Request("GET", "/", named={"case_id": CASE})) == UUID(CASE)
    for wrong in ("", "7", "no case", CASE + "0"):
        with pytest.raises(CaseNotFoundError):
            case_id_of(Request("GET", "/", named={"case_id": wrong}))


@pytest.mark.parametrize(
    ("said", "version"),
    [(None, None), ("*", None), ('"7"', 7), ('  "12" ', 12)],
)
def test_if_match_names_a_version(said: str | None, version: int | None) -> None:
    """As an ETag gave it; a star, or no such header, means any."""
    headers = {} if said is None else {"if-match": said}
    assert expected_version(Request("POST", "/", headers=headers)) == version


@pytest.mark.parametrize(
    "said", ["", "7", 'W/"7"', '"seven"', '"7", "8"', '""', '"7', '"9999999999999999999"']
)
def test_if_match_with_another_text_never_matches(said: str) -> None:
    """A precondition that cannot be understood, or is weak, fails; it is not left out."""
    with pytest.raises(ConflictError):
        expected_version(Request("POST", "/", headers={"if-match": said}))


def test_an_instant_has_a_zone() -> None:
    """A plus sign that nobody has encoded comes as a space and is still understood."""
    told = "2026-03-02T09:00:00 08:00"
    instant = instant_of(asked(("at", told)), "at")
    assert instant.isoformat() == "2026-03-02T01:00:00+00:00"
    assert instant_of(asked(), "at") is None
    for wrong in ("2026-03-02T09:00:00", "yesterday", "0"):
        with pytest.raises(InputError):
            instant_of(asked(("at", wrong)), "at")


def test_a_query_names_what_a_question_has() -> None:
    """Names come once, several values by repeating or with commas, and others are refused."""
    query = (("unit", "110105001"), ("state", "signed,handling"), ("overdue", "true"))
    expected = Worklist(unit="110105001", state=("signed", "handling"), overdue=True)
    assert query_of(asked(*query), Worklist) == expected
    twice = (("state", "signed"), ("state", "handling"))
    assert query_of(asked(*twice), Worklist).state == ("signed", "handling")
    assert query_of(asked(("lang", "zh"), ("unit", "")), Worklist) == Worklist()
    wrong: list[tuple[tuple[str, str], ...]] = [
        (("nobody", "1"),),
        (("size", "many"),),
        (("size", "0"),),
        (("unit", "a"), ("unit", "b")),
    ]
    for each in wrong:
        with pytest.raises((InputError, ValidationError)):
            query_of(asked(*each), Worklist)


@pytest.mark.parametrize(
    ("said", "period"),
    [
        ("2026-03", Month(2026, 3)),
        ("2026-03-02/2026-04-01", Period(first=date(2026, 3, 2), after=date(2026, 4, 2))),
    ],
)
def test_a_period_is_a_month_or_two_days(said: str, period: Period) -> None:
    """Of two days both are in it."""
    assert query_of(asked(("during", said)), ResolutionRate).during == period


@pytest.mark.parametrize(
    "said", ["2026", "2026-13", "2026-03-02", "2026-03-02/x", "b/a", "/", "0000-01"]
)
def test_what_is_no_period_is_refused(said: str) -> None:
    """The message shows what is one."""
    with pytest.raises((InputError, ValidationError)):
        query_of(asked(("during", said)), ResolutionRate)


def test_what_the_path_says_the_query_cannot_say_again() -> None:
    """Nobody asks for one case and gets another."""
    added: dict[str, Any] = {"unit": "110105001"}
    with pytest.raises(InputError):
        query_of(asked(("unit", "110105002")), Worklist, **added)
    assert query_of(asked(), Worklist, **added).unit == "110105001"
