"""The stream of a policy: every version that was ever in force."""

from typing import Any, ClassVar

from pydantic import ValidationError

from zhili.aggregates.case import Case, CaseEvent
from zhili.commands import policy as asked
from zhili.errors import PolicyRefusedError
from zhili.policies import POLICIES
from zhili.values import Code, Document
from zhili.workflows.policy import POLICY

__all__ = ["PolicyStream"]


class PolicyStream(Case):
    """One policy; its version is the version of its stream. It stands in no register."""

    workflow = POLICY
    commands: ClassVar = (asked.Publish,)
    registered: ClassVar[bool] = False

    policy: str = ""
    document: Any = None

    class Published(CaseEvent):
        """A version of the policy was published."""

        copies = ("policy", "document")
        policy: Code
        document: Document

    def document_is_valid(self, event: Any, _rules: Any) -> bool:
        """Check that the document is one of the policy that it names."""
        kind = POLICIES.get(event.policy)
        if kind is None or asked.policy_id(event.policy) != self.id:
            known = ", ".join(sorted(POLICIES))
            message = f"there is no policy {event.policy!r}; there are: {known}"
            raise PolicyRefusedError(message, policy=event.policy)
        try:
            kind.model_validate(event.document)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "the document"
            message = f"policy {event.policy!r}: {where}: {first['msg']}"
            raise PolicyRefusedError(message, policy=event.policy) from error
        return True

    def document_is_new(self, event: Any, _rules: Any) -> bool:
        """Check that the document differs from the one in force."""
        return bool(event.document != self.document)
