"""What the fields of citizens' forms are called: plain words, and why something is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from zhili.pages.form import Option
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.pages.form import Field, Form

__all__ = ["STEP_WORDS", "StepWords", "in_plain_words"]

LABELS: Final = {
    "register.kind": Label("What do you want to do?", "诉求类型"),
    "register.title": Label("What is it about, in a few words?", "标题"),
    "register.content": Label("What happened? What do you ask for?", "诉求内容"),
    "register.category": Label("Which of these fits best?", "诉求类别"),
    "register.place": Label("Where is it?", "具体地点"),
    "register.division": Label("Street, town or community", "所在街道（乡镇）、社区"),
    "register.about": Label("Is it about how an office behaved? Which?", "是否反映某单位的问题"),
    "register.anonymous": Label("I want to stay anonymous", "匿名提交"),
    "register.name": Label("Your name", "您的姓名"),
    "register.phone": Label("Telephone", "联系电话"),
    "register.address": Label("Address", "联系地址"),
    "register.no_reply_wanted": Label("I do not need a reply", "无需回复"),
    "register.confidentiality": Label("Who may see who you are?", "您的身份信息可由谁查看"),
    "append_facts.facts": Label("What is new?", "补充内容"),
    "withdraw.reason": Label("Why (if you want to say)", "撤回原因"),
    "set_confidentiality.level": Label("Who may see who you are?", "您的身份信息可由谁查看"),
    "set_confidentiality.reason": Label("Why", "原因"),
    "evaluate.contacted": Label("Did the unit in charge contact you?", "承办单位是否联系过您"),
    "evaluate.solved": Label("Is the matter solved?", "问题是否解决"),
    "evaluate.satisfaction": Label("Are you satisfied with how it was handled?", "对办理是否满意"),
    "evaluate.note": Label("In your own words", "您想说的话"),
}

HELPS: Final = {
    "register.title": Label(
        "No names and no telephone numbers: this stands on lists.",
        "请勿填写姓名和电话，标题会出现在清单中。",
    ),
    "register.content": Label(
        "Who, where, since when, and what you ask for. Only those who handle it read this.",
        "请说明时间、地点、经过和要求。仅经办人员可见。",
    ),
    "register.category": Label(
        "If none fits, choose none: whoever receives it finds the right one.",
        "如无合适类别可不选，由受理人员归类。",
    ),
    "register.place": Label(
        "As exactly as is needed to find it, but not your own door.",
        "便于找到即可，请勿填写您的门牌号。",
    ),
    "register.about": Label(
        "That office never gets the appeal, nor learns of it from us.",
        "诉求不会转给该单位，也不会让其知晓。",
    ),
    "register.anonymous": Label(
        "Then nothing of what follows is kept, nobody can call you back, and the code of the "
        "receipt is the only way to the answer.",
        "选择匿名后，以下信息一律不保存，也不会回访；回执码是查询结果的唯一凭证。",
    ),
    "register.phone": Label(
        "A telephone number or an address is needed, so that you can be reached.",
        "电话和地址至少填写一项，以便联系您。",
    ),
    "register.address": Label("If you would rather have a letter.", "如需书面联系，请填写。"),
    "register.confidentiality": Label(
        "If you choose nothing here, a report of a wrong is protected: only the centre knows who "
        "you are, and only the centre speaks with you. Anything else is seen by those who "
        "handle it.",
        "如不另行选择，举报按受保护件办理：您的身份仅服务中心知悉，由中心代为联系；"
        "其他诉求由经办人员查看。",
    ),
    "append_facts.facts": Label(
        "It goes to those who handle the appeal; what was said before stays.",
        "将转给经办人员，原有内容保持不变。",
    ),
    "withdraw.reason": Label(
        "What concerns public safety, or others too, goes on without you.",
        "涉及公共安全或他人利益的，仍会继续办理。",
    ),
    "evaluate.note": Label("Only the centre reads this.", "仅服务中心可见。"),
}

LEVELS: Final = (
    Option("0", Label("Those who handle it", "经办人员")),
    Option("1", Label("As above, but keep my name off lists", "经办人员，但清单中不显示姓名")),
    Option("2", Label("Only the one person who handles it", "仅具体经办人")),
    Option("3", Label("Only the centre: I report a wrong", "仅服务中心（举报，由中心代为联系）")),
)

NOT_CHOSEN: Final = Option(
    "",
    Label("As is usual for what I want to do", "按诉求类型的通常做法"),
)

KINDS: Final = (
    Option("help", Label("Ask for help", "求助")),
    Option("complaint", Label("Complain", "投诉")),
    Option("report", Label("Report a wrong", "举报")),
    Option("enquiry", Label("Ask a question", "咨询")),
    Option("suggestion", Label("Make a suggestion", "建议")),
)

OPTIONS: Final = {
    "register.kind": KINDS,
    "register.confidentiality": (NOT_CHOSEN, *LEVELS),
    "set_confidentiality.level": LEVELS,
}


class StepWords(NamedTuple):
    """How one step is offered to a citizen: its name, what it does, what its button says."""

    title: Label
    about: Label
    button: Label
    ends: bool = False
    """Whether it ends the matter, so that nobody presses it by the way."""


STEP_WORDS: Final = {
    "evaluate": StepWords(
        Label("Say how it was handled", "评价办理结果"),
        Label(
            "You are asked once. The answer counts as if you had been called back.",
            "仅评价一次，与电话回访同等效力。",
        ),
        Label("Send my answer", "提交评价"),
    ),
    "append_facts": StepWords(
        Label("Add something", "补充情况"),
        Label("New facts are looked at, even when the appeal is closed.", "办结后仍可补充新情况。"),
        Label("Add it", "提交补充"),
    ),
    "set_confidentiality": StepWords(
        Label("Ask for more confidentiality", "调整保密要求"),
        Label("It holds from now on.", "提交后立即生效。"),
        Label("Change it", "提交"),
    ),
    "withdraw": StepWords(
        Label("Withdraw the appeal", "撤回诉求"),
        Label("It is then not handled any further.", "撤回后不再继续办理。"),
        Label("Withdraw it", "确认撤回"),
        ends=True,
    ),
}
"""The steps that citizens take on their page, in the order in which they are offered."""


def in_plain_words(form: Form) -> Form:
    """Give *form* in the words for citizens."""
    return replace(form, fields=tuple(_plain(form.command.verb, one) for one in form.fields))


def _plain(verb: str, field: Field) -> Field:
    name = f"{verb}.{field.name}"
    return replace(
        field,
        label=LABELS.get(name, field.label),
        help=HELPS.get(name, field.help),
        options=OPTIONS.get(name, field.options),
    )
