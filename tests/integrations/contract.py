"""
What every host that has hung up a face owes over HTTP, whatever it is built with.

A rule takes a running host (`serving.Host`) and asks it as anybody outside would. The host has the
people of `examples/district.py`, and further cases may be in its store. A test of a host's own
runs `CONTRACT`, one rule after the other:

    @pytest.mark.parametrize("rule", CONTRACT, ids=lambda rule: rule.__name__)
    def test_contract(rule, host):
        rule(host)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Self
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from tests.integrations.line import exchanged
from tests.integrations.serving import Host

__all__ = ["CONTRACT", "Asker", "Rule"]

Rule = Callable[[Host], None]
Json = dict[str, Any]

CALL: Final = {
    "kind": "complaint", "channel": "hotline", "title": "Lift out of order",
    "content": "stuck since Monday", "phone": "13900001111",
}  # fmt: skip
STREET: Final = "110105002"
LIMIT: Final = 1024 * 1024
ASKERS: Final = 8


class Asker:
    """Asks a host over HTTP, as somebody or as anybody."""

    def __init__(self, host: Host) -> None:
        """Ask *host*."""
        self.host = host
        self.client = httpx.Client(timeout=60, follow_redirects=False)

    def __enter__(self) -> Self:
        """Give the asker itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hang up."""
        self.client.close()

    def ask(
        self, method: str, path: str, *, by: str | None = None, **options: Any
    ) -> httpx.Response:
        """Ask for *path* below the host's place for zhili."""
        signed = self.host.headers_of(by) if by is not None else {}
        headers = {**signed, **options.pop("headers", {})}
        return self.client.request(method, self.host.url + path, headers=headers, **options)

    def get(self, path: str, *, by: str | None = None, **headers: str) -> httpx.Response:
        """Get *path*; an underscore in a header's name stands for a hyphen."""
        return self.ask("GET", path, by=by, headers=_hyphened(headers))

    def post(
        self, path: str, body: Json | None = None, *, by: str | None = None, **headers: str
    ) -> httpx.Response:
        """Post *body* as JSON to *path*."""
        return self.ask("POST", path, by=by, headers=_hyphened(headers), json=body or {})

    def opened(self) -> str:
        """Open a case; give its id."""
        answer = self.post("/cases/complaint", CALL, by="lin")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["case_id"])

    def dispatched(self) -> str:
        """Open a case and dispatch it to the street; give its id."""
        case = self.opened()
        for verb, body, by in (
            ("accept", {"grade": "III"}, "lin"),
            ("dispatch", {"unit": STREET}, "zhao"),
        ):
            answer = self.post(f"/cases/complaint/{case}/{verb}", body, by=by)
            assert answer.status_code == 200, answer.text
        return case


