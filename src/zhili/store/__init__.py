"""How it is kept: the event mapper and the stores."""

from zhili.store.access_log import AccessHead
from zhili.store.mapper import EventMapper, canonical
from zhili.store.opening import open_store
from zhili.store.store import GENESIS, Batch, Head, Store, link_of

__all__ = [
    "GENESIS", "AccessHead", "Batch", "EventMapper", "Head", "Store", "canonical", "link_of",
    "open_store",
]  # fmt: skip
