"""What the clocks of every table are called in front of people."""

from __future__ import annotations

from typing import Final

from zhili.workflows.workflow import Label

__all__ = ["CLOCKS", "clock_label"]

CLOCKS: Final = {
    "appeal": Label("time to appeal", "申诉期"),
    "archive": Label("to archive", "归档"),
    "assign": Label("to name who leads", "指定牵头"),
    "callback": Label("to call back", "回访"),
    "claim": Label("to be claimed", "认领"),
    "confirmation": Label("to confirm in writing", "补办确认"),
    "contact": Label("to contact", "联系"),
    "dispatch": Label("to dispatch", "派单"),
    "echo": Label("to echo", "回音"),
    "forward": Label("to pass on", "上报"),
    "handle": Label("to handle", "办理"),
    "judge": Label("to judge", "研判"),
    "ledger_end": Label("on the ledger until", "挂账到期"),
    "ledger_review": Label("to review the ledger", "挂账复核"),
    "objection": Label("to object", "提出异议"),
    "open_callback": Label("to open the call-back", "启动回访"),
    "post": Label("to post", "上墙"),
    "progress": Label("to tell the progress", "公布进展"),
    "promise": Label("promised date", "承诺时限"),
    "rate": Label("to rate", "评价"),
    "rectify": Label("to rectify", "整治"),
    "report": Label("to report", "上报"),
    "report_in": Label("to report in", "报到"),
    "respond": Label("to respond", "响应"),
    "review": Label("to look again", "复核"),
    "rework": Label("to rework", "重办"),
    "ruling": Label("to rule", "裁定"),
    "sign": Label("to sign", "签收"),
    "take_down": Label("to take down", "下墙"),
    "verify": Label("to verify", "核验"),
    "vote": Label("open for votes", "评议期"),
}
"""By the name that the tables use; one name means the same in each of them."""


def clock_label(name: str) -> Label:
    """Give what a clock is for; of one inside the case the entity is left out."""
    own = name.partition(":")[0]
    words = own.replace("_", " ")
    return CLOCKS.get(own) or Label(words, words)
