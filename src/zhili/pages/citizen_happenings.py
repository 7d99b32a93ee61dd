"""What happened to an appeal, in plain words: only what concerns whoever made it."""

from __future__ import annotations

from typing import Final, NamedTuple

from zhili.workflows import Label

__all__ = ["HAPPENINGS", "TOLD_WORDS", "Words"]

Unless = tuple[tuple[str, object, Label], ...]


class Words(NamedTuple):
    """
    The words for one event.

    `tells` are its fields that are told with it; `unless` are other words where a field says so.
    """

    words: Label
    tells: tuple[str, ...] = ()
    unless: Unless = ()


TOLD_WORDS: Final = {
    "public_text": Label("What the unit answered", "承办单位答复"),
    "answer": Label("Answer", "答复内容"),
    "explanation": Label("Why", "原因"),
    "channel_told": Label("Where to turn to", "建议渠道"),
    "target": Label("Passed on to", "转往"),
    "outcome": Label("Outcome", "办理结果"),
}
"""Fields whose words are told, with what they are called."""

TAKEN_UP: Final = Label("The matter was taken up again.", "合并办理的问题重新办理。")
TRIED: Final = Label("The unit tried to reach you.", "承办单位未能联系上您。")
LOOKED: Final = Label("The unit looked at the matter.", "承办单位现场了解情况。")

HAPPENINGS: Final = {
    "Registered": Words(Label("We received your appeal.", "收到您的诉求。")),
    "Answered": Words(Label("You were answered.", "已答复您。")),
    "EmergencyTransferred": Words(Label("It was passed on.", "已转出。"), ("target",)),
    "Declined": Words(Label("It was not accepted.", "不予受理。"), ("explanation", "channel_told")),
    "Accepted": Words(Label("It was accepted.", "已受理。")),
    "Merged": Words(
        Label(
            "It was joined with another appeal about the same matter.", "与同一问题的诉求合并办理。"
        )
    ),
    "Unmerged": Words(Label("It is handled by itself again.", "恢复单独办理。")),
    "OutcomeFollowed": Words(
        Label("The matter was settled.", "合并办理的问题已有结果。"),
        unless=(("outcome", None, TAKEN_UP),),
    ),
    "ConsultationOpened": Words(
        Label("Several units were asked who is in charge.", "就由谁承办征求有关单位意见。")
    ),
    "Dispatched": Words(Label("It was sent to", "派给"), ("unit",)),
    "SubDispatched": Words(Label("It was sent on to", "转派给"), ("unit",)),
    "Redispatched": Words(Label("It was sent on to", "改派给"), ("unit",)),
    "LeadDesignated": Words(Label("In charge is now", "指定承办单位"), ("unit",)),
    "DispatchObjected": Words(
        Label("The unit said that another one is in charge.", "承办单位提出派单异议。")
    ),
    "Signed": Words(Label("The unit took it up.", "承办单位签收。")),
    "Contacted": Words(
        Label("The unit got in touch.", "承办单位与您联系。"),
        unless=(
            (
                "result",
                "not_reached",
                TRIED,
            ),
            (
                "result",
                "anonymous",
                LOOKED,
            ),
        ),
    ),
    "ExtensionGranted": Words(Label("More time was granted, until", "同意延期至"), ("due_at",)),
    "Escalated": Words(Label("A higher office was asked to coordinate.", "提请上级协调。")),
    "DirectiveGiven": Words(Label("A higher office has said what to do.", "上级提出办理意见。")),
    "Ledgered": Words(Label("It was put on the ledger.", "列入台账。")),
    "LedgerActivated": Words(Label("It was taken up again.", "恢复办理。")),
    "ReplySignedOff": Words(Label("The unit replied.", "承办单位作出答复。")),
    "ReplyReturned": Words(
        Label("The reply was not good enough and went back.", "答复未通过审核，退回重办。")
    ),
    "ReplyAccepted": Words(Label("The reply was examined and holds.", "答复审核通过。")),
    "CallbackOpened": Words(
        Label("The time for the answer was over: you are asked.", "办理期限已到，开始回访。")
    ),
    "CallbackRecorded": Words(
        Label("You said how it was handled.", "您作出了评价。"),
        unless=(("reached", False, Label("We tried to call you.", "回访未能接通。")),),
    ),
    "ReworkOrdered": Words(Label("It was sent back, to be handled again.", "要求重新办理。")),
    "HandlingResumed": Words(Label("The unit took it up again.", "承办单位重新办理。")),
    "Closed": Words(Label("It was closed.", "办结。")),
    "Reopened": Words(Label("It was opened again.", "重新启动办理。")),
    "Archived": Words(Label("It was filed.", "归档。")),
    "Withdrawn": Words(Label("You withdrew it.", "您撤回了诉求。")),
    "ContinuedExOfficio": Words(
        Label(
            "You withdrew; it goes on, because others are concerned.",
            "您已撤回；因涉及公共利益，继续办理。",
        )
    ),
    "Terminated": Words(Label("The handling was ended.", "终止办理。")),
    "ConfidentialityChanged": Words(
        Label("Who may see who you are was changed.", "调整了保密要求。")
    ),
    "FactsAppended": Words(Label("Something was added.", "补充了情况。")),
}
"""By the event; what is not here concerns offices only."""
