"""Who may see what: masks, levels and scopes, per role and field, decided here and nowhere else."""

from zhili.access.seen import SeenCase, SeenField, SeenPart, Shade
from zhili.access.sight import Sight

__all__ = ["SeenCase", "SeenField", "SeenPart", "Shade", "Sight"]
