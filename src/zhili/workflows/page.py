"""What people read of a table: a reference page in English or Chinese, and a diagram."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from zhili.values import SYSTEM
from zhili.workflows.workflow import STAY

if TYPE_CHECKING:
    from zhili.workflows.clock import Clock
    from zhili.workflows.workflow import Step, Workflow

__all__ = ["Language", "diagram", "page"]

Language = Literal["en", "zh"]

BEGINNING: Final = "start"
"""The state of the machine before a case is opened; Mermaid draws `[*]`."""

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("The table of `{name}`, edition {edition}", "`{name}` 流程表，第 {edition} 版"),
    "made": (
        "Rendered from the code; do not edit. `make docs` renders it again.",
        "由代码生成，请勿手改；用 `make docs` 重新生成。",
    ),
    "states": ("States", "状态"),
    "state": ("State", "状态"),
    "label": ("English", "英文"),
    "other": ("中文", "中文"),
    "ends": ("Ends the case", "终态"),
    "yes": ("yes", "是"),
    "steps": ("Steps", "步骤"),
    "command": ("Command", "指令"),
    "words": ("In words", "名称"),
    "from": ("From", "起始状态"),
    "event": ("Records", "记录事件"),
    "to": ("To", "到达状态"),
    "by": ("By", "角色"),
    "guards": ("Only if", "条件"),
    "rule": ("Rule", "依据"),
    "stay": ("*stays*", "*不变*"),
    "opens": ("*opens*", "*新建*"),
    "several": (
        "Several rows for one state and event: the first whose role and guards fit is taken.",
        "同一状态、同一事件有多行时，取角色与条件都符合的第一行。",
    ),
    "always": (
        "Every step that people take, apart from opening a case, also needs: {guards}.",
        "除新建外，凡由人执行的步骤还须满足：{guards}。",
    ),
    "conditions": ("Guards", "条件说明"),
    "guard": ("Guard", "条件"),
    "sentence": ("Why it refuses", "不满足时的提示"),
    "clocks": ("Clocks", "时钟"),
    "clock": ("Clock", "时钟"),
    "starts": ("Starts with", "启动"),
    "stops": ("Stops with", "停止"),
    "pauses": ("Pauses → resumes", "暂停 → 恢复"),
    "moves": ("Moved by", "改期"),
    "limit": ("Limit", "时限"),
    "fires": ("Demands when due", "到期执行"),
    "every_end": (
        "Every clock stops in every ended state, except one that the same event starts.",
        "进入任何终态，所有时钟停止；由该事件同时启动的除外。",
    ),
    "roles": ("Roles", "角色权限"),
    "role": ("Role", "角色"),
    "may": ("May", "可执行"),
    "inside": ("Inside the case: `{name}`", "案内对象：`{name}`"),
    "each": (
        "Every entity has clocks of its own, named after it: {examples}. All stop when the case ends.",
        "每个对象各有一组时钟，以其标识为后缀：{examples}。案件终结时全部停止。",
    ),
}


def page(
    workflow: Workflow, language: Language = "en", sentences: Mapping[str, str] | None = None
) -> str:
    """
    Render the reference page of *workflow* in Markdown.

    Args:
        workflow: The table.

        language: Of the headings and labels, `en` or `zh`; names of the code stay as they are.

        sentences: What each guard says when it does not hold, by its name.
    """
    return "\n".join(_page(workflow, language, sentences or {})).rstrip() + "\n"


def _page(
    workflow: Workflow,
    language: Language,
    sentences: Mapping[str, str],
    outer: Workflow | None = None,
) -> Iterator[str]:
    def word(name: str) -> str:
        return WORDS[name][language == "zh"]

    mark = "##" if outer else "#"
    # The verbs of an inner table are those of the case, and are called as they are there.
    words = outer or workflow
    if outer is None:
        yield f"# {word('title').format(name=workflow.name, edition=workflow.edition)}"
        yield from ("", word("made"), "")
    else:
        yield from (f"{mark} {word('inside').format(name=workflow.name)}", "")
    yield from (f"{mark}# {word('states')}", "")
    yield from _states(
        workflow, word("state"), word("label"), word("other"), word("ends"), word("yes")
    )
    yield from ("", f"{mark}# {word('steps')}", "")
    always = _always(workflow)
    if always:
        yield from (word("always").format(guards=_codes(always)), "")
    yield from (word("several"), "")
    heads = ("command", "words", "from", "event", "to", "by", "guards", "rule")
    yield from _table([word(name) for name in heads], (
        _row(workflow, step, always, words.label(step.command, language), language)
        for step in workflow.steps
    ))  # fmt: skip
    if outer is None:
        yield from ("", f"{mark}# {word('conditions')}", "")
        rows = ([f"`{name}`", sentences.get(name, "")] for name in workflow.guards)
        yield from _table([word("guard"), word("sentence")], rows)
    if workflow.clocks:
        yield from ("", f"{mark}# {word('clocks')}", "")
        yield from (_of_each(workflow, word("each")) if outer else word("every_end"), "")
        columns = ("clock", "starts", "stops", "pauses", "moves", "limit", "fires")
        yield from _table([word(name) for name in columns], map(_clock_row, workflow.clocks))
    yield from ("", f"{mark}# {word('roles')}", "")
    yield from _table([word("role"), word("may")], _roles(workflow, words, language))
    for inner in workflow.parts.values():
        yield ""
        yield from _page(inner, language, sentences, workflow)


def _of_each(inner: Workflow, sentence: str) -> str:
    """Say how the clocks of an inner table are called; its entities are units."""
    examples = _codes(f"{clock.name}:UNIT" for clock in inner.clocks)
    return sentence.format(examples=examples)


def _states(workflow: Workflow, *heads: str) -> Iterator[str]:
    *columns, yes = heads
    yield from _table(columns, (
        [f"`{name}`", label.en, label.zh, yes if name in workflow.ended else ""]
        for name, label in workflow.states.items()
    ))  # fmt: skip


def _always(workflow: Workflow) -> tuple[str, ...]:
    """Give the guards that stand in every row that people take."""
    taken = [step for step in workflow.steps if step.source is not None and not _is_timers(step)]
    if not taken:
        return ()
    first, *others = (step.guards for step in taken)
    return tuple(guard for guard in first if others and all(guard in own for own in others))


def _is_timers(step: Step) -> bool:
    return step.roles == frozenset({SYSTEM})


def _row(
    workflow: Workflow, step: Step, always: Sequence[str], words: str, language: Language
) -> list[str]:
    opens, stays = WORDS["opens"][language == "zh"], WORDS["stay"][language == "zh"]
    sources = [opens if source is None else f"`{source}`" for source in _in_order(workflow, step)]
    return [
        f"`{step.command}`",
        words,
        ", ".join(sources),
        f"`{step.event}`",
        stays if step.to == STAY else f"`{step.to}`",
        _codes(sorted(step.roles)),
        _codes(guard for guard in step.guards if guard not in always),
        step.rule,
    ]


def _in_order(workflow: Workflow, step: Step) -> list[str | None]:
    """Give the sources of a step in the order in which the states are declared."""
    return [state for state in (None, *workflow.states) if state in step.sources]


def _clock_row(clock: Clock) -> list[str]:
    return [
        f"`{clock.name}`",
        _codes(sorted(clock.starts | clock.restarts)),
        _codes(sorted(clock.stops)),
        "; ".join(f"`{pausing}` → `{resuming}`" for pausing, resuming in clock.pauses),
        _codes(sorted(clock.moves)),
        f"`{clock.limit_name}`",
        f"`{clock.fires}`" if clock.fires else "",
    ]


def _roles(workflow: Workflow, words: Workflow, language: Language) -> Iterator[list[str]]:
    for role in sorted({role for step in workflow.steps for role in step.roles}):
        verbs = dict.fromkeys(step.command for step in workflow.steps if role in step.roles)
        yield [f"`{role}`", ", ".join(words.label(verb, language) for verb in verbs)]


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def diagram(workflow: Workflow, language: Language = "en") -> str:
    """
    Draw *workflow* as a Mermaid state diagram, from its machine and not from its rows.

    Steps that leave the state alone are left out: they would hide the others. (The exporter of
    `transitions` writes every condition of every row on its arrow, which nobody could read.)
    """
    machine = workflow.machine()
    arrows: dict[tuple[str, str], dict[str, None]] = {}
    for event in machine.events.values():
        for found in event.transitions.values():
            for one in found:
                if one.dest is not None:
                    arrows.setdefault((one.source, one.dest), {})[event.name] = None
    lines = ["stateDiagram-v2"]
    lines += [
        f'    state "{workflow.label(name, language)}" as {name}'
        for name in machine.states
        if name != BEGINNING
    ]
    places = {name: place for place, name in enumerate(machine.states)}
    for source, dest in sorted(arrows, key=lambda pair: (places[pair[0]], places[pair[1]])):
        begins = "[*]" if source == BEGINNING else source
        lines.append(f"    {begins} --> {dest}: {', '.join(arrows[source, dest])}")
    return "\n".join(lines) + "\n"
