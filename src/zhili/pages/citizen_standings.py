"""Where an appeal stands, in plain words: what that means, what comes next, which clock counts."""

from __future__ import annotations

from typing import Final, NamedTuple

from zhili.workflows import Label

__all__ = ["SAID", "STANDINGS", "WITHOUT_CALLBACK", "Standing"]


class Standing(NamedTuple):
    """What a state means to whoever appealed; `clocks` name what it is due by, the first counts."""

    stands: Label
    follows: Label
    clocks: tuple[str, ...] = ()


ANSWER: Final = ("open_callback", "handle", "rework")

AT_THE_UNIT: Final = Standing(
    Label("It is being handled.", "正在办理。"),
    Label("The unit in charge handles it and answers you.", "承办单位办理后答复您。"),
    ANSWER,
)
ENDED: Final = Label("Nothing more follows.", "办理程序已结束。")

WITHOUT_CALLBACK: Final = Label(
    "The centre looks at what was done and closes it; nobody calls you.",
    "服务中心审核后办结，不再回访。",
)

SAID: Final = Label(
    "You have said how it was handled. The centre closes it, or has it handled again.",
    "您已作出评价，服务中心将据此办结或要求重新办理。",
)

STANDINGS: Final = {
    "registered": Standing(
        Label("It was received.", "已收到您的诉求。"),
        Label(
            "The centre looks at it and accepts it or tells you why not.",
            "服务中心审查是否受理，并告知结果。",
        ),
    ),
    "imported": AT_THE_UNIT,
    "answered": Standing(Label("It was answered.", "已答复。"), ENDED),
    "not_accepted": Standing(
        Label("It was not accepted; you find the reason below.", "不予受理，原因见下。"),
        Label("If something new comes up, file it again.", "如有新情况，可重新提出。"),
    ),
    "referred_out": Standing(
        Label("It was passed on to an emergency or outside line.", "已转紧急或其他渠道。"),
        Label("That line is in charge now.", "由该渠道继续处理。"),
    ),
    "accepted": Standing(
        Label("It was accepted.", "已受理。"),
        Label("The centre sends it to the unit in charge.", "服务中心将派给承办单位。"),
        ("dispatch",),
    ),
    "consulting": Standing(
        Label(
            "It was accepted; several units are asked who is in charge.",
            "已受理，正在会商由谁承办。",
        ),
        Label("The centre then sends it to the unit in charge.", "会商后派给承办单位。"),
        ("dispatch",),
    ),
    "dispatched": Standing(
        Label("It was sent to the unit in charge.", "已派给承办单位。"),
        Label(
            "The unit takes it up, gets in touch with you and answers.",
            "单位签收后与您联系，办理后答复您。",
        ),
        ANSWER,
    ),
    "disputed": Standing(
        Label(
            "The unit says that another one is in charge; that is being decided.",
            "承办单位提出异议，正在裁定由谁承办。",
        ),
        Label(
            "It goes on with the unit that is named. The day of the answer stays.",
            "裁定后继续办理，答复期限不变。",
        ),
        ANSWER,
    ),
    "signed": Standing(
        Label("The unit in charge has taken it up.", "承办单位已签收。"),
        Label(
            "It gets in touch with you, handles it and answers.", "单位将与您联系，办理后答复您。"
        ),
        ANSWER,
    ),
    "handling": AT_THE_UNIT,
    "escalated": Standing(
        Label(
            "It needs more than one office; a higher one coordinates.",
            "需要多方解决，已提请上级协调。",
        ),
        Label(
            "The unit in charge stays in charge, and answers you.", "承办单位继续负责，并答复您。"
        ),
        ANSWER,
    ),
    "ledgered": Standing(
        Label(
            "It cannot be solved yet, and stands on the ledger.", "暂不具备解决条件，已列入台账。"
        ),
        Label(
            "It is looked at again, and taken up as soon as it can be solved.",
            "将定期复核，条件具备后继续办理。",
        ),
        ("ledger_end", "ledger_review"),
    ),
    "replied": Standing(
        Label("The unit has replied; the reply is being examined.", "单位已答复，正在审核。"),
        Label("Once it holds, you are told and asked.", "审核通过后告知您并回访。"),
        ANSWER,
    ),
    "callback": Standing(
        Label("You are asked how it was handled.", "正在征求您对办理结果的评价。"),
        Label("You are called, or you say it here.", "将电话回访您，您也可在此评价。"),
        ("callback",),
    ),
    "rework": Standing(
        Label("It is being handled again.", "正在重新办理。"),
        Label("The unit in charge looks at it again and answers.", "承办单位重新办理后答复您。"),
        ("rework", "open_callback", "handle"),
    ),
    "closed": Standing(
        Label("It is closed.", "已办结。"),
        Label("If something new comes up, add it below.", "如有新情况，可在下方补充。"),
    ),
    "archived": Standing(
        Label("It is closed and filed.", "已办结归档。"),
        Label("If something new comes up, add it below.", "如有新情况，可在下方补充。"),
    ),
    "merged": Standing(
        Label(
            "Others have told of the same matter; it is handled together with theirs.",
            "与他人反映的同一问题合并办理。",
        ),
        Label("You are answered and asked when that is settled.", "办结后分别答复并回访您。"),
    ),
    "withdrawn": Standing(Label("You have withdrawn it.", "您已撤回。"), ENDED),
    "terminated": Standing(
        Label("The handling was ended; you find the reason below.", "已终止办理。"), ENDED
    ),
}
"""By the state of the table."""
