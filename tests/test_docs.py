"""README and docs say only what is true: their code runs, and prints what they say it prints."""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import httpx
import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for page in [*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md")]
    if "```python" in page.read_text(encoding="utf-8")
)
LINKING = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
SAYS = re.compile(r"print\(.*\)\s+# (.*)$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_of_a_page_runs_and_prints_what_it_says(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every block runs after the ones before it; `print(x)  # y` prints y, nothing else does."""
    module = ModuleType(f"doc_{page.stem.replace('-', '_')}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    scope = vars(module)
    # In a thread of its own: a browser's driver may keep an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        for block in BLOCK.findall(page.read_text(encoding="utf-8")):
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                code = compile(block, str(page), "exec")
                thread.submit(exec, code, scope).result()
            expected = [line.strip() for line in SAYS.findall(block)]
            assert printed.getvalue().splitlines() == expected


@pytest.mark.parametrize("page", sorted(ROOT.glob("README*.md")), ids=lambda page: page.name)
def test_the_host_of_the_readme_answers_all_below_its_prefix(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not there is a problem for programs and a page for people, as the how-to has it."""
    (block,) = (one for one in BLOCK.findall(page.read_text(encoding="utf-8")) if "FastAPI" in one)
    module = ModuleType("readme_host")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(block, str(page), "exec"), vars(module))  # noqa: S102 - the page is ours

    async def asked(accept: str) -> tuple[int, str]:
        transport = httpx.ASGITransport(app=vars(module)["app"])
        async with httpx.AsyncClient(transport=transport, base_url="http://district") as client:
            answer = await client.get("/governance/nope", headers={"Accept": accept})
        return answer.status_code, answer.headers["content-type"]

    def told(accept: str) -> tuple[int, str]:
        return asyncio.run(asked(accept))

    # In a thread of its own: a browser's driver may keep an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        program, person = thread.map(told, ("application/json", "text/html"))
    assert program == (404, "application/problem+json")
    assert person == (404, "text/html; charset=utf-8")


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    """A link to a file of the project leads to one."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} → {target}"
