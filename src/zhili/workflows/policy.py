"""How a policy is published: one stream a policy, one event a version."""

from typing import Final

from zhili.values import SYSTEM, Role
from zhili.workflows.workflow import STAY, Label, Step, Workflow

__all__ = ["ADMINISTRATOR", "POLICY"]

ADMINISTRATOR: Final = Role("administrator")
"""管理员: answers for the policies of a place."""

IN_FORCE = "in_force"
PUBLISHERS = frozenset({ADMINISTRATOR, SYSTEM})

POLICY = Workflow(
    name="policy",
    steps=(
        Step("publish", None,     "Published", IN_FORCE, PUBLISHERS, "document_is_valid"),
        Step("publish", IN_FORCE, "Published", STAY,     PUBLISHERS, ("document_is_valid", "document_is_new")),
    ),
    states={IN_FORCE: Label("In force", "有效")},
    labels={"publish": Label("Publish", "发布")},
)  # fmt: skip
