"""A refusal in the reader's language, from what the error names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zhili.face.operation import given_by_people
from zhili.face.problem import Problem, problem_of
from zhili.pages.auditor_words import policy_label
from zhili.pages.case_words import part_label
from zhili.pages.meanings import meaning_of
from zhili.pages.role_words import role_label
from zhili.pages.words import day_in_words, label_of, moment_in_words, word
from zhili.workflows.guard_words import guard_in_chinese

if TYPE_CHECKING:
    from collections.abc import Callable

    from zhili.aggregates import Case
    from zhili.face.request import Language
    from zhili.pages.site import Site
    from zhili.workflows import Workflow

__all__ = ["refusal_in_words"]


class Told(NamedTuple):
    """A refusal to be told: what it names and said, to whom in which language, and where."""

    data: Mapping[str, Any]
    detail: str
    language: Language
    site: Site

    def say(self, en: str, zh: str) -> str:
        """Give the one of two sentences that is in the reader's language."""
        return word(en, zh, self.language)


def refusal_in_words(told: Exception | Problem, language: Language, site: Site) -> str:
    """
    Say in *language* why something was refused, and what would be possible.

    It is put together from what the error names. Where it names nothing that people know, it is
    the error's own message in English, and in Chinese the sentence for its code.
    """
    problem = told if isinstance(told, Problem) else problem_of(told)
    how = BY_CODE.get(problem.code)
    words = how(Told(problem.data, problem.detail, language, site)) if how else None
    if words is None and language == "en":
        words = problem.detail
    return words or label_of(meaning_of(problem.code).sentence, language)


# — by code —


def _state(told: Told) -> str | None:
    found = _table(told)
    if found is None:
        return None
    if "event" not in told.data:
        return told.say("This would change nothing.", "此步骤不会使案件发生任何变化。")
    kind, table = found
    step = _step(told, kind)
    where = _where(told, kind, table)
    people = {command.verb for command in given_by_people(kind)}
    possible = [
        kind.workflow.label(verb, told.language)
        for verb in told.data.get("possible", ())
        if verb in people
    ]
    if not possible:
        return told.say(
            f"{_begun(where)}, '{step}' is not possible, and nothing is for this role.",
            f"{where}，不能办理“{step}”；当前岗位没有可办理的步骤。",
        )
    return told.say(
        f"{_begun(where)}, '{step}' is not possible. This role may: {', '.join(possible)}.",
        f"{where}，不能办理“{step}”。当前岗位可办理：{'、'.join(possible)}。",
    )


def _role(told: Told) -> str | None:
    found, roles = _table(told), told.data.get("roles")
    if found is None or not roles:
        return None
    step = _step(told, found[0])
    return told.say(
        f"'{step}' is for: {_roles(roles, told)}.",
        f"“{step}”由以下岗位办理：{_roles(roles, told)}。",
    )


def _guard(told: Told) -> str | None:
    """Say what a guard needs; one of a host's own table says it as the host has written it."""
    guard, found = str(told.data.get("guard", "")), _table(told)
    if found is None or not guard:
        return None
    if told.language == "zh":
        needs = guard_in_chinese(found[0].workflow.name, guard)
        return f"{needs}{_named(told) or ''}" if needs else told.detail
    regular = f"needs {guard.replace('_', ' ')}: "
    _, is_regular, needs = told.detail.partition(regular)
    return needs if is_regular else _begun(told.detail)


def _policy(told: Told) -> str | None:
    """Say what a policy does not provide for; most come from a guard that asked it."""
    guarded = _guard(told)
    if guarded is not None or told.language == "en":
        return guarded
    named = _named(told)
    if named is None and "policy" in told.data:
        return f"所依据的政策：{policy_label(str(told.data['policy'])).zh}。"
    return named


def _time(told: Told) -> str | None:
    data = told.data
    if data.get("roles"):
        roles = _roles(data["roles"], told)
        return told.say(f"Only these enter late: {roles}.", f"只有以下岗位可以补录：{roles}。")
    at, latest = _moment(data.get("at"), told), _moment(data.get("latest"), told)
    earliest = _moment(data.get("earliest"), told)
    if at and latest:
        return told.say(
            f"{at} lies in the future; it is {latest}.", f"{at}在将来，现在是{latest}。"
        )
    if at and earliest:
        return told.say(
            f"{at} is too early: nothing before {earliest} can be entered.",
            f"{at}过早，只能填写{earliest}及以后的时间。",
        )
    return None


