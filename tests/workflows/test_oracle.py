"""The table against its machine: two ways to ask, built apart from the same rows, one answer."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transitions import MachineError

from zhili import Complaint
from zhili.aggregates.policy import PolicyStream
from zhili.errors import GuardRefusedError, RoleRefusedError, StateRefusedError
from zhili.testing import actor
from zhili.values import Actor
from zhili.workflows import STAY, Label, Step, Workflow, check, role

COMPLAINT = Complaint.workflow
TABLES = [COMPLAINT, COMPLAINT.parts["co_handler"], PolicyStream.workflow]
START = "start"


class Happening(NamedTuple):
    """An event with what `check` asks of it."""

    event_name: str
    by: Actor
    part: None = None
    part_id: str = ""


class Answers:
    """A case, and a model of the machine, whose guards answer as they were told to."""

    def __init__(self) -> None:
        self.state: str | None = None
        self.holding: frozenset[str] = frozenset()
        self.role = ""


def answers(workflow: Workflow) -> Answers:
    """Make one that has the guards of *workflow*, and the machine's questions about roles."""
    methods: dict[str, Any] = {}
    for guard in workflow.guards:
        methods[guard] = lambda self, *_, guard=guard: guard in self.holding
    for step in workflow.steps:
        roles = sorted(step.roles)
        methods[f"by_{'_or_'.join(roles)}"] = lambda self, _, roles=roles: self.role in roles
    made: Answers = type("Answers", (Answers,), methods)()
    return made


class Oracle:
    """The machine, asked for one table again and again."""

    def __init__(self, workflow: Workflow) -> None:
        self.machine = workflow.machine()
        self.model = answers(workflow)
        self.machine.add_model(self.model)

    def answer(self, state: str | None, event: str, role: str, holding: frozenset[str]) -> str:
        """Say where the machine goes, or that it knows no such step, or refuses it."""
        self.model.role, self.model.holding = role, holding
        self.machine.set_state(state or START, self.model)
        try:
            went = self.model.trigger(event)
        except MachineError:
            return "no such step"
        return f"to {self.model.state}" if went else "refused"


CASES: dict[str, Answers] = {}


def answer(
    workflow: Workflow, state: str | None, event: str, role: str, holding: frozenset[str]
) -> str:
    """Say the same of the table."""
    case = CASES.get(workflow.name) or CASES.setdefault(workflow.name, answers(workflow))
    case.state, case.holding = state, holding
    happening = Happening(event, actor(role, id="somebody"))
    try:
        verdict = check(workflow, case, happening, None)
    except StateRefusedError:
        return "no such step"
    except (GuardRefusedError, RoleRefusedError):
        return "refused"
    return f"to {verdict.step.destination(state)}"


ORACLES = {table.name: Oracle(table) for table in TABLES}
ROLES = sorted({getattr(role, name) for name in role.__all__} | {"administrator"})


def agree(workflow: Workflow, holding: frozenset[str], pairs: list[tuple[Any, str]]) -> None:
    """Ask both, of every pair of state and event and of every role."""
    oracle = ORACLES[workflow.name]
    for (state, event), name in product(pairs, ROLES):
        table = answer(workflow, state, event, name, holding)
        machine = oracle.answer(state, event, name, holding)
        assert table == machine, (state, event, name)


@pytest.mark.parametrize("workflow", TABLES, ids=lambda table: table.name)
def test_table_and_machine_know_the_same_pairs(workflow: Workflow) -> None:
    """Whoever holds whichever guard: a pair of state and event exists in both, or in neither."""
    everything = frozenset(workflow.guards)
    for state, event in product((None, *workflow.states), workflow.events):
        exists = bool(workflow.rows(state, event))
        machine = ORACLES[workflow.name].answer(state, event, ROLES[0], everything)
        assert (machine != "no such step") is exists
        assert (answer(workflow, state, event, ROLES[0], everything) != "no such step") is exists


@pytest.mark.parametrize("workflow", TABLES, ids=lambda table: table.name)
def test_with_every_guard_the_role_decides(workflow: Workflow) -> None:
    """All guards hold, then none does: table and machine agree for every role."""
    pairs = [(s, e) for s, e in product((None, *workflow.states), workflow.events)]
    known = [pair for pair in pairs if workflow.rows(*pair)]
    agree(workflow, frozenset(workflow.guards), known)
    agree(workflow, frozenset(), known)


@settings(max_examples=25)
@given(st.data())
def test_table_and_machine_agree_whatever_the_guards_say(data: st.DataObject) -> None:
    """Guards answer at random; every role tries every step from a random state."""
    workflow = data.draw(st.sampled_from([COMPLAINT, PolicyStream.workflow]), label="table")
    guards = workflow.guards
    refusing = data.draw(st.sets(st.sampled_from(guards), max_size=8), label="refusing")
    state = data.draw(st.sampled_from((None, *workflow.states)), label="state")
    known = [(state, event) for event in workflow.events if workflow.rows(state, event)]
    agree(workflow, frozenset(guards) - refusing, known)


@settings(max_examples=25)
@given(st.data())
def test_few_guards_are_not_enough(data: st.DataObject) -> None:
    """The same with most guards refusing."""
    workflow = data.draw(st.sampled_from([COMPLAINT, PolicyStream.workflow]), label="table")
    holding = data.draw(st.sets(st.sampled_from(workflow.guards)), label="holding")
    state = data.draw(st.sampled_from((None, *workflow.states)), label="state")
    known = [(state, event) for event in workflow.events if workflow.rows(state, event)]
    agree(workflow, frozenset(holding), known)


def test_a_machine_that_differs_would_be_noticed() -> None:
    """An oracle that cannot disagree proves nothing: one row less, and it does."""
    fewer = Workflow(
        name="fewer", steps=COMPLAINT.steps[:-1], states=COMPLAINT.states, ended=COMPLAINT.ended
    )
    everything = frozenset(COMPLAINT.guards)
    event, system = COMPLAINT.steps[-1].event, role.SYSTEM
    assert answer(COMPLAINT, "closed", event, system, everything) == "to closed"
    known = Oracle(fewer).machine.events
    assert known.keys() == ORACLES["complaint"].machine.events.keys() - {event}
    assert answer(fewer, "closed", event, system, everything) == "no such step"


def test_the_first_row_that_holds_wins() -> None:
    """Of several rows for one state and event, in both, the order decides."""
    two = Workflow(
        name="two",
        steps=(
            Step("go", "here", "Gone", "there", role.SUPERVISOR, "far"),
            Step("go", "here", "Gone", STAY, role.SUPERVISOR),
        ),
        states={"here": Label("Here", "此"), "there": Label("There", "彼")},
    )
    oracle = Oracle(two)
    for holding, expected in ((frozenset({"far"}), "to there"), (frozenset(), "to here")):
        assert answer(two, "here", "Gone", role.SUPERVISOR, holding) == expected
        assert oracle.answer("here", "Gone", role.SUPERVISOR, holding) == expected


@pytest.mark.parametrize("workflow", TABLES, ids=lambda table: table.name)
def test_allowed_is_what_check_would_not_refuse_for_state_or_role(workflow: Workflow) -> None:
    """The buttons of a screen are the rows: neither more nor fewer."""
    everything = frozenset(workflow.guards)
    for state, name in product((None, *workflow.states), ROLES):
        possible = {
            step.command
            for step in workflow.steps
            if answer(workflow, state, step.event, name, everything)
            not in {"no such step", "refused"}
            and step in workflow.rows(state, step.event)
            and name in step.roles
        }
        assert set(workflow.allowed(state, name)) == possible
