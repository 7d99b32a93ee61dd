"""Faults in what follows from what. Whoever made them mended links, head and register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.audit.fault import Entry, Log, forged
from tests.audit.life import (
    COHANDLED,
    DISPUTED,
    DUPLICATE,
    LATE,
    LONELY,
    MAIN,
    SCATTERED,
    TERMINATED,
)
from zhili import Engine
from zhili.errors import RefusalError
from zhili.reactions import REACTIONS, Reaction

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from zhili.aggregates import Case
    from zhili.audit import Report
    from zhili.commands.command import Command
    from zhili.policies.rules import Rules

__all__: list[str] = []


@forged("missing-effect")
def an_effect_is_missing(log: Log) -> Entry:
    log.remove(log.find(LATE, "copied-to-district"))
    return log.find(LATE, "dispatched")


@forged("missing-effect")
def the_last_event_of_a_case_is_missing_and_was_an_effect(log: Log) -> Entry:
    log.remove(log.of(DUPLICATE)[-1])
    return log.find(MAIN, "closed")


@forged("doubled-effect")
def an_effect_is_doubled(log: Log) -> Entry:
    copied = log.find(LATE, "copied-to-district")
    return log.insert(copied.but(), after=copied)


@forged("missing-effect", "uncaused-effect", "refused-guard")
def an_effect_says_something_else(log: Log) -> Entry:
    log.find(LATE, "copied-to-district").say(district="110106")
    return log.find(LATE, "dispatched")


@forged("uncaused-effect", "missing-effect", "refused-guard")
def an_effect_that_nothing_asked_for_like_this(log: Log) -> Entry:
    return log.find(LATE, "copied-to-district").say(district="110106")


@forged("missing-effect", "uncaused-effect")
def an_outcome_is_shared_and_altered(log: Log) -> Entry:
    log.find(DUPLICATE, "outcome-followed").say(public_text="Everything is in order.")
    return log.find(MAIN, "closed")


@forged("missing-effect", "uncaused-effect")
def a_level_is_set_for_another_reason(log: Log) -> Entry:
    log.find(DUPLICATE, "confidentiality-changed").say(reason="none that anybody gave")
    return log.find(MAIN, "duplicate-attached")


@forged("uncaused-effect", "missing-effect")
def an_effect_came_upon_another_case(log: Log) -> Entry:
    changed = log.find(DUPLICATE, "confidentiality-changed")
    moved = changed.but(state="dispatched")
    dispatched = log.find(DISPUTED, "dispatched")
    for name in ("timestamp", "occurred_at"):
        moved.say(**{name: dispatched.says[name]})
    moved.case_id = DISPUTED
    log.remove(changed)
    return log.insert(moved, after=log.find(DISPUTED, "copied-to-district"))


@forged("uncaused-effect")
def an_effect_of_nothing(log: Log) -> Entry:
    copied = log.find(LATE, "copied-to-district")
    return log.insert(copied.but(cause={"case_id": str(LATE), "version": 1}), after=copied)


@forged("uncaused-effect")
def an_effect_in_the_shadow_of_another(log: Log) -> Entry:
    copied = log.find(LATE, "copied-to-district")
    said = {name: copied.says[name] for name in ("cause", "state", "timestamp", "occurred_at")}
    changed = log.find(DUPLICATE, "confidentiality-changed").but(**said)
    changed.case_id = LATE
    return log.insert(changed, after=copied)


@forged("missing-effect", "uncaused-effect")
def an_effect_that_a_verb_would_say_otherwise(log: Log) -> Entry:
    log.find(MAIN, "duplicate-attached").say(about=["110105003"])
    return log.find(DUPLICATE, "merged")


@forged("uncaused-effect")
def an_effect_of_an_event_to_come(log: Log) -> Entry:
    copied = log.find(LATE, "copied-to-district")
    return log.insert(copied.but(cause={"case_id": str(LATE), "version": 999}), after=copied)


@forged("uncaused-effect", "missing-effect")
def a_cause_is_forged(log: Log) -> Entry:
    cause = {"case_id": str(COHANDLED), "version": 3}
    return log.find(LATE, "copied-to-district").say(cause=cause)


@forged("unfoldable-event", "missing-effect")
def a_cause_that_can_be_none(log: Log) -> Entry:
    log.folds = False
    cause = {"case_id": str(LATE), "version": -1}
    return log.find(LATE, "copied-to-district").say(cause=cause)


@forged("refused-guard", "missing-effect")
def an_effect_without_its_cause(log: Log) -> Entry:
    copied = log.find(LATE, "copied-to-district")
    del copied.says["cause"]
    return copied


@forged("missing-effect", "refused-guard")
def a_merge_is_taken_back_and_nobody_hears_of_it(log: Log) -> Entry:
    log.remove(log.find(TERMINATED, "duplicate-detached"))
    return log.find(SCATTERED, "unmerged")


def _refuse(event: Any, _case: Case, _rules: Rules) -> Iterable[Command]:
    if event.facts.value == "fact 1":
        raise RefusalError("nothing may follow from it")
    return ()


def _with_a_refusal(path: Path) -> Report:
    reactions = (*REACTIONS, Reaction("complaint.facts-appended", _refuse))
    url = f"sqlite:///{path}"
    with Engine.open(url, create=False, reactions=reactions) as engine:
        return engine.audit()


@forged("refused", by=_with_a_refusal)
def what_follows_is_refused(log: Log) -> Entry:
    log.remove(log.find(COHANDLED, "facts-appended", 1))
    return log.find(LONELY, "facts-appended", 1)
