"""The reference page of the errors, and of what an audit finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docs.pages.markdown import code, page, prose, sentence, table
from zhili import errors
from zhili.audit.report import ACCESS_FINDINGS, FINDINGS, FOLDER_FINDINGS, FOLDER_REMARKS, REMARKS
from zhili.errors import ZhiliError
from zhili.face import problem

MODULES: Final = (errors.__name__, problem.__name__)
"""Where errors with a code are declared: the library's own, and those of what comes over HTTP."""

ABOUT: Final = """
Everything that zhili refuses on purpose is a `ZhiliError` from `zhili.errors`. Its `code` never
changes, its `message` is for people, and its data are attributes; `as_dict()` gives all three. A
malformed command is pydantic's own `ValidationError`. Those of `zhili.face.problem` come over HTTP
only, where every code has a page that explains it: `/problems/CODE`.
"""


def render() -> str:
    """Give the page."""
    heads = ("Error", "Code", "Kind of", "What it says")
    return page(
        "Errors and findings",
        prose(ABOUT),
        ["## Errors", "", *table(heads, _errors())],
        [
            "## Findings of an audit",
            "",
            "An audit never raises: it reports. One finding, and the log is not clean.",
            "",
            *table(("Code", "What it says"), _sentences(FINDINGS)),
        ],
        [
            "## Findings in the access log",
            "",
            "What an audit may find in the chain of who has read personal data.",
            "",
            *table(("Code", "What it says"), _sentences(ACCESS_FINDINGS)),
        ],
        [
            "## Findings of an exported folder",
            "",
            "What `zhili audit` of a folder may find besides, before it replays the log.",
            "",
            *table(("Code", "What it says"), _sentences(FOLDER_FINDINGS)),
        ],
        [
            "## Remarks of an audit",
            "",
            "Worth knowing, and nothing wrong.",
            "",
            *table(("Code", "What it says"), _sentences({**REMARKS, **FOLDER_REMARKS})),
        ],
    )


def classes() -> list[type[ZhiliError]]:
    """Give every error class, each after the one that it is a kind of."""
    return list(_with_kinds(ZhiliError))


def _with_kinds(kind: type[ZhiliError]) -> Iterator[type[ZhiliError]]:
    yield kind
    for one in kind.__subclasses__():
        if one.__module__ in MODULES:
            yield from _with_kinds(one)


def _errors() -> Iterator[tuple[str, str, str, str]]:
    for kind in classes():
        above = code(kind.__base__.__name__ if kind.__base__ else "")
        yield code(kind.__name__), code(kind.code), above, sentence(kind.__doc__)


def _sentences(meanings: dict[str, str]) -> Iterator[tuple[str, str]]:
    return ((code(name), said) for name, said in sorted(meanings.items()))
