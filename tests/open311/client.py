"""
A client of GeoReport v2, written from the text of the standard and from nothing else.

It knows nothing of the library: what it can do, any program can do that somebody writes who has
read the standard. Values are text or None, as XML has them; lists are lists.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

__all__ = ["Client", "Open311Error"]

MEDIA = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
MEMBERS = {
    "services": "service", "service_requests": "request", "attributes": "attribute",
    "values": "value", "errors": "error", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip


class Open311Error(Exception):
    """What the standard calls errors: an HTTP status, and pairs of code and description."""

    def __init__(self, status: int, errors: list[tuple[str, str]]) -> None:
        """Keep both."""
        super().__init__(f"{status}: {errors}")
        self.status = status
        self.errors = errors


class Client:
    """Speaks with one endpoint in one format."""

    def __init__(self, endpoint: str, form: str = "xml", key: str | None = None) -> None:
        """Speak with *endpoint*, the address below which services and requests are."""
        self.endpoint = endpoint.rstrip("/")
        self.form = form
        self.key = key
        self.bodies: list[bytes] = []

    def discovery(self, address: str) -> dict[str, Any]:
        """Read the discovery document; *address* lacks the format."""
        return self._read(self._sent(f"{address}.{self.form}"), "discovery")

    def services(self, **asked: str) -> list[dict[str, Any]]:
        """GET Service List."""
        return self._got("services", "services", asked)

    def service(self, code: str, **asked: str) -> dict[str, Any]:
        """GET Service Definition."""
        return self._got(f"services/{quote(code, safe='')}", "service_definition", asked)

    def requests(self, **asked: str) -> list[dict[str, Any]]:
        """GET Service Requests."""
        return self._got("requests", "service_requests", asked)

    def request(self, number: str, **asked: str) -> dict[str, Any]:
        """GET Service Request."""
        (found,) = self._got(f"requests/{quote(number, safe='')}", "service_requests", asked)
        return found

    def token(self, token: str) -> dict[str, Any]:
        """GET service_request_id from a token."""
        (found,) = self._got(f"tokens/{quote(token, safe='')}", "service_requests", {})
        return found

    def post(self, fields: list[tuple[str, str]], **headers: str) -> dict[str, Any]:
        """POST Service Request."""
        key = [("api_key", self.key)] if self.key is not None else []
        body = urlencode([*key, *fields]).encode("ascii")
        sent = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", **headers}
        address = f"{self.endpoint}/requests.{self.form}"
        request = Request(address, body, sent, method="POST")  # noqa: S310 - an address of the test's own
        (made,) = self._read(self._sent(request), "service_requests")
        return made

    def _got(self, path: str, root: str, asked: dict[str, str]) -> Any:
        query = f"?{urlencode(asked)}" if asked else ""
        return self._read(self._sent(f"{self.endpoint}/{path}.{self.form}{query}"), root)

    def _sent(self, request: str | Request) -> bytes:
        try:
            with urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
                return self._checked(answer)
        except HTTPError as refused:
            with refused:
                errors = self._read(self._checked(refused), "errors")
            told = [(one["code"], one["description"]) for one in errors]
            raise Open311Error(refused.code, told) from None

    def _checked(self, answer: Any) -> bytes:
        assert answer.headers["Content-Type"] == MEDIA[self.form]
        body: bytes = answer.read()
        self.bodies.append(body)
        return body

    def _read(self, body: bytes, root: str) -> Any:
        if self.form == "json":
            return _as_text(json.loads(body.decode("utf-8")))
        head = body.decode("utf-8").partition("\n")[0].lower()
        assert head.startswith("<?xml")
        assert 'encoding="utf-8"' in head
        tree = ET.fromstring(body)  # noqa: S314 - the test's own server
        assert tree.tag == root
        return _from_xml(tree)


def _as_text(value: Any) -> Any:
    """Give JSON's values as XML would have them."""
    if isinstance(value, dict):
        return {name: _as_text(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_text(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value) or None


def _from_xml(element: ET.Element) -> Any:
    """Give an element by the Spark convention."""
    if element.tag in MEMBERS:
        assert {child.tag for child in element} <= {MEMBERS[element.tag]}
        return [_from_xml(child) for child in element]
    if len(element):
        return {child.tag: _from_xml(child) for child in element}
    return (element.text or "").strip() or None
