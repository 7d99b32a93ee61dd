"""Rows of the register as GeoReport's requests: what everybody may know, in its words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from zhili.errors import InputError, PolicyRefusedError
from zhili.interchange.open311.catalogue import Catalogue, Service
from zhili.interchange.open311.lookup import RequestRow
from zhili.interchange.open311.spark import Plain
from zhili.policies.division import parse
from zhili.workflows import Label, Workflow

__all__ = ["OUTCOMES", "RequestWriter", "w3c"]

OUTCOMES: Final = {
    "solved": Label("solved", "解决"),
    "explained": Label("explained", "解释说明"),
    "partly": Label("solved in part", "部分解决"),
    "not_solved": Label("not solved", "未解决"),
}


def w3c(instant: datetime | None) -> str | None:
    """Give *instant* as the standard writes it, in UTC: `2026-03-02T01:00:00Z`."""
    if instant is None:
        return None
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class RequestWriter:
    """Writes requests in one language, with the names of one day."""

    def __init__(
        self, catalogue: Catalogue, workflow: Workflow, language: str, *, extensions: bool = False
    ) -> None:
        """
        Write with the words of *catalogue* and of the complaint's *workflow*.

        With *extensions* each request also says what the standard has no field for.
        """
        self._catalogue = catalogue
        self._workflow = workflow
        self._language = language
        self._extensions = extensions
        # A list names few units and categories, each of them many times.
        self._names: dict[str, str] = {}
        self._services: dict[tuple[str | None, str | None], Service] = {}

    def documents(self, rows: Iterable[RequestRow]) -> Plain:
        """Give *rows* as `GET requests` answers."""
        return [self.document(row) for row in rows]

    def document(self, row: RequestRow) -> dict[str, Plain]:
        """
        Give one request.

        Its description is in the caller's own words, and so is never given; nor is what leads to
        a door, house number, coordinates or picture: the address is the street or community (§8).
        """
        service = self._service(row.category, row.type if row.source else None)
        division = _division(row.division)
        document: dict[str, Plain] = {
            "service_request_id": row.number,
            "status": "closed" if row.ended else "open",
            "status_notes": self._notes(row),
            "service_name": self._said(service.words.name),
            "service_code": service.code,
            "description": None,
            "agency_responsible": self._unit(row.unit),
            "service_notice": None,
            "requested_datetime": w3c(row.opened_at),
            "updated_datetime": w3c((row.ended and row.closed_at) or row.last_at or row.opened_at),
            "expected_datetime": w3c(row.due_at),
            "address": self._place(division),
            "address_id": division,
            "zipcode": None,
            "lat": None,
            "long": None,
            "media_url": None,
        }
        if self._extensions:
            document["extended_attributes"] = self._extended(row)
        return document

    def _extended(self, row: RequestRow) -> Plain:
        return {
            "state": row.state,
            "state_name": self._state(row),
            "outcome": None if row.outcome_unknown else row.outcome,
            "outcome_name": self._outcome(row),
            "kind": row.kind,
            "channel": row.channel,
            "closed_datetime": w3c(row.closed_at),
            "source": row.source,
        }

    def _notes(self, row: RequestRow) -> str:
        """Say where it stands, which open and closed do not, and how it ended."""
        outcome = self._outcome(row) if row.ended else None
        between = ":" if self._language == "zh" else ": "
        return f"{self._state(row)}{between}{outcome}" if outcome else self._state(row)

    def _outcome(self, row: RequestRow) -> str | None:
        """Say what came of it; of what was closed elsewhere nobody has told, though it counts."""
        return None if row.outcome_unknown else self._said(OUTCOMES.get(row.outcome or ""))

    def _state(self, row: RequestRow) -> str:
        return self._said(self._workflow.states.get(row.state)) or row.state

    def _service(self, category: str | None, name: str | None) -> Service:
        key = (category, name)
        if key not in self._services:
            self._services[key] = self._catalogue.of(category, name)
        return self._services[key]

    def _unit(self, unit: str | None) -> str | None:
        """Give the name of *unit* today, or its id where the organisation does not have it."""
        if unit is None:
            return None
        if unit not in self._names:
            self._names[unit] = self._name(unit)
        return self._names[unit]

    def _name(self, unit: str) -> str:
        try:
            return self._catalogue.organisation.unit(unit, self._catalogue.on).name
        except (PolicyRefusedError, ValueError):  # an agency of another system, in its own words
            return unit

    def _place(self, division: str | None) -> str | None:
        """Give the name of the street or community, None where nobody has told it."""
        name = self._unit(division)
        return None if name == division else name

    def _said(self, label: Label | None) -> str | None:
        if label is None:
            return None
        return label.zh if self._language == "zh" else label.en


@lru_cache(maxsize=10_000)
def _division(text: str | None) -> str | None:
    """Give *text* if it is a division code; what another system calls its places is not given."""
    try:
        return parse(text or "").code
    except InputError:
        return None
