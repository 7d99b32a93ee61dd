"""
A host that embeds zhili: a hotline takes four calls, three of them come to an end.

    .venv/bin/python examples/hotline.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import UUID

from zhili import Actor, Engine, complaint, role
from zhili.errors import RefusalError
from zhili.projections.statistics import ClosingRate, ResolutionRate
from zhili.projections.worklist import Worklist

STREET = "110105002"
AGENT = Actor(id="agent-7", role=role.INTAKE_AGENT, unit="12345")
DISPATCHER = Actor(id="dispatcher-2", role=role.DISPATCHER, unit="12345")
OPERATOR = Actor(id="liu", role=role.UNIT_OPERATOR, unit=STREET)
LEADER = Actor(id="chen", role=role.UNIT_LEADER, unit=STREET)
REVIEWER = Actor(id="reviewer-1", role=role.REVIEWER, unit="12345")
CALLER_BACK = Actor(id="callback-4", role=role.CALLBACK_AGENT, unit="12345")


def call(engine: Engine, kind: complaint.Kind, title: str, content: str) -> UUID:
    """Take a call. What the caller said is personal; the title is the agent's and is not."""
    asked = complaint.Register(
        kind=kind, channel="hotline", title=title, content=content, phone="13800000000"
    )
    return engine.submit(asked, by=AGENT).case_id


def send(engine: Engine, case_id: UUID) -> None:
    """Accept a case and send it to the street."""
    engine.submit(complaint.Accept(case_id=case_id, grade="III"), by=AGENT)
    engine.submit(complaint.Dispatch(case_id=case_id, unit=STREET), by=DISPATCHER)


def solve(engine: Engine, case_id: UUID) -> None:
    """Let the street handle a case, and the centre call back and close it."""
    contact = complaint.RecordContact(
        case_id=case_id, result="reached", way="phone", evidence="call of 10:02, two minutes"
    )
    reply = complaint.SubmitReply(
        case_id=case_id,
        outcome="solved",
        public_text="The lamp was repaired.",
        internal_note="bulb and ballast replaced",
        complainant_informed=True,
        centre_informed=True,
    )
    callback = complaint.RecordCallback(
        case_id=case_id, reached=True, contacted=True, solved=True, satisfaction="satisfied"
    )
    engine.submit(complaint.Sign(case_id=case_id), by=OPERATOR)
    engine.submit(contact, by=OPERATOR)
    engine.submit(reply, by=OPERATOR)
    engine.submit(complaint.SignOffReply(case_id=case_id), by=LEADER)
    engine.submit(complaint.AcceptReply(case_id=case_id), by=REVIEWER)
    engine.submit(callback, by=CALLER_BACK)
    engine.submit(complaint.Close(case_id=case_id), by=REVIEWER)


def tell(engine: Engine) -> None:
    """Print the rates, the street's worklist and the audit's verdict."""
    for name, question in (("closing", ClosingRate()), ("resolution", ResolutionRate())):
        (whole,) = engine.ask(question).groups
        print(f"{name} rate: {whole.figure.numerator} of {whole.figure.denominator}")
        print(f"  counted apart: {whole.counted_apart}")
    print(f"worklist of {STREET}:")
    for item in engine.ask(Worklist(unit=STREET)).items:
        print(f"  {item.title}: {item.state}, due {item.due_at is not None}")
    print(f"audit clean: {engine.audit().clean}")


def main() -> None:
    """Run the hotline on a store in a directory that goes away afterwards."""
    with (
        tempfile.TemporaryDirectory() as directory,
        Engine.open(f"sqlite:///{Path(directory) / 'cases.db'}") as engine,
    ):
        lamp = call(engine, "complaint", "Street lamp out", "Dark at our gate for three days")
        send(engine, lamp)
        try:
            engine.submit(complaint.Close(case_id=lamp), by=REVIEWER)
        except RefusalError as refusal:
            print(f"refused: {refusal.message}")
        solve(engine, lamp)

        hours = call(engine, "enquiry", "Opening hours", "When does the service hall open?")
        engine.submit(complaint.AnswerImmediately(case_id=hours, answer="At nine."), by=AGENT)

        noise = call(engine, "complaint", "Noise at night", "Drilling after ten")
        send(engine, noise)
        withdrawal = complaint.Withdraw(case_id=noise, identity_checked=True, reason="It stopped")
        engine.submit(withdrawal, by=AGENT)

        send(engine, call(engine, "help", "Blocked drain", "Water stands in the yard"))
        tell(engine)


if __name__ == "__main__":
    main()
