"""What follows from what: pure functions from an event of one case to commands for others."""

from zhili.reactions.calls import CALL_REACTIONS
from zhili.reactions.complaint import COMPLAINT_REACTIONS
from zhili.reactions.reaction import Reaction, by_topic
from zhili.reactions.transfers import TRANSFER_REACTIONS
from zhili.reactions.wall import WALL_REACTIONS
from zhili.reactions.whistle import WHISTLE_REACTIONS

__all__ = ["REACTIONS", "Reaction", "by_topic"]

REACTIONS: tuple[Reaction, ...] = (
    *COMPLAINT_REACTIONS,
    *WALL_REACTIONS,
    *WHISTLE_REACTIONS,
    *CALL_REACTIONS,
    *TRANSFER_REACTIONS,
)
"""The reactions of the library. A host adds its own: `(*REACTIONS, mine)`."""
