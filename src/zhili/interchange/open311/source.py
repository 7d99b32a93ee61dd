"""Service requests of another city as the rows of an import."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from zhili.errors import InputError
from zhili.interchange.csv_source import COMMA, Record
from zhili.interchange.import_map import Columns, ImportMap, Source, Values
from zhili.interchange.open311.fetching import fetched
from zhili.interchange.open311.reading import BYTES_MAX, fields_of, items_in

__all__ = ["CLOSED_AT", "Open311Source", "open311_map"]

CLOSED_AT: Final = "closed_datetime"
"""
The column that is worked out.

Of a closed request the standard's `updated_datetime` is when it was closed.
"""

FIELDS: Final = (
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
)  # fmt: skip

STATUSES: Final = ("open", "closed")


def open311_map(place: str, system: str | None = None) -> ImportMap:
    """
    Give the map of GeoReport's fields: the code is the category, its name the type.

    Of a live server's *place* the host is the source's name, unless *system* says another.

    Raises:
        InputError: If a file's source has no name.
    """
    named = system or _host(place)
    if not named:
        message = f"whose requests are in {place}? Name the city with --system, e.g. toronto311"
        raise InputError(message, source=place)
    return ImportMap(
        source=Source(system=named),
        columns=Columns(
            external_id="service_request_id",
            opened_at="requested_datetime",
            closed_at=CLOSED_AT,
            due_at="expected_datetime",
            status="status",
            unit="agency_responsible",
            category="service_code",
            type="service_name",
        ),
        values=Values(closed_statuses=("closed",)),
    )


class Open311Source:
    """
    Requests in the order in which a server answered; the first is line 1.

    They are read as a whole when it is opened, so that what is not what it seems is refused before
    anything of it is used.
    """

    delimiter: str = COMMA

    def __init__(self, place: str, import_map: ImportMap) -> None:
        """
        Read the answers at *place*, a file or the address of a live server.

        Raises:
            InputError: If they cannot be had, or are no requests.
        """
        live = _host(place)
        self.path = Path(f"{live}.open311" if live else place)
        self._items = fetched(place) if live else items_in(_bytes(self.path), place)
        self._closed = frozenset(import_map.values.closed_statuses)
        self._name = place
        self.lines = len(self._items)
        further = {name for item in self._items for name in fields_of(item) or ()}
        self.header = (*FIELDS, CLOSED_AT, *sorted(further.difference(FIELDS, (CLOSED_AT,))))

    def places(self, columns: Mapping[str, str]) -> dict[str, int]:
        """
        Give where each of *columns* (ours → theirs) stands in a record.

        Raises:
            InputError: If neither the standard nor any of the requests has one.
        """
        missing = [theirs for theirs in columns.values() if theirs not in self.header]
        if missing:
            lacks = ", ".join(repr(name) for name in dict.fromkeys(missing))
            message = f"{self._name} has no field {lacks}; there are: {', '.join(self.header)}"
            raise InputError(message, source=self._name)
        return {ours: self.header.index(theirs) for ours, theirs in columns.items()}

    def records(self) -> Iterator[Record]:
        """Give the requests in order; one that is none carries its problem instead of fields."""
        for line, item in enumerate(self._items, 1):
            text = json.dumps(item, ensure_ascii=False)
            read = fields_of(item)
            if read is None:
                yield Record(line, [], "it is no service request", [text])
                continue
            fields = {name: _said(value) for name, value in read.items()}
            problem = self._complete(fields)
            told = [] if problem else [fields.get(name, "") for name in self.header]
            yield Record(line, told, problem, [text])

    def _complete(self, fields: dict[str, str]) -> str | None:
        """Work out when it was closed; say what is wrong if its status tells neither."""
        status = fields.get("status", "").strip()
        if not status:
            return "it has no status; the standard knows open and closed"
        if status.lower() in STATUSES:
            status = fields["status"] = status.lower()
        fields.setdefault(CLOSED_AT, "")
        if status in self._closed and not fields[CLOSED_AT]:
            fields[CLOSED_AT] = fields.get("updated_datetime", "")
        return None


def _said(value: object) -> str:
    """Give a value as the text of a column."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _host(place: str) -> str | None:
    """Give the host of an address; None of a file."""
    try:
        parts = urlsplit(place)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"{path} cannot be read: {reason}; name a recorded answer, or an address"
        raise InputError(message, source=str(path)) from error
