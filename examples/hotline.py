"""A host that embeds zhili: a hotline brings three calls to their end and has one on its hands."""

from __future__ import annotations

import tempfile

from zhili import Actor, Engine, complaint, role
from zhili.projections.statistics import ClosingRate, ResolutionRate
from zhili.projections.worklist import Worklist

STREET = "110105002"
AGENT = Actor(id="agent-7", role=role.INTAKE_AGENT, unit="12345")
DISPATCHER = Actor(id="dispatcher-2", role=role.DISPATCHER, unit="12345")
REVIEWER = Actor(id="reviewer-1", role=role.REVIEWER, unit="12345")
CALLER_BACK = Actor(id="callback-4", role=role.CALLBACK_AGENT, unit="12345")
OPERATOR = Actor(id="liu", role=role.UNIT_OPERATOR, unit=STREET)
LEADER = Actor(id="chen", role=role.UNIT_LEADER, unit=STREET)

CALLS: tuple[tuple[complaint.Kind, str], ...] = (
    ("enquiry", "Opening hours"), ("complaint", "Noise at night"),
    ("complaint", "Street lamp out"), ("help", "Blocked drain"),
)  # fmt: skip

with tempfile.TemporaryDirectory() as room, Engine.open(f"sqlite:///{room}/cases.db") as engine:
    hours, noise, lamp, drain = (
        engine.submit(
            complaint.Register(
                kind=kind, channel="hotline", title=title, content="…", phone="13800000000"
            ),
            by=AGENT,
        ).case_id
        for kind, title in CALLS
    )
    engine.submit(complaint.AnswerImmediately(case_id=hours, answer="From nine."), by=AGENT)
    for case in (noise, lamp, drain):
        engine.submit(complaint.Accept(case_id=case, grade="III"), by=AGENT)
        engine.submit(complaint.Dispatch(case_id=case, unit=STREET), by=DISPATCHER)
    engine.submit(complaint.Withdraw(case_id=noise, identity_checked=True), by=AGENT)
    reply = complaint.SubmitReply(
        case_id=lamp, outcome="solved", public_text="The lamp shines.", internal_note="new bulb",
        complainant_informed=True, centre_informed=True,
    )  # fmt: skip
    for command, actor in (
        (complaint.Sign(case_id=lamp), OPERATOR),
        (complaint.RecordContact(case_id=lamp, result="reached", way="phone", evidence="10:02"),
         OPERATOR),
        (reply, OPERATOR),
        (complaint.SignOffReply(case_id=lamp), LEADER),
        (complaint.AcceptReply(case_id=lamp), REVIEWER),
        (complaint.RecordCallback(case_id=lamp, reached=True, contacted=True, solved=True,
                                  satisfaction="satisfied"), CALLER_BACK),
        (complaint.Close(case_id=lamp), REVIEWER),
    ):  # fmt: skip
        engine.submit(command, by=actor)

    for question in (ClosingRate(), ResolutionRate()):
        (whole,) = engine.ask(question).groups
        figure, apart = whole.figure, whole.counted_apart
        print(f"{question.definition}: {figure.numerator} of {figure.denominator}, apart: {apart}")
    for item in engine.ask(Worklist(unit=STREET)).items:
        print(f"{STREET} has {item.number} {item.title!r}, {item.state}, due {item.due_at}")
    print(f"audit clean: {engine.audit().clean}")