def _input(told: Told) -> str | None:
    if set(told.data) == {"expect"}:
        return told.say(
            "A head looks like 7372:6191bc…: position, colon, 64 hexadecimal digits.",
            "链首形如“7372:6191bc…”，即位置、冒号和64位十六进制数。",
        )
    if set(told.data) != {"at"}:
        return None
    return told.say(
        "When it happened is no day and time; e.g. 2026-03-02 09:30.",
        "发生时间应为日期和时间，如2026-03-02 09:30。",
    )


BY_CODE: Final[Mapping[str, Callable[[Told], str | None]]] = {
    "refused-state": _state,
    "refused-role": _role,
    "refused-guard": _guard,
    "refused-policy": _policy,
    "refused-time": _time,
    "input": _input,
}
"""How a refusal is put together where its code says what it names."""


# — what it names —


def _table(told: Told) -> tuple[type[Case], Workflow] | None:
    """Give the case type and the table that refused: its own, or one of what lives inside."""
    name = told.data.get("case_type")
    for kind in told.site.engine.case_types:
        for table in (kind.workflow, *kind.workflow.parts.values()):
            if table.name == name:
                return kind, table
    return None


def _step(told: Told, kind: type[Case]) -> str:
    """Give the words for the step that was refused."""
    event = told.data.get("event")
    verbs = (step.command for step in kind.workflow.steps if step.event == event)
    return kind.workflow.label(next(verbs, str(event)), told.language)


def _where(told: Told, kind: type[Case], table: Workflow) -> str:
    """Say where the case stands, or the entity inside it."""
    state = told.data.get("state")
    words = table.label(state, told.language) if state else ""
    part = next((name for name, one in kind.workflow.parts.items() if one is table), None)
    if part is None and state is None:
        return told.say("before it is opened", "案件尚未建立")
    if part is None:
        return told.say(f"while the case is '{words}'", f"案件处于“{words}”状态")
    among = label_of(part_label(part), told.language)
    if state is None:
        return told.say(f"outside of '{among}'", f"不在“{among}”之列")
    return told.say(f"while it is '{words}' ({among})", f"该{among}处于“{words}”状态")


def _named(told: Told) -> str | None:
    """Say in Chinese what a policy names that stands in the way; None if that says nothing."""
    data = told.data
    if {"unit", "on"} <= data.keys():
        return _no_such_unit(told)
    if data.get("policy") == "routing" and data.get("category", "") is None:
        return "案件尚未确定类别，请在受理时或通过更正记录补填。"
    if "first" in data:
        return f"工作日历自{_day(data['first'])}起，早于此的日期不能计算时限。"
    if {"low", "high"} <= data.keys():
        return f"分值为{data['low']}至{data['high']}。"
    if data.get("roles"):
        return f"可办理的岗位：{_roles(data['roles'], told)}。"
    return None


def _no_such_unit(told: Told) -> str:
    name = told.site.unit_name(str(told.data["unit"]))
    missing = f"“{name}”在{_day(told.data['on'])}不是存续的单位"
    heir = told.data.get("successor")
    return f"{missing}，由“{told.site.unit_name(str(heir))}”承接。" if heir else f"{missing}。"


def _begun(words: str) -> str:
    """Give *words* as they begin a sentence."""
    return words[:1].upper() + words[1:]


def _roles(roles: Iterable[str], told: Told) -> str:
    return told.say(", ", "、").join(label_of(role_label(role), told.language) for role in roles)


def _day(day: object) -> str:
    return day_in_words(date.fromisoformat(str(day)[:10]), "zh")


def _moment(moment: object, told: Told) -> str:
    if moment is None:
        return ""
    instant = datetime.fromisoformat(str(moment))
    return moment_in_words(instant, told.site.engine.zone, told.language)
