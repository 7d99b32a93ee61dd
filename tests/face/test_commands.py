"""Commands over HTTP are carried out once, for who asks, on the version that was meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.face.caller import Caller, said
from zhili import Engine, complaint
from zhili.face import Face, Limits
from zhili.face.operations import routes
from zhili.testing import START, VirtualClock, controls

NOBODYS = UUID("01900000-0000-7000-8000-0000000000aa")

REGISTER: dict[str, Any] = {
    "kind": "complaint",
    "channel": "hotline",
    "title": "Street lamp out",
    "content": "The lamp at our gate has been out for three days",
    "phone": "13800000000",
    "category": "lighting",
}


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine at a moment of its own."""
    with Engine.open("memory:", clock=VirtualClock(START)) as made:
        yield made


@pytest.fixture
def face(engine: Engine) -> Face:
    """The face of the engine."""
    return Face(engine, routes(engine, Limits()))


@pytest.fixture
def agent(face: Face) -> Caller:
    """Who takes the calls."""
    return Caller(face, controls.INTAKE)


def opened(agent: Caller) -> str:
    """Register an appeal and give its case."""
    return str(said(agent.post("/cases/complaint", REGISTER))["case_id"])


def test_a_case_is_opened_and_its_place_and_version_are_told(agent: Caller, engine: Engine) -> None:
    """201, where it is, the version as ETag, and a receipt with the head of the log."""
    answer = agent.post("/cases/complaint", REGISTER)
    receipt = said(answer)
    assert answer.status == 201
    assert answer.header("Location") == f"/cases/{receipt['case_id']}"
    assert answer.header("ETag") == '"1"'
    assert receipt["state"] == "registered"
    assert receipt["head"] == engine.head().link.hex()
    assert said(agent.get(f"/cases/{receipt['case_id']}"))["title"] == REGISTER["title"]


def test_the_same_key_opens_one_case(agent: Caller, engine: Engine) -> None:
    """The second answer is the first one's receipt, said to be repeated, and not 201."""
    first = agent.post("/cases/complaint", REGISTER, idempotency_key="k-1")
    position = engine.head().position
    second = agent.post("/cases/complaint", REGISTER, idempotency_key="k-1")
    assert (first.status, second.status) == (201, 200)
    assert said(second) == {**said(first), "repeated": True}
    assert said(first)["key"] == "k-1"
    assert engine.head().position == position


def test_a_key_with_another_command_is_refused_and_another_persons_key_is_their_own(
    agent: Caller,
) -> None:
    """422 for the same person; nobody else notices."""
    assert agent.post("/cases/complaint", REGISTER, idempotency_key="k-1").status == 201
    other = {**REGISTER, "title": "Another lamp"}
    refused = agent.post("/cases/complaint", other, idempotency_key="k-1")
    assert (refused.status, said(refused)["code"]) == (422, "key-reused")
    assert said(refused)["key"] == "k-1"
    assert "'k-1' was used for another command" in said(refused)["detail"]
    assert b"http:" not in refused.body
    colleague = controls.INTAKE.model_copy(update={"id": "somebody else"})
    assert agent.as_(colleague).post("/cases/complaint", other, idempotency_key="k-1").status == 201


def test_nobody_meets_a_key_of_the_library_itself(agent: Caller) -> None:
    """A key that names what the library keeps under its own keys is as good as any."""
    for key in ("zhili:defaults", "tick:x:handle:0"):
        answer = agent.post("/cases/complaint", REGISTER, idempotency_key=key)
        assert answer.status == 201


def test_a_version_that_is_not_the_newest_is_refused(agent: Caller) -> None:
    """412, and the receipt of whoever was first stands."""
    case = opened(agent)
    accept = f"/cases/complaint/{case}/accept"
    assert agent.post(accept, {"grade": "III"}, if_match='"2"').status == 412
    assert agent.post(accept, {"grade": "III"}, if_match='"1"').status == 200
    late = agent.post(accept, {"grade": "III"}, if_match='"1"')
    assert (late.status, said(late)["code"]) == (412, "conflict")


def test_what_the_table_has_not_is_refused_with_what_it_has(agent: Caller, face: Face) -> None:
    """409 with the state and what is possible, 403 with the roles, 409 with guard and rule."""
    case = opened(agent)
    early = agent.as_(controls.OPERATOR).post(f"/cases/complaint/{case}/sign")
    assert early.status == 404  # the unit knows nothing of it yet
    closed = agent.post(f"/cases/complaint/{case}/answer_immediately", {"answer": "It will be on"})
    assert (closed.status, said(closed)["guard"]) == (409, "is_an_enquiry")
    assert said(closed)["rule"] == "C2"
    wrong = Caller(face, controls.DISPATCHER).post(
        f"/cases/complaint/{case}/accept", {"grade": "III"}
    )
    assert (wrong.status, said(wrong)["code"]) == (403, "refused-role")
    assert said(wrong)["roles"] == ["intake_agent"]
    twice = agent.post(f"/cases/complaint/{case}/unmerge", {"reason": "It was another lamp"})
    assert twice.status in {403, 409}


