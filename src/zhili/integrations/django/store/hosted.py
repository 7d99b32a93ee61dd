"""What a store in a host's database is, whichever database that is."""

from __future__ import annotations

from collections.abc import Callable

from zhili.integrations.django.store.host import Host
from zhili.integrations.django.store.naming import named
from zhili.store import Store

__all__ = ["Hosted"]


class Hosted(Store):
    """
    A store whose writes are part of the transaction that its host has open.

    What a thread reads is what its own transaction sees, so no other thread reads for it.
    """

    address = None
    one_thread = True

    def __init__(self, alias: str) -> None:
        """Keep it in the database that the host calls *alias*; nothing is read yet."""
        self.host = Host(alias)
        self.url = f"django://{alias}"

    @property
    def unsettled(self) -> bool:
        """Whether this thread has written what the host may yet roll back."""
        return self.host.unsettled

    def when_committed(self, action: Callable[[], object]) -> None:
        """Do *action* once the host has committed what this thread has written."""
        self.host.when_committed(action)

    def close(self) -> None:
        """Give no more; the connections are the host's, and Django's to close."""
        self.host.closed = True

    def _named(self, name: str) -> str:
        return named(name)
