"""What follows from what: pure functions from an event of one case to commands for others."""

from zhili.reactions.complaint import COMPLAINT_REACTIONS
from zhili.reactions.reaction import Reaction, by_topic

__all__ = ["REACTIONS", "Reaction", "by_topic"]

REACTIONS: tuple[Reaction, ...] = COMPLAINT_REACTIONS
"""The reactions of the library. A host adds its own: `(*REACTIONS, mine)`."""
