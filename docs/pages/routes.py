"""The reference page of the routes: every place of the face and of the pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from docs.pages.markdown import code, page, prose, table
from zhili import Engine
from zhili.face import Route
from zhili.face.operation import Operation
from zhili.interchange.open311.settings import Open311Settings
from zhili.pages.settings import Settings
from zhili.pages.site import site

ABOUT: Final = """
What a host hangs up below the prefix of its choice. What is not public is answered with 401 unless
the host says who asks; what somebody may not see is answered with 404, as if it were not there.

Refusals are problem details (RFC 9457) with a stable `code` and come with one of these statuses:
401 nobody asks, 403 not for this role, 404 no such case or place, 405 another method, 408 too slow,
409 the rules say no, 412 somebody was first, 413 too much, 415 another type, 422 not understood,
503 the record cannot be reached. On pages they come as a page.

Commands take `Idempotency-Key`, and `If-Match` with the version that `ETag` gave. `/openapi.json`
describes every operation with its models; what stands below is rendered from the same routes.
"""

OPEN311: Final = """
These exist only where the host has said `Settings(open311=Open311Settings(…))`, as `zhili serve`
does; without it they are 404. What they read is public; whoever posts sends an `api_key`, or is an
actor of the host's. [How to](../how-to/speak-open311.md).
"""

COMMANDS: Final = """
Three routes carry out the commands of every case type. The body holds the command's fields.
"""


def render() -> str:
    """Give the page."""
    with Engine.open("memory:") as engine:
        routes = site(engine, Settings(open311=Open311Settings())).routes
    programs = [route for route in routes if not route.page and not _posts(route)]
    optional = [route for route in programs if route.name.startswith("open311.")]
    always = [route for route in programs if route not in optional]
    commands = [each for route in routes if _posts(route) for each in route.operations]
    heads = ("Method", "Path", "What for", "中文", "Who")
    return page(
        "Routes and pages",
        prose(ABOUT),
        ["## For programs", "", *table(heads, map(_line, always))],
        ["## Open311", "", *prose(OPEN311), *table(heads, map(_line, optional))],
        ["## Pages", "", *table(heads, map(_line, (one for one in routes if one.page)))],
        [
            "## Commands",
            "",
            *prose(COMMANDS),
            *table(("Path", "What for", "中文"), _told(commands)),
        ],
    )


def _posts(route: Route) -> bool:
    """Whether it carries out the commands of every case type."""
    return "{case_type}" in route.path and not route.page


def _line(route: Route) -> tuple[str, ...]:
    who = "anybody" if route.public else "an actor"
    return (route.method, code(route.path), route.title.en, route.title.zh, who)


def _told(operations: Iterable[Operation]) -> Iterator[tuple[str, ...]]:
    for each in operations:
        yield (code(f"POST {each.path}"), each.title.en, each.title.zh)
