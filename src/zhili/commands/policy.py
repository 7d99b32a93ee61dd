"""The command that publishes a policy."""

from uuid import UUID, uuid5

from zhili.commands.command import Command
from zhili.policies.policy import Policy
from zhili.values import Code, Document

__all__ = ["Publish", "policy_id", "publish"]

_STREAMS = UUID("6f0c2b6e-7d0c-5d55-9a57-0d6a6b3f1c11")


def policy_id(name: str) -> UUID:
    """Give the id of the stream in which the versions of a policy stand."""
    return uuid5(_STREAMS, name)


class Publish(Command, case_type="policy"):
    """Publish a version of a policy. It holds for everything decided from then on."""

    policy: Code
    document: Document


def publish(policy: Policy) -> Publish:
    """Give the command that publishes *policy*."""
    document = policy.model_dump(mode="json")
    return Publish(case_id=policy_id(policy.name), policy=policy.name, document=document)
