"""Faults in the steps of cases. Whoever made them mended links, head and register."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.audit.fault import Entry, Log, forged
from tests.audit.life import COHANDLED, DISPUTED, IMPORTED, LATE, LONELY, MAIN, WAITING
from zhili.commands.policy import policy_id

__all__: list[str] = []

SYSTEM = {"id": "zhili", "role": "system"}


def _later(instant: str, by: timedelta) -> str:
    moved = datetime.fromisoformat(instant) + by
    return moved.isoformat().replace("+00:00", "Z")


# — which step —


@forged("refused-state", "wrong-deadline")
def an_event_is_missing_in_the_middle(log: Log) -> Entry:
    return log.remove(log.find(LATE, "signed"))


@forged("refused-state")
def the_opening_event_is_missing(log: Log) -> Entry:
    return log.remove(log.find(LONELY, "registered"))


@forged("refused-state")
def an_event_is_doubled(log: Log) -> Entry:
    signed = log.find(LATE, "signed")
    return log.insert(signed.but(), after=signed)


@forged("wrong-destination", "refused-state")
def two_events_of_a_case_changed_places(log: Log) -> Entry:
    first, second = log.find(LONELY, "accepted"), log.find(LONELY, "facts-appended")
    log.swap(first, second)
    return second


@forged("refused-state")
def a_step_is_put_in_that_is_not_there(log: Log) -> Entry:
    archived = log.find(MAIN, "archived").but(state="accepted")
    last = log.find(LONELY, "accepted")
    archived.case_id = LONELY
    archived.say(timestamp=last.says["timestamp"], occurred_at=last.says["occurred_at"])
    return log.insert(archived, after=last)


@forged("wrong-destination")
def the_event_says_another_state(log: Log) -> Entry:
    return log.find(LONELY, "facts-appended", 1).say(state="handling")


@forged("wrong-destination")
def a_part_says_another_state(log: Log) -> Entry:
    return log.find(COHANDLED, "co-handling-submitted").say(part_state="excused")


@forged("wrong-destination")
def a_part_is_invented(log: Log) -> Entry:
    return log.find(LONELY, "facts-appended", 1).say(part_state="invited")


@forged("unknown-edition")
def the_edition_is_not_known(log: Log) -> Entry:
    return log.find(LONELY, "facts-appended", 1).say(edition=7)


@forged("foreign-event")
def an_event_of_another_case_type(log: Log) -> Entry:
    log.folds = False
    published = log.entries[0].but()
    published.case_id = LONELY
    return log.insert(published, after=log.find(LONELY, "facts-appended", 1))


# — by whom —


@forged("refused-role")
def the_role_was_not_entitled(log: Log) -> Entry:
    by = {"id": "reviewer", "role": "reviewer"}
    return log.find(LONELY, "accepted").say(by=by)


@forged("refused-guard")
def the_unit_was_not_the_cases(log: Log) -> Entry:
    return log.find(LATE, "signed").say(by={**log.find(LATE, "signed").says["by"], "unit": "x"})


@forged("refused-guard")
def a_guard_does_not_hold(log: Log) -> Entry:
    return log.find(MAIN, "callback-recorded").say(by={**_handler(log), "role": "callback_agent"})


def _handler(log: Log) -> dict[str, str]:
    return {"id": str(log.find(MAIN, "reply-submitted").says["by"]["id"])}


@forged("uncaused-effect")
def the_system_acts_by_itself(log: Log) -> Entry:
    changed = log.find(MAIN, "confidentiality-changed").but(by=SYSTEM, state="accepted")
    last = log.find(LONELY, "facts-appended", 1)
    changed.case_id = LONELY
    changed.say(timestamp=last.says["timestamp"], occurred_at=last.says["occurred_at"])
    return log.insert(changed, after=last)


@forged("forged-cause", "uncaused-effect")
def a_person_acts_for_a_cause(log: Log) -> Entry:
    cause = {"case_id": str(LATE), "version": 1}
    return log.find(LONELY, "facts-appended", 1).say(cause=cause)


# — when —


@forged("refused-time")
def it_happened_in_the_future(log: Log) -> Entry:
    last = log.find(LONELY, "facts-appended", 1)
    return last.say(occurred_at=_later(last.says["timestamp"], timedelta(seconds=1)))


@forged("refused-time")
def it_happened_before_the_event_before_it(log: Log) -> Entry:
    last = log.find(LONELY, "facts-appended", 1)
    return last.say(occurred_at=_later(last.says["timestamp"], -timedelta(hours=2)))


@forged("refused-time")
def a_late_entry_reaches_too_far_back(log: Log) -> Entry:
    contacted = log.find(LATE, "contacted")
    signed, moved = log.find(LATE, "signed"), timedelta(days=5)
    for name in ("timestamp", "occurred_at"):
        signed.say(**{name: _later(signed.says[name], timedelta())})
    contacted.say(timestamp=_later(contacted.says["timestamp"], moved))
    return contacted


# — the clocks —


@forged("wrong-deadline")
def a_due_instant_is_moved(log: Log) -> Entry:
    accepted = log.find(LONELY, "accepted")
    mark = accepted.mark("dispatch")
    mark["due_at"] = _later(mark["due_at"], timedelta(days=1))
    return accepted


@forged("wrong-deadline")
def a_limit_is_changed(log: Log) -> Entry:
    accepted = log.find(LONELY, "accepted")
    accepted.mark("dispatch")["limit"]["amount"] = 31
    return accepted


@forged("wrong-deadline")
def a_mark_is_missing(log: Log) -> Entry:
    accepted = log.find(LONELY, "accepted")
    del accepted.says["marks"]
    return accepted


@forged("wrong-deadline")
def a_mark_too_many(log: Log) -> Entry:
    last = log.find(LONELY, "facts-appended", 1)
    return last.say(marks=[{"action": "stop", "name": "dispatch"}])


@forged("wrong-deadline", "refused-guard")
def a_deadline_is_said_to_be_certain(log: Log) -> Entry:
    dispatched = log.find(WAITING, "dispatched")
    del dispatched.mark("objection")["provisional"]
    return dispatched


@forged("refused-guard")
def a_clock_is_said_to_have_run_out_early(log: Log) -> Entry:
    expired = log.find(DISPUTED, "clock-expired")
    early = log.find(LONELY, "facts-appended", 1)
    said = {name: early.says[name] for name in ("timestamp", "occurred_at", "state")}
    forged_one = expired.but(
        **said, clock="dispatch", marks=[{"action": "fire", "name": "dispatch"}]
    )
    forged_one.case_id = LONELY
    return log.insert(forged_one, after=early)


@forged("uncaused-effect")
def a_clock_is_said_to_have_run_out_later(log: Log) -> Entry:
    expired = log.of(COHANDLED)[-2]
    return expired.say(occurred_at=_later(expired.says["occurred_at"], timedelta(seconds=1)))


@forged("refused-guard", "uncaused-effect")
def an_extension_is_lengthened(log: Log) -> Entry:
    granted = log.find(COHANDLED, "extension-granted")
    for holder in (granted.says, *granted.says["marks"]):
        holder["due_at"] = _later(holder["due_at"], timedelta(days=1))
    return granted


@forged("clock-not-fired")
def a_clock_did_not_fire(log: Log) -> Entry:
    expired = [one for one in log.of(COHANDLED) if one.topic.endswith("clock-expired")][-1]
    return log.remove(expired)


# — the rules of the day —


@forged("foreign-policy")
def a_version_that_was_in_force_no_more(log: Log) -> Entry:
    registered = log.find(LONELY, "registered")
    return registered.say(rules={**registered.says["rules"], "procedure": 1})


@forged("foreign-policy")
def a_version_that_was_not_published_yet(log: Log) -> Entry:
    registered = log.find(MAIN, "registered")
    return registered.say(rules={**registered.says["rules"], "procedure": 2})


@forged("foreign-policy", "refused-policy")
def a_version_that_there_never_was(log: Log) -> Entry:
    registered = log.find(LONELY, "registered")
    return registered.say(rules={**registered.says["rules"], "procedure": 99})


@forged("foreign-policy")
def a_policy_that_there_never_was(log: Log) -> Entry:
    registered = log.find(LONELY, "registered")
    return registered.say(rules={**registered.says["rules"], "horoscope": 1})


@forged("refused-policy")
def the_rules_that_gave_it_are_not_named(log: Log) -> Entry:
    accepted = log.find(LONELY, "accepted")
    del accepted.says["rules"]
    return accepted


@forged("wrong-deadline")
def a_policy_is_altered(log: Log) -> Entry:
    published = log.find(policy_id("time_limits"), "published")
    for row in published.says["document"]["rows"]:
        row["limit"]["amount"] += 1
    return log.find(MAIN, "accepted")


@forged("foreign-policy", "refused-policy")
def a_policy_is_missing(log: Log) -> Entry:
    log.entries.remove(log.find(policy_id("procedure"), "published", 1))
    return log.find(LONELY, "registered")


@forged("refused-policy")
def a_policy_says_nonsense(log: Log) -> Entry:
    published = log.find(policy_id("routing"), "published")
    published.says["document"] = {"rows": "none"}
    return published


# — what is folded —


@forged("unfoldable-event", "refused-guard")
def a_correction_that_nothing_can_take(log: Log) -> Entry:
    return _corrected(log, log.of(LONELY)[-1], "__class__")


@forged("unfoldable-event", "refused-guard")
def a_case_that_gives_no_row(log: Log) -> Entry:
    return _corrected(log, log.of(LONELY)[-1], "opened_at")


@forged("unjudgeable-step", "refused-guard", "unfoldable-event")
def a_case_that_answers_no_question(log: Log) -> Entry:
    _corrected(log, log.find(LONELY, "facts-appended"), "clocks")
    return log.of(LONELY)[-1]


def _corrected(log: Log, after: Entry, field: str) -> Entry:
    """Have a field corrected that is none, as no guard allows."""
    corrected = after.but(field=field, new="x", old=None, reason="because")
    del corrected.says["facts"]
    corrected.topic = "complaint.corrected"
    log.folds = False
    return log.insert(corrected, after=after)


@forged("version-gap")
def a_version_is_left_out(log: Log) -> Entry:
    last = log.find(LONELY, "facts-appended", 1)
    last.version += 1
    log.folds = False
    return last


@forged("version-gap")
def a_case_that_does_not_begin(log: Log) -> Entry:
    first = log.find(IMPORTED, "imported")
    for entry in log.of(IMPORTED):
        entry.version += 1
    log.folds = False
    return first


# — what is remarked —


@forged("late-entry")
def something_was_entered_late(log: Log) -> Entry:
    return log.find(LATE, "contacted")


@forged("provisional-deadline")
def a_deadline_waits(log: Log) -> Entry:
    return log.find(WAITING, "dispatched")


@forged("flag")
def the_source_was_odd(log: Log) -> Entry:
    return log.find(IMPORTED, "imported-closed")