def test_a_refusal_records_nothing_and_is_a_problem(agent: Caller, engine: Engine) -> None:
    """Media type, type, title, status, detail and code, as RFC 9457 has them."""
    position = engine.head().position
    answer = agent.post("/cases/complaint", {**REGISTER, "kind": "song"})
    problem = said(answer)
    assert answer.media_type == "application/problem+json"
    assert (answer.status, problem["status"], problem["code"]) == (422, 422, "invalid")
    assert problem["type"] == "/problems/invalid"
    assert problem["faults"][0]["where"] == ["kind"]
    assert engine.head().position == position


def test_nobody_is_told_what_they_wrote_in_a_problem(agent: Caller) -> None:
    """What was sent may be personal: the faults name the place and never the value."""
    answer = agent.post("/cases/complaint", {**REGISTER, "phone": ["13811112222"], "name": 7})
    assert answer.status == 422
    assert b"13811112222" not in answer.body


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cases/song", 404),
        ("/cases/complaint/sing", 404),
        ("/cases/complaint/accept", 404),
        (f"/cases/complaint/{NOBODYS}/accept", 404),
        ("/cases/complaint/no-id/accept", 404),
        (f"/cases/complaint/{NOBODYS}/register", 404),
        (f"/cases/complaint/{NOBODYS}/mark_overdue", 404),
        (f"/cases/policy/{NOBODYS}/publish", 404),
    ],
)
def test_what_is_not_there_is_not_found(agent: Caller, path: str, status: int) -> None:
    """No such type, command or case; what only the library does; policies."""
    assert agent.post(path, {"grade": "III"}).status == status


def test_a_command_is_for_cases_of_its_type(agent: Caller) -> None:
    """A complaint is no whistle, and who asks is not told that it is something else."""
    case = opened(agent)
    assert agent.post(f"/cases/whistle/{case}/submit").status == 404


def test_nobody_in_particular_may_do_nothing(face: Face, agent: Caller) -> None:
    """401, whether the case is there or not, with a challenge."""
    case = opened(agent)
    for path in (f"/cases/complaint/{case}/accept", f"/cases/complaint/{uuid4()}/accept"):
        answer = Caller(face).post(path, {"grade": "III"})
        assert (answer.status, said(answer)["code"]) == (401, "unauthenticated")
        assert answer.header("WWW-Authenticate")
    assert Caller(face).get(f"/cases/{case}").status == 401


def test_late_entry_is_asked_for_with_an_instant(agent: Caller, engine: Engine) -> None:
    """`at` says when it happened, within the limit that the policy sets."""
    case = opened(agent)
    engine._clock.advance(timedelta(hours=2))  # type: ignore[attr-defined]  # the clock is ours
    at = (START + timedelta(hours=1)).isoformat().replace("+", "%2B")
    path = f"/cases/complaint/{case}/accept"
    assert agent.post(f"{path}?at=yesterday", {"grade": "III"}).status == 422
    future = (START + timedelta(days=1)).isoformat()
    assert agent.post(f"{path}?at={future}", {"grade": "III"}).status == 409
    assert agent.post(f"{path}?at={at.replace('%2B', '+')}", {"grade": "III"}).status == 200
    entry = said(agent.get(f"/cases/{case}/timeline"))["entries"][-1]
    assert entry["late"] is True


def test_too_much_is_refused_before_it_is_read(engine: Engine) -> None:
    """413 with the limit, for the body and for the query."""
    small = Caller(Face(engine, routes(engine), limits=Limits(body=100, query=50)), controls.INTAKE)
    answer = small.post("/cases/complaint", REGISTER)
    assert (answer.status, said(answer)["limit"]) == (413, 100)
    assert small.get(f"/worklist?title={'x' * 60}").status == 413


def test_the_actor_is_never_part_of_a_command(agent: Caller) -> None:
    """A body that names somebody is refused: the host authenticates."""
    assert agent.post("/cases/complaint", {**REGISTER, "by": {"id": "mayor"}}).status == 422
    assert agent.post("/cases/complaint", {**REGISTER, "case_id": str(uuid4())}).status == 422


def test_the_engine_is_told_the_same_over_http_as_in_the_program(
    agent: Caller, engine: Engine
) -> None:
    """The events of a case registered either way differ in their ids and keys only."""
    there = said(agent.post("/cases/complaint", REGISTER))["case_id"]
    here = engine.submit(complaint.Register(**REGISTER), by=controls.INTAKE)
    mine, other = engine.history(here.case_id)[0], engine.history(UUID(there))[0]
    own = {"originator_id", "number", "key", "content", "subject", "phone"}
    assert mine.model_dump(exclude=own) == other.model_dump(exclude=own)
