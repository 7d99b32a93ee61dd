"""Bad requests without end, from a seed: half right, so that they get far before they go wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode

__all__ = ["Bad", "Generator", "spoiled"]

Json = dict[str, Any]

NUMBERS: Final = (0, -1, 1, 2**31, 2**63, -(2**64), 10**400, 1e308, 0.1, 1e-320)
TEXTS: Final = (
    "", " ", "\0", "a\0b", "\ud800", "\udfff\ud800", "\ufffe", "\u202eabc", "\x1b[31m", "\x7f\x85",
    "x" * 201, "字" * 4001, "x" * 70_000, "💥" * 50, "' OR 1=1 --", "%s%n%00", "../../etc/passwd",
    "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "NaN", "-0", "1e999", "٣", "true",
    "null", "2026-02-30", "9999-12-31T23:59:59+14:00", "0001-01-01T00:00:00-14:00", "2026-13",
    "2026-03-02/2026-03-01", "00000000-0000-0000-0000-000000000000", "١٢٣", "\r\nSet-Cookie: a=b",
    "110105002", "12345", "case:", "receipt:", "http:", "zhili:defaults",
)  # fmt: skip
SPOILT: Final = (
    b"\0", b"\xff: \xff", b" folded", b": x", b"x" * 99_999, b"Transfer-Encoding: gzip", b"GET /",
    b"Content-Length: -1", b"Content-Length: 1e3", b"GET / HTTP/9.9", b"Expect: x", b"Host: a, b",
)  # fmt: skip
"""Lines that stand in the place of others."""
DEPTHS: Final = (33, 200, 5_000)
METHODS: Final = (
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "QUERY",
    "get",
)
NAMES: Final = (
    "title", "content", "kind", "category", "phone", "name", "address", "anonymous", "text",
    "village", "channel", "reason", "unit", "grade", "satisfaction", "solved", "purpose", "fields",
    "key", "expect", "code", "receipt", "vote", "lang", "after", "state", "case_type", "month",
    "during", "by", "search", "q", "number", "limit", "page", "version", "division", "until",
    "service_code", "description", "address_string", "lat", "long", "api_key", "jurisdiction_id",
    "start_date", "end_date", "status", "service_request_id", "extensions", "at",
)  # fmt: skip
VALUES: Final = (
    "1", "3", "complaint", "help", "hotline", "110105002", "2026-03", "2026-03/2026-05", "on",
    "III", "satisfied", "open", "closed", "zh", "en", "13800000000", "路灯", "street", "true",
    "2026-03-02T09:00:00Z", "2026-03-02", "39.9", "116.4", "city.gov.cn", "infrastructure", "x",
)  # fmt: skip
SEGMENTS: Final = (
    "complaint", "wall", "whistle", "accept", "dispatch", "register", "time_limits", "1", "groups",
    "requests.json", "requests.xml", "services.json", "style.css", "case-not-found", "policy",
)  # fmt: skip
TYPES: Final = (
    "application/json", "application/json", "application/json", "application/json; charset=x",
    "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", ";", "a/b/c",
    "application/problem+json",
)  # fmt: skip
TAGS: Final = ('"1"', '"2"', 'W/"1"', "*", '"', '""', "1", '"99999999999999999999"', '"-1"', "x,y")
PEOPLE: Final = (
    *["lin"] * 4, *["zhao"] * 2, *["liu"] * 2, "chen", "sun", "zhou", "wu", "he", "", "?",
)  # fmt: skip
RIGHT: Final = {
    "/cases/complaint": {
        "kind": "help", "channel": "hotline", "title": "Lift", "content": "…", "phone": "139",
    },
    "/cases/complaint/{case_id}/accept": {"grade": "III"},
    "/cases/complaint/{case_id}/dispatch": {"unit": "110105002"},
}  # fmt: skip
"""What is carried out, so that something happens to the cases."""


@dataclass(frozen=True, slots=True)
class Bad:
    """One bad request: its target and header values may hold any byte."""

    method: str
    target: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes = b""
    by: str = ""


@dataclass
class Generator:
    """
    Makes bad requests from the OpenAPI document of what is asked, and for other places.

    `cases` are the ids of cases that exist; whoever carries requests out adds to them. `places`
    are methods and paths that the document does not describe: pages, and where forms are sent.
    """

    document: Json
    seed: int
    cases: list[str] = field(default_factory=list)
    places: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        """Start from the seed."""
        self.chance = random.Random(self.seed)  # noqa: S311 - chance, not secrets
        self.operations = [
            (path, method, operation)
            for path, methods in self.document["paths"].items()
            for method, operation in methods.items()
            for _ in range(8 if path in RIGHT else 1)
        ]

    def request(self) -> Bad:
        """Give the next one."""
        chance = self.chance
        if self.places and chance.random() < 0.35:
            return self._place(*chance.choice(self.places))
        path, method, operation = chance.choice(self.operations)
        method = method.upper() if chance.random() < 0.95 else chance.choice(METHODS)
        target = self._path(path) + self._query(operation.get("parameters", ()))
        if chance.random() < 0.03:
            target = self._bytes(target)
        return Bad(
            method=method,
            target=target,
            headers=tuple(self._headers()),
            body=self._body(path, operation) if method != "GET" or chance.random() < 0.1 else b"",
            by=chance.choice(PEOPLE),
        )

    def _place(self, method: str, path: str) -> Bad:
        """Give a request for a page, or one that sends a form, mostly with the right token."""
        chance = self.chance
        fields = [(name, self._said()) for name in NAMES if chance.random() < 0.25]
        headers = [each for each in self._headers() if each[0] not in {"Content-Type", "Cookie"}]
        if chance.random() < 0.9:
            fields.append(("_token", "t" * 32))
            headers.append(("Cookie", f"zhili_form={'t' * 32}".encode()))
        form = urlencode(fields, errors="replace").encode()
        if chance.random() < 0.05:
            form = chance.choice((b"\xff=%ff", b"&" * 3000, b"a=1&" * 3000, b"%", b"=", form[:50]))
        query = b"?" + form if method == "GET" and chance.random() < 0.7 else b""
        kind = b"application/x-www-form-urlencoded" if chance.random() < 0.95 else b"text/plain"
        return Bad(
            method=method,
            target=self._path(path) + query,
            headers=(*headers, ("Content-Type", kind)),
            body=form if method == "POST" else b"",
            by=chance.choice(PEOPLE),
        )

    def _said(self) -> str:
        """Give something that a field may say, or may not."""
        chance = self.chance
        return chance.choice((chance.choice(VALUES), self._text()[:5000]))

    # — where —

    def _path(self, template: str) -> bytes:
        segments = [self._segment(part) for part in template.split("/")[1:]]
        if self.chance.random() < 0.02:
            segments.insert(self.chance.randrange(len(segments) + 1), self._odd_segment())
        return b"/" + b"/".join(segments) + (b"/" if self.chance.random() < 0.03 else b"")

    def _segment(self, part: str) -> bytes:
        if not part.startswith("{"):
            return part.encode() if self.chance.random() < 0.98 else self._odd_segment()
        if part != "{case_id}" and self.chance.random() < 0.7:
            return self.chance.choice(SEGMENTS).encode()
        if self.cases and self.chance.random() < 0.93:
            return self.chance.choice(self.cases).encode()
        return self._odd_segment()

    def _odd_segment(self) -> bytes:
        if self.chance.random() < 0.3:
            return self.chance.choice((b"%", b"%zz", b"%ff%fe", b"%00", b"..", b"%2e%2e%2f", b""))
        return quote(self._text()[:300], safe="", errors="replace").encode()

    def _query(self, parameters: Sequence[Json]) -> bytes:
        chance = self.chance
        if chance.random() < 0.4:
            return b""
        pairs: list[tuple[str, str]] = []
        for parameter in parameters:
            if parameter["in"] == "query" and chance.random() < 0.5:
                value = self._value(parameter["schema"])
                pairs.append((parameter["name"], value if isinstance(value, str) else repr(value)))
        if chance.random() < 0.2:
            pairs.append((self._text()[:80], self._text()[:2000]))
        if pairs and chance.random() < 0.1:
            pairs.append(pairs[0])
        return b"?" + urlencode(pairs, errors="replace").encode()

    def _bytes(self, target: bytes) -> bytes:
        """Give *target* with a byte in it that is none of a URL's."""
        place = self.chance.randrange(1, len(target) + 1)
        return (
            target[:place]
            + self.chance.choice((b"\xff", b"\x80", b"\xe6\xb2", b"|", b'"'))
            + (target[place:])
        )

    # — headers —

    def _headers(self) -> list[tuple[str, bytes]]:
        chance = self.chance
        found: list[tuple[str, bytes]] = [
            ("Content-Type", chance.choice(TYPES if chance.random() < 0.2 else TYPES[:1]).encode())
        ]
        for name, values in (
            ("If-Match", TAGS), ("If-None-Match", TAGS), ("Idempotency-Key", TEXTS),
            ("Accept-Language", ("zh", "en;q=x", "*", ",,,", "a" * 500, "zh;q=1e999")),
            ("Accept", ("text/html", "application/json", "*/*;q=nan", "")),
            ("Cookie", ("a=b", "=;=;", 'zhili_language="', "\x01=\x02", "zhili_form=x; lang=zh")),
            ("X-Forwarded-Host", TEXTS), ("Range", ("bytes=0-", "x")),
        ):  # fmt: skip
            if chance.random() < 0.08:
                value = chance.choice(values)[:2000]
                found.append((name, _in_header(value)))
        return found

    # — bodies —

    def _body(self, path: str, operation: Json) -> bytes:
        chance = self.chance
        drawn = chance.random()
        if drawn < 0.04:
            return chance.choice(
                (b"[" * 9_000, b'{"a":' * 9_000, b"\xff\xfe{}", b"{", b"nul", b"1")
            )
        if drawn < 0.08:
            depth = chance.choice(DEPTHS)
            return b'{"title":' + b"[" * depth + b"]" * depth + b"}"
        if drawn < 0.1:
            return json.dumps(self._nasty()).encode(errors="surrogatepass")
        content = operation.get("requestBody", {}).get("content", {})
        schema: Json = content.get("application/json", {}).get("schema", {})
        made = self._value(schema) if schema else {}
        if path in RIGHT and chance.random() < 0.7:
            made = RIGHT[path] if chance.random() < 0.5 else {**_fields(made), **RIGHT[path]}
        text = json.dumps(made, ensure_ascii=chance.random() < 0.7)
        if chance.random() < 0.03:
            text = text.replace("1", "1e99999")
        if chance.random() < 0.03:
            text = text[: chance.randrange(len(text) + 1)]
        return text.encode(errors="surrogatepass")

    def _value(self, schema: Json, depth: int = 0) -> Any:
        """Give something that fits *schema*, or nearly."""
        chance = self.chance
        if chance.random() < 0.02 or depth > 6:
            return self._nasty()
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self._value(self.document["components"]["schemas"][name], depth)
        for key in ("anyOf", "oneOf"):
            if key in schema:
                return self._value(chance.choice(schema[key]), depth)
        if "enum" in schema:
            return chance.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        return self._typed(schema, depth)

    def _typed(self, schema: Json, depth: int) -> Any:
        chance, kind = self.chance, schema.get("type")
        if kind == "object":
            required = set(schema.get("required", ()))
            properties: Mapping[str, Json] = schema.get("properties", {})
            wanted = [key for key in properties if key in required or chance.random() < 0.4]
            return {key: self._value(properties[key], depth + 1) for key in wanted}
        if kind == "array":
            items: Json = schema.get("items", {})
            return [self._value(items, depth + 1) for _ in range(chance.randrange(3))]
        if kind in ("integer", "number"):
            return chance.choice((1, 2, 3, 10, chance.choice(NUMBERS)))
        if kind == "boolean":
            return chance.random() < 0.5
        if kind == "null":
            return None
        return self._string(schema)

    def _string(self, schema: Json) -> str:
        chance, form = self.chance, schema.get("format")
        if chance.random() < 0.03:
            return self._text()
        if form == "uuid":
            return chance.choice(self.cases) if self.cases else self._text()
        if form == "date-time":
            return f"202{chance.randrange(10)}-03-0{chance.randrange(1, 9)}T09:00:00+08:00"
        if form == "date":
            return f"202{chance.randrange(10)}-0{chance.randrange(1, 9)}-01"
        return chance.choice(
            ("solved", "110105002", "hotline", "noise", "字", "x" * 30, "13800000000")
        )

    def _text(self) -> str:
        return self.chance.choice(TEXTS)

    def _nasty(self) -> Any:
        chance = self.chance
        return chance.choice(
            (self._text(), chance.choice(NUMBERS), None, True, [], {}, [[]], {"": ""}, [None] * 50)
        )


def _fields(made: object) -> Json:
    return {str(key): value for key, value in made.items()} if isinstance(made, dict) else {}


def _in_header(value: str) -> bytes:
    """Give *value* in the bytes that a client may send in a header; servers refuse the rest."""
    kept = "".join(each for each in value if each not in "\r\n\0")
    return kept.encode("utf-8", "surrogatepass").strip()


def spoiled(generator: Generator, bad: Bad, signed: Mapping[str, str]) -> bytes:
    """Give *bad* as bytes on the wire, in one of four also spoilt as HTTP."""
    chance = generator.chance
    lines = [bad.method.encode() + b" " + bad.target + b" HTTP/1.1", b"Host: localhost"]
    lines += [f"{name}: {value}".encode() for name, value in signed.items()]
    lines += [name.encode() + b": " + value for name, value in bad.headers]
    lines += [b"Content-Length: %d" % len(bad.body), b"Connection: close"]
    if chance.random() < 0.25:
        lines[chance.randrange(len(lines))] = chance.choice(SPOILT)
    return b"\r\n".join(lines) + b"\r\n\r\n" + bad.body + b"\r\n\r\n"