def _hyphened(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def refused(answer: httpx.Response, status: int, code: str) -> Json:
    """Insist that *answer* is the problem *code*, whole and in its own media type; give it."""
    told = (answer.status_code, answer.headers.get("content-type"))
    assert told == (status, "application/problem+json"), (told, answer.text)
    problem: Json = answer.json()
    assert (problem["status"], problem["code"]) == (status, code), problem
    assert problem["type"].endswith(f"/problems/{code}")
    assert problem["title"]
    assert problem["detail"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Traceback" not in answer.text
    return problem


def nobody_is_answered_what_is_not_public(host: Host) -> None:
    """Without an actor only what is public answers; the rest says that one has to sign in."""
    with Asker(host) as asker:
        assert asker.get("/healthz").status_code == 200
        assert asker.get("/wall", Accept="application/json").status_code == 200
        for answer in (
            asker.get("/worklist", Accept="application/json"),
            asker.get(f"/cases/{uuid4()}", Accept="application/json"),
            asker.post("/cases/complaint", CALL),
        ):
            refused(answer, 401, "unauthenticated")
            assert "www-authenticate" in answer.headers


def somebody_opens_a_case_and_moves_it(host: Host) -> None:
    """A command is a POST: 201 with its place for a new case, then 200; the ETag is the version."""
    with Asker(host) as asker:
        answer = asker.post("/cases/complaint", CALL, by="lin")
        receipt = answer.json()
        assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
        assert answer.headers["location"] == f"{host.prefix}/cases/{receipt['case_id']}"
        assert answer.headers["content-type"] == "application/json"
        path = f"/cases/complaint/{receipt['case_id']}/accept"
        answer = asker.post(path, {"grade": "III"}, by="lin", If_Match='"1"')
        assert answer.status_code == 200
        assert (answer.json()["version"], answer.json()["state"]) == (2, "accepted")
        assert answer.headers["etag"] == '"2"'


def the_wrong_role_is_forbidden(host: Host) -> None:
    """A step that the table has for others is 403."""
    with Asker(host) as asker:
        case = asker.opened()
        path = f"/cases/complaint/{case}/dispatch"
        asker.post(f"/cases/complaint/{case}/accept", {"grade": "III"}, by="lin")
        refused(asker.post(path, {"unit": STREET}, by="lin"), 403, "refused-role")


def what_is_not_there_is_not_found(host: Host) -> None:
    """An unknown case, one that is none, an unknown command, type and place are 404."""
    with Asker(host) as asker:
        json_only = {"Accept": "application/json"}
        for path in (f"/cases/{uuid4()}", "/cases/none", "/cases/%E6%B2%BB%ff%00"):
            refused(asker.get(path, by="lin", **json_only), 404, "case-not-found")
        path = f"/cases/complaint/{uuid4()}/accept"
        refused(asker.post(path, {"grade": "III"}, by="lin"), 404, "case-not-found")
        case = asker.opened()
        for path in (f"/cases/complaint/{case}/fly", "/cases/spaceship"):
            refused(asker.post(path, by="lin"), 404, "not-found")
        for path in ("/nowhere", "/cases/a/b/c/d/e", "/wall/a/b/c/d", "/%00", "/cases//timeline"):
            refused(asker.get(path, **json_only), 404, "not-found")


def a_case_of_others_is_not_there(host: Host) -> None:
    """Whoever may not know of a case is told what they are told of one that does not exist."""
    with Asker(host) as asker:
        case = asker.dispatched()
        assert asker.get(f"/cases/{case}", by="liu").status_code == 200
        hidden = asker.get(f"/cases/{case}", by="wu")
        problem = refused(hidden, 404, "case-not-found")
        unknown = refused(asker.get(f"/cases/{uuid4()}", by="wu"), 404, "case-not-found")
        assert problem.keys() == unknown.keys()
        refused(asker.post(f"/cases/complaint/{case}/sign", by="wu"), 404, "case-not-found")


def a_refusal_says_which_rule(host: Host) -> None:
    """What the table or a guard refuses is 409 and names what refused; nothing is recorded."""
    with Asker(host) as asker:
        case = asker.dispatched()
        path = f"/cases/complaint/{case}/accept"
        problem = refused(asker.post(path, {"grade": "III"}, by="lin"), 409, "refused-state")
        assert problem["state"] == "dispatched"
        silent = {name: CALL[name] for name in CALL if name != "phone"}
        problem = refused(asker.post("/cases/complaint", silent, by="lin"), 409, "refused-guard")
        assert problem["guard"] == "contact_or_anonymous"
        assert problem["rule"]


def a_stale_version_is_refused(host: Host) -> None:
    """If-Match names the version that was decided on; another, a weak one or none at all is 412."""
    with Asker(host) as asker:
        path = f"/cases/complaint/{asker.opened()}/accept"
        for said in ('"7"', '"0"', "7", '"x"', '"1", "2"', "", 'W/"1"'):
            answer = asker.post(path, {"grade": "III"}, by="lin", If_Match=said)
            refused(answer, 412, "conflict")
        assert asker.post(path, {"grade": "III"}, by="lin", If_Match='"1"').status_code == 200


def a_body_that_is_none_is_refused(host: Host) -> None:
    """What cannot be read as the command is 422, and says where."""
    with Asker(host) as asker:
        problem = refused(asker.post("/cases/complaint", {}, by="lin"), 422, "invalid")
        assert {"kind", "title"} <= {fault["where"][0] for fault in problem["faults"]}
        for body in ({**CALL, "more": 1}, {**CALL, "title": 7}, {**CALL, "title": "a\0b"}):
            refused(asker.post("/cases/complaint", body, by="lin"), 422, "invalid")
        for raw in (b"{", b"[]", b"\xff", b'"x"', b'{"a":' * 5000, b"nan"):
            answer = asker.ask(
                "POST", "/cases/complaint", by="lin", content=raw,
                headers={"Content-Type": "application/json"},
            )  # fmt: skip
            refused(answer, 422, "input")


def another_type_of_body_is_refused(host: Host) -> None:
    """A command is sent as JSON; anything else is 415."""
    with Asker(host) as asker:
        for kind in ("text/plain", "application/x-www-form-urlencoded", "", "json"):
            answer = asker.ask(
                "POST", "/cases/complaint", by="lin", content=json.dumps(CALL),
                headers={"Content-Type": kind},
            )  # fmt: skip
            refused(answer, 415, "unsupported-media")


def too_much_is_refused(host: Host) -> None:
    """A body beyond the limit is 413, whether it says so or comes in pieces; so is a query."""
    with Asker(host) as asker:
        kind = {"Content-Type": "application/json"}
        for content in (b" " * (LIMIT + 1), b" " * (3 * LIMIT), iter([b" " * 65536] * 40)):
            answer = asker.ask("POST", "/cases/complaint", by="lin", content=content, headers=kind)
            refused(answer, 413, "too-large")
        whole = json.dumps(CALL).encode().ljust(LIMIT)
        answer = asker.ask("POST", "/cases/complaint", by="lin", content=whole, headers=kind)
        assert answer.status_code == 201
        answer = asker.get(f"/wall?x={'x' * 9000}", Accept="application/json")
        assert answer.status_code in {413, 414}  # some servers read no such line at all


def a_length_that_lies_waits_for_nothing(host: Host) -> None:
    """Whoever announces too much is answered before sending it."""
    where = urlsplit(host.url)
    head = "".join(f"{name}: {value}\r\n" for name, value in host.headers_of("lin").items())
    said = (
        f"POST {where.path}/cases/complaint HTTP/1.1\r\nHost: {where.netloc}\r\n{head}"
        "Content-Type: application/json\r\nContent-Length: 2000000000\r\n\r\n{"
    )
    answer = exchanged(where.port or 80, said.encode())
    assert answer is not None
    assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")


def another_method_is_told_which(host: Host) -> None:
    """405 and OPTIONS name the methods that there are; HEAD is a GET without its body."""
    with Asker(host) as asker:
        for method in ("PUT", "DELETE", "PATCH", "POST"):
            answer = asker.ask(method, "/worklist", by="lin")
            refused(answer, 405, "method")
            assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
        assert asker.ask("DELETE", "/cases/complaint/x/accept").headers["allow"] == "OPTIONS, POST"
        answer = asker.ask("OPTIONS", "/worklist")
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
        whole, head = asker.get("/healthz"), asker.ask("HEAD", "/healthz")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]


def a_slash_too_many_is_redirected(host: Host) -> None:
    """Below the prefix a slash at the end leads to the place without it, with the query."""
    with Asker(host) as asker:
        answer = asker.get("/healthz/?a=b%26c")
        assert answer.status_code == 308
        assert answer.headers["location"] == f"{host.prefix}/healthz?a=b%26c"


def the_prefix_alone_leads_to_the_front_page(host: Host) -> None:
    """Without its slash the prefix redirects to where the pages begin, with the query."""
    with Asker(host) as asker:
        answer = asker.get("?lang=en", Accept="text/html")
        assert answer.status_code in {301, 307, 308}, answer.text
        assert answer.headers["location"].removeprefix(host.origin) == f"{host.prefix}/?lang=en"


def what_is_known_is_not_sent_again(host: Host) -> None:
    """If-None-Match with the ETag of a case as it stands is 304, with an older one 200."""
    with Asker(host) as asker:
        case = asker.opened()
        answer = asker.get(f"/cases/{case}", by="lin")
        tag = answer.headers["etag"]
        known = asker.get(f"/cases/{case}", by="lin", If_None_Match=tag)
        assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", tag)
        asker.post(f"/cases/complaint/{case}/accept", {"grade": "III"}, by="lin")
        again = asker.get(f"/cases/{case}", by="lin", If_None_Match=tag)
        assert again.status_code == 200
        assert again.headers["etag"] != tag


def the_same_key_carries_out_once(host: Host) -> None:
    """The same key and command give the same receipt; with another command the key is refused."""
    with Asker(host) as asker:
        key = uuid4().hex
        first = asker.post("/cases/complaint", CALL, by="lin", Idempotency_Key=key)
        again = asker.post("/cases/complaint", CALL, by="lin", Idempotency_Key=key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == {**first.json(), "repeated": True}
        other = {**CALL, "title": "Something else"}
        answer = asker.post("/cases/complaint", other, by="lin", Idempotency_Key=key)
        assert refused(answer, 422, "key-reused")["key"] == key
        for none in ("", '""', "x" * 201):
            answer = asker.post("/cases/complaint", CALL, by="lin", Idempotency_Key=none)
            refused(answer, 422, "input")
        another = asker.post("/cases/complaint", CALL, by="sun", Idempotency_Key=key)
        assert another.status_code == 403  # a key is its actor's own: this is no repetition


def what_another_site_sends_is_forbidden(host: Host) -> None:
    """What a browser says another site's page has sent is 403; programs say nothing of the kind."""
    with Asker(host) as asker:
        case, origin = asker.opened(), host.origin
        path, body = f"/cases/complaint/{case}/accept", {"grade": "III"}
        for sent in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": origin},
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
        ):
            for place in (path, "/cases/complaint", f"/cases/{case}/personal"):
                answer = asker.ask("POST", place, by="lin", headers=sent, json=body)
                refused(answer, 403, "forbidden")
            answer = asker.ask("GET", f"/cases/{case}", by="lin", headers=sent)
            assert answer.status_code == 200
        assert asker.get(f"/cases/{case}", by="lin").headers["etag"] == '"1"'
        for at, sent in enumerate((
            {"Sec-Fetch-Site": "same-origin", "Origin": origin}, {"Origin": origin}, {},
        )):  # fmt: skip
            again = {**sent, "Idempotency-Key": path}
            answer = asker.ask("POST", path, by="lin", headers=again, json=body)
            assert (answer.status_code, answer.json()["repeated"]) == (200, at > 0)


def nothing_is_taken_for_another_type(host: Host) -> None:
    """Whatever is answered, no browser guesses what it is."""
    with Asker(host) as asker:
        case = asker.opened()
        for answer in (
            asker.get(f"/cases/{case}", by="lin"),
            asker.get("/wall"),
            asker.get("/openapi.json"),
            asker.get("/problem-wall", Accept="text/html"),
            asker.post("/cases/complaint", CALL, by="lin"),
            asker.get(f"/cases/{case}", by="lin", If_None_Match='"1"'),
        ):
            assert answer.status_code in {200, 201, 304}
            assert answer.headers.get_list("x-content-type-options") == ["nosniff"]


def of_several_at_once_one_is_first(host: Host) -> None:
    """Who decided on the same version at the same time: one moves the case, the rest are told."""
    with Asker(host) as asker, ThreadPoolExecutor(ASKERS) as pool:
        path = f"/cases/complaint/{asker.opened()}/accept"

        def accept(_: int) -> int:
            return asker.post(path, {"grade": "III"}, by="lin", If_Match='"1"').status_code

        found = sorted(pool.map(accept, range(ASKERS)))
        assert found == [200, *[412] * (ASKERS - 1)]

        def same(_: int) -> Json:
            answer = asker.post("/cases/complaint", CALL, by="lin", Idempotency_Key=path)
            assert answer.status_code in {200, 201}, answer.text
            return {**answer.json(), "repeated": None}

        receipts = list(pool.map(same, range(ASKERS)))
        assert receipts == [receipts[0]] * ASKERS


def people_are_refused_in_their_language(host: Host) -> None:
    """Whoever asks for a page gets refusals as pages, in Chinese or in English."""
    with Asker(host) as asker:
        for language in ("zh", "en"):
            answer = asker.get("/nowhere", Accept="text/html", Accept_Language=language)
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert answer.headers["content-language"].startswith(language)


def the_description_says_where_it_is(host: Host) -> None:
    """OpenAPI 3.1 describes what is here, below the host's own prefix."""
    with Asker(host) as asker:
        described = asker.get("/openapi.json").json()
        assert described["openapi"].startswith("3.1")
        assert described["servers"] == [{"url": host.prefix or "/"}]
        assert "post" in described["paths"]["/cases/complaint/{case_id}/dispatch"]


CONTRACT: Final[tuple[Rule, ...]] = (
    nobody_is_answered_what_is_not_public,
    somebody_opens_a_case_and_moves_it,
    the_wrong_role_is_forbidden,
    what_is_not_there_is_not_found,
    a_case_of_others_is_not_there,
    a_refusal_says_which_rule,
    a_stale_version_is_refused,
    a_body_that_is_none_is_refused,
    another_type_of_body_is_refused,
    too_much_is_refused,
    a_length_that_lies_waits_for_nothing,
    another_method_is_told_which,
    a_slash_too_many_is_redirected,
    the_prefix_alone_leads_to_the_front_page,
    what_is_known_is_not_sent_again,
    the_same_key_carries_out_once,
    what_another_site_sends_is_forbidden,
    nothing_is_taken_for_another_type,
    of_several_at_once_one_is_first,
    people_are_refused_in_their_language,
    the_description_says_where_it_is,
)
