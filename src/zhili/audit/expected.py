"""A head that somebody has kept, and the log that must end in it or go on from there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from zhili.errors import InputError, StoreError
from zhili.store.store import GENESIS

if TYPE_CHECKING:
    from zhili.audit.links import Links
    from zhili.audit.notes import Notes
    from zhili.store import Head, Store

__all__ = ["Expected"]

_HEAD: Final = re.compile(r"(?P<position>\d{1,18})[:@ ]+(?P<link>[0-9a-fA-F]{64})")


class Expected(NamedTuple):
    """A position and the link that stood there, as a receipt or an earlier audit gave them."""

    position: int
    link: bytes

    @classmethod
    def of(cls, text: str) -> Self:
        """
        Read a head as receipts and audits print it.

        Raises:
            InputError: If it is none.
        """
        found = _HEAD.fullmatch(text.strip())
        if found is None:
            message = f"{text!r} is no head; one looks like 7372:6191bc… (position:64 hex digits)"
            raise InputError(message, expect=text)
        return cls(int(found["position"]), bytes.fromhex(found["link"]))

    def compare(self, head: Head, spans: list[Links], notes: Notes) -> None:
        """Note it if the log does not go through this head."""
        kept = next((span.kept_link for span in spans if span.kept_link is not None), None)
        self._compare(head, kept, notes)

    def look(self, store: Store, head: Head, notes: Notes) -> None:
        """Note it if the log of *store* does not go through this head, reading that row only."""
        row = next(iter(store.log(after=self.position - 1, until=self.position)), None)
        self._compare(head, bytes(row.link) if row else None, notes)

    def compare_access(self, end: int, kept: bytes | None, notes: Notes) -> None:
        """Note it if the access log, which ends at *end*, has another link than *kept* here."""
        self._note(end, kept, notes, code="access-unexpected-head", what="the access log")

    def look_at_access(self, store: Store, notes: Notes) -> None:
        """Note it if the access log of *store* does not go through here; only that row is read."""
        try:
            end = store.access_head().position
            row = next(iter(store.access_log(after=self.position - 1, until=self.position)), None)
        except StoreError as error:
            notes.add("access-unreadable", f"the access log cannot be read: {error}")
            return
        link: object = row.link if row else None
        # What a damaged file holds there may be of any type.
        self.compare_access(end, link if isinstance(link, bytes) else None, notes)

    def _compare(self, head: Head, kept: bytes | None, notes: Notes) -> None:
        self._note(head.position, kept, notes, code="unexpected-head", what="the log")

    def _note(self, end: int, kept: bytes | None, notes: Notes, *, code: str, what: str) -> None:
        if self.position == 0:
            kept = GENESIS
        if self.position > end:
            detail = f"{what} ends at {end}, before the head that was expected"
            notes.add(code, detail, position=self.position)
        elif kept != self.link:
            found = kept.hex() if kept is not None else "nothing"
            detail = (
                f"{self.link.hex()} was expected here, {found} is found: "
                "something up to this position was changed after that head was given out"
            )
            notes.add(code, detail, position=self.position)
