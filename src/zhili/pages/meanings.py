"""What each stable code of a refusal means, and what one can do about it."""

from __future__ import annotations

from typing import Final, NamedTuple

from zhili.workflows import Label

__all__ = ["MEANINGS", "Meaning", "meaning_of"]


class Meaning(NamedTuple):
    """What a code means: in a few words, in a sentence, and what one can do."""

    heading: Label
    sentence: Label
    hint: Label


AGAIN: Final = Label("Try again in a few minutes.", "请几分钟后再试。")
BACK: Final = Label(
    "Go back, look at where the case stands now, and choose one of the steps offered there.",
    "请返回查看案件当前状态，选择页面上可办理的步骤。",
)
CORRECT: Final = Label(
    "Correct what is named above and send it again; nothing was recorded.",
    "请按上述说明更正后重新提交；本次未作任何记录。",
)
ASK: Final = Label(
    "If it ought to work, tell whoever looks after this site.", "如认为有误，请联系网站维护人员。"
)

MEANINGS: Final = {
    "unauthenticated": Meaning(
        Label("Please sign in", "请先登录"),
        Label("This is not public, and nobody is signed in.", "此页面不公开，需要登录后查看。"),
        Label("Sign in and come back.", "登录后再回到此页。"),
    ),
    "forbidden": Meaning(
        Label("Not allowed", "没有权限"),
        Label("Whoever asks may not see or do that.", "当前身份不能查看或办理此事项。"),
        ASK,
    ),
    "method": Meaning(
        Label("Not in this way", "请求方式不符"),
        Label("There is such a place, but it is not asked in this way.", "该地址不支持这种请求。"),
        Label("Open the page and use its form.", "请打开页面并使用其中的表单。"),
    ),
    "not-found": Meaning(
        Label("There is no such page", "页面不存在"),
        Label("Nothing stands at this address.", "该地址没有内容。"),
        Label("Begin again from the front page.", "请从首页重新进入。"),
    ),
    "case-not-found": Meaning(
        Label("There is no such case", "没有该案件"),
        Label(
            "There is no such case, or it is not for whoever asks.",
            "案件不存在，或当前身份无权查看。",
        ),
        Label("Compare the number with the receipt.", "请核对回执上的编号。"),
    ),
    "too-large": Meaning(
        Label("Too much at once", "内容过大"),
        Label("More was sent than is read here.", "提交的内容超出上限。"),
        Label("Send less at once.", "请减少内容后再提交。"),
    ),
    "too-slow": Meaning(
        Label("It took too long", "上传超时"),
        Label("What was sent did not come in time.", "提交的内容未能及时到达。"),
        AGAIN,
    ),
    "unsupported-media": Meaning(
        Label("A type that is not read here", "类型不支持"),
        Label("What was sent is of no type that is read here.", "提交的内容类型不受支持。"),
        Label("Use the form of the page.", "请使用页面上的表单。"),
    ),
    "invalid": Meaning(
        Label("Something is missing or wrong", "填写有误"),
        Label(
            "A field is missing, too long, or not what is expected.", "有字段缺失、过长或格式不符。"
        ),
        CORRECT,
    ),
    "input": Meaning(
        Label("This cannot be understood", "无法识别"),
        Label("Something given cannot be understood.", "所给内容无法识别。"),
        CORRECT,
    ),
    "conflict": Meaning(
        Label("Somebody else was first", "已被他人先办"),
        Label(
            "The case has moved since this page was opened; nothing was recorded.",
            "打开页面之后案件已有变化；本次未作任何记录。",
        ),
        Label("Open the case again, and decide on what it says now.", "请重新打开案件后再办理。"),
    ),
    "key-reused": Meaning(
        Label("Sent already, with other words", "已提交过其他内容"),
        Label("This form was sent before with other contents.", "同一表单此前已提交过不同内容。"),
        Label("Open the form again and fill it in anew.", "请重新打开表单填写。"),
    ),
    "refused": Meaning(
        Label("The rules do not allow it", "规则不允许"),
        Label("The rules say no; nothing was recorded.", "规则不允许此操作；未作任何记录。"),
        BACK,
    ),
    "refused-state": Meaning(
        Label("Not from where the case stands", "当前状态不可办理"),
        Label(
            "From where the case stands, this step does not exist.", "案件当前状态下没有此步骤。"
        ),
        BACK,
    ),
    "refused-role": Meaning(
        Label("Another role takes this step", "由其他岗位办理"),
        Label("This role may not take this step.", "当前岗位不能办理此步骤。"),
        BACK,
    ),
    "refused-guard": Meaning(
        Label("A condition does not hold", "条件不满足"),
        Label("A condition of the step does not hold.", "此步骤的条件尚不满足。"),
        BACK,
    ),
    "refused-policy": Meaning(
        Label("A policy does not provide for it", "政策不支持"),
        Label(
            "A policy does not know what is needed, or forbids it.",
            "现行政策没有相应规定或不允许。",
        ),
        BACK,
    ),
    "refused-endless": Meaning(
        Label("It would never end", "无法终止"),
        Label("What follows from this step would go on too long.", "此步骤引起的后续过多。"),
        ASK,
    ),
    "refused-time": Meaning(
        Label("Not at that time", "时间不符"),
        Label(
            "The time given lies in the future, too far back, or before the case's last step.",
            "所给时间在将来、过早，或早于案件的最近一步。",
        ),
        CORRECT,
    ),
    "store": Meaning(
        Label("The record cannot be reached", "暂时无法访问"),
        Label("The record cannot be reached or used just now.", "记录库暂时无法访问。"),
        AGAIN,
    ),
    "declaration": Meaning(
        Label("The site is not set up rightly", "系统设置有误"),
        Label("A case type does not fit together.", "案件类型的定义不一致。"),
        ASK,
    ),
    "unreadable-event": Meaning(
        Label("Part of the record cannot be read", "记录无法读取"),
        Label("A stored event cannot be read in its schema.", "有一条记录无法按其格式读取。"),
        ASK,
    ),
    "zhili": Meaning(
        Label("It was refused", "已被拒绝"),
        Label("The site refused this.", "系统拒绝了此操作。"),
        ASK,
    ),
    "internal": Meaning(
        Label("Something went wrong here", "系统出错"),
        Label("Something went wrong here; it was written down.", "系统出现错误，已记录。"),
        AGAIN,
    ),
}
"""Every code that a refusal can have."""


def meaning_of(code: str) -> Meaning:
    """Give what *code* means; that something was refused, if it is a host's own."""
    return MEANINGS.get(code, MEANINGS["zhili"])
