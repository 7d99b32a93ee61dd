"""Policies as documents: published as JSON, named by version, recorded when used."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date

import pytest
from pydantic import ValidationError

from zhili.errors import PolicyRefusedError
from zhili.policies import POLICIES, Policy, Rules, defaults
from zhili.policies.late_entry import LateEntry
from zhili.policies.organisation import Organisation
from zhili.policies.presets import PRESETS
from zhili.policies.procedure import (
    CHANNELS,
    EXCLUSION_GROUNDS,
    LEDGER_GROUNDS,
    REPLY_DEFECTS,
    SUPERVISION_GROUNDS,
    Procedure,
)
from zhili.policies.routing import Route, Routing
from zhili.policies.unit import Unit

ZONE = "Asia/Shanghai"
DOCUMENTS: tuple[Policy, ...] = (
    *defaults(ZONE),
    *(preset() for preset in PRESETS.values()),
    Organisation(
        units=(
            Unit(id="d", name="区", level="district", division="110105", valid_to=date(2026, 1, 1)),
            Unit(id="s", name="街道", level="street", parent="d"),
        )
    ),
    Routing(rows=(Route(category="a/b", unit_kinds=("x",), legal_basis="§"),)),
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: type(document).__name__)
def test_a_document_survives_json_exactly(document: Policy) -> None:
    """What was published is what is read, to the last byte, by the name of its policy."""
    stored = document.model_dump_json()
    read = POLICIES[document.name].model_validate_json(stored)
    assert read == document
    assert read.model_dump_json() == stored
    plain = document.model_dump(mode="json")
    assert json.loads(json.dumps(plain)) == plain
    assert POLICIES[document.name].model_validate(plain) == document


def test_an_index_is_no_part_of_the_document() -> None:
    """A document that has been asked is stored and compared like one that has not."""
    calendar, limits, *_ = defaults(ZONE)
    rules = Rules({"calendar": (1, calendar), "time_limits": (1, limits)})
    before = calendar.model_dump_json(), limits.model_dump_json()
    assert rules.calendar.working_days(date(2026, 1, 1), date(2027, 1, 1)) == 248
    assert rules.time_limits.limit("sign") is not None
    assert (calendar.model_dump_json(), limits.model_dump_json()) == before
    assert calendar == type(calendar).model_validate_json(before[0])


def test_the_defaults_are_one_of_each_policy_in_the_zone() -> None:
    """A new store starts with every policy there is, the calendar in its zone."""
    documents = {document.name: document for document in defaults("Europe/Berlin")}
    assert list(documents) == list(POLICIES)
    assert {name: type(document) for name, document in documents.items()} == dict(POLICIES)
    assert documents["calendar"].model_dump()["zone"] == "Europe/Berlin"


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_a_document_refuses_fields_it_does_not_know(name: str) -> None:
    """A misspelt rule is an error and never a rule that silently does not hold."""
    document = next(document for document in DOCUMENTS if document.name == name)
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        document.model_copy(update={"no_such_rule": 1})


def test_documents_are_frozen() -> None:
    """A published rule does not change under the case that used it."""
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Procedure(), "reworks_max", 4)  # noqa: B010 - the checkers refuse the plain form


def test_importing_policies_does_not_load_the_holidays() -> None:
    """The lists of holidays are read when a calendar is built, not at import."""
    code = (
        "import sys, zhili.policies as policies;"
        "assert 'chinese_calendar' not in sys.modules;"
        "policies.defaults('Asia/Shanghai');"
        "assert 'chinese_calendar' in sys.modules"
    )
    path = [entry for entry in sys.path if entry]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}; {code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


# --- procedure and late entry ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"extensions_max": -1}, "greater than or equal to 0"),
        ({"callback_tries_max": 0}, "greater than or equal to 1"),
        ({"rework_share": "0"}, "greater than 0"),
        ({"rework_share": "1.5"}, "less than or equal to 1"),
        ({"channels": []}, "at least 1 item"),
        ({"channels": ["app", "sms", "app"]}, "channels names 'app' more than once"),
        ({"exclusion_grounds": ["E1", "E1"]}, "exclusion_grounds names 'E1' more than once"),
    ],
)
def test_a_procedure_that_cannot_be_followed_is_refused(
    fields: dict[str, object], message: str
) -> None:
    """Numbers stay in their range, and a list of codes names each once."""
    with pytest.raises(ValidationError, match=message):
        Procedure.model_validate(fields)


def test_every_code_of_the_procedure_is_explained() -> None:
    """The default lists are those that have words beside them, in English and Chinese."""
    procedure = Procedure()
    lists: tuple[tuple[tuple[str, ...], Mapping[str, str]], ...] = (
        (procedure.supervision_grounds, SUPERVISION_GROUNDS),
        (procedure.ledger_grounds, LEDGER_GROUNDS),
        (procedure.reply_defects, REPLY_DEFECTS),
        (procedure.exclusion_grounds, EXCLUSION_GROUNDS),
        (procedure.channels, CHANNELS),
    )
    for codes, words in lists:
        assert codes == tuple(words)
        assert all(
            any("\u4e00" <= character <= "\u9fff" for character in text) for text in words.values()
        )
    assert procedure.exclusion_grounds == tuple(f"E{number}" for number in range(1, 10))
    assert len(procedure.channels) == 16


def test_late_entry_has_the_defaults_of_the_rulebook() -> None:
    """24 hours, for those who work away from the screen (§13, 9)."""
    late = LateEntry()
    assert late.hours_max == 24
    assert set(late.roles) == {"unit_operator", "callback_agent", "intake_agent", "community"}
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        LateEntry(hours_max=-1)


# --- rules ----------------------------------------------------------------------------------------


def _rules() -> Rules:
    return Rules(
        {document.name: (number, document) for number, document in enumerate(defaults(ZONE), 1)}
    )


def test_rules_remember_what_was_used() -> None:
    """Only the policies that a decision asked are named by its event, each with its version."""
    rules = _rules()
    assert rules.used == {}
    assert rules.procedure.reworks_max == 3
    assert rules.used == {"procedure": 3}
    assert rules.calendar.zone == ZONE
    assert rules.calendar.zone == ZONE
    assert rules.used == {"procedure": 3, "calendar": 1}


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_rules_give_every_policy_by_its_name(name: str) -> None:
    """Each property gives the document of its own type and records its own name."""
    rules = _rules()
    assert type(getattr(rules, name)) is POLICIES[name]
    assert rules.used == {name: rules.version(name)}


def test_a_fork_has_the_same_documents_and_has_used_none() -> None:
    """Another decision starts with a clean slate, and leaves the first one's alone."""
    rules = _rules()
    assert rules.routing.open
    fork = rules.fork()
    assert fork.used == {}
    assert fork.organisation is rules.fork().organisation
    assert fork.used == {"organisation": 5}
    assert rules.used == {"routing": 6}


def test_asking_for_a_version_is_not_using_it() -> None:
    """The version can be looked up without leaving a trace."""
    rules = _rules()
    assert rules.version("late_entry") == 4
    assert rules.used == {}


def test_a_policy_that_the_event_does_not_name_is_refused() -> None:
    """An auditor sees that a decision asked for a rule it did not record."""
    rules = Rules({"procedure": (1, Procedure())})
    with pytest.raises(PolicyRefusedError, match="'calendar' is not named by the event"):
        _ = rules.calendar
    with pytest.raises(PolicyRefusedError, match="it names: procedure"):
        rules.version("routing")
    assert rules.used == {}


def test_a_document_under_a_foreign_name_is_refused() -> None:
    """A policy is what its name says."""
    with pytest.raises(PolicyRefusedError, match="must be a Calendar, not a Procedure"):
        _ = Rules({"calendar": (1, Procedure())}).calendar
