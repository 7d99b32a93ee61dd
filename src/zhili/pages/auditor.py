"""The auditor 审计: the head of the log and how to keep it, an audit on demand, the policies."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from pydantic_core import to_json

from zhili.audit import REMARKS, Report
from zhili.errors import InputError
from zhili.face import Request, Response, Route
from zhili.face.commands import actor_of
from zhili.face.eyes import Eyes
from zhili.face.problem import ForbiddenError, NotFoundError
from zhili.pages.auditor_case import case_routes
from zhili.pages.auditor_words import code_in_words, policy_label
from zhili.pages.menu import Entry
from zhili.pages.refusal_words import refusal_in_words
from zhili.pages.staff import auditor_eyes
from zhili.policies import POLICIES
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.pages.site import Site
    from zhili.values import Actor

__all__ = ["AUDIT_MAX", "MENU", "routes"]

AUDIT_MAX: Final = 30_000
"""The longest log that is audited while somebody waits for a page: some seconds of work."""

SHOWN_MAX: Final = 200
"""How many findings a page shows; the command line shows all."""

AUDITING: Final = frozenset({"inspector", "assessor"})


def _audits(actor: Actor | None) -> bool:
    return actor is not None and actor.role in AUDITING


MENU: Final = (
    Entry(
        "/auditor",
        Label("The auditor", "审计"),
        Label(
            "The head of the log, audits, and who has read what.", "日志链首、审计结果与查阅记录。"
        ),
        _audits,
        rank=60,
    ),
)


class Audited(NamedTuple):
    """An audit that was made here: when, by whom, from which kept head, and its report."""

    at: datetime
    by: str
    expect: str
    report: Report


class Auditor:
    """Shows the head of the log, and audits it when asked."""

    def __init__(self, site: Site) -> None:
        """Show it on *site*."""
        self._site = site
        self._running = threading.Lock()
        self._last: Audited | None = None

    def front(self, request: Request) -> Response:
        """Show the head, and the last audit that was made here."""
        eyes = Eyes(self._site.engine, actor_of(request))
        examines = eyes.may_ask_figures() and eyes.sight.view.scope == "all"
        if not (eyes.may_see_readers() or examines):
            raise ForbiddenError("the head of the log is for those who examine the record")
        return self._page(request)

    def audit(self, request: Request) -> Response:
        """Audit the log now, if it is short enough to wait for, and show what was found."""
        auditor_eyes(self._site, request)
        expect = "".join(v for name, v in self._site.form_of(request) if name == "expect").strip()
        if self._site.engine.head().position > AUDIT_MAX:
            message = f"a log of more than {AUDIT_MAX} events is audited with `zhili audit`"
            raise InputError(message)
        if not self._running.acquire(blocking=False):
            return self._page(request, is_running=True, expect=expect, status=409)
        try:
            report = self._site.engine.audit(expect=expect or None)
        except InputError as error:
            wrong = refusal_in_words(error, request.language, self._site)
            return self._page(request, wrong=wrong, expect=expect, status=422)
        finally:
            self._running.release()
        self._last = Audited(self._site.engine.now(), actor_of(request).id, expect, report)
        return self._page(request)

    def _page(
        self,
        request: Request,
        *,
        wrong: str = "",
        expect: str = "",
        is_running: bool = False,
        status: int = 200,
    ) -> Response:
        engine, last = self._site.engine, self._last
        head = engine.head()
        report = last.report if last else None
        counts = sorted(report.counts.items()) if report else ()
        return self._site.page(
            request, "auditor/front.html", status=status,
            head=head, written=f"{head.position}:{head.link.hex()}",
            access=engine.store.access_head() if engine.store.keeps_access_log else None,
            full=Eyes(engine, request.actor).may_see_readers(),
            last=last, report=report,
            findings=report.findings[:SHOWN_MAX] if report else (),
            counts_found=[pair for pair in counts if pair[0] not in REMARKS],
            counts_remarked=[pair for pair in counts if pair[0] in REMARKS],
            words=code_in_words,
            is_long=head.position > AUDIT_MAX, audit_max=AUDIT_MAX,
            is_running=is_running, wrong=wrong, expect=expect,
        )  # fmt: skip

    def policies(self, request: Request) -> Response:
        """Show every policy with its versions."""
        auditor_eyes(self._site, request)
        book = self._site.engine.book
        listed = [(name, policy_label(name), book.versions(name)[::-1]) for name in POLICIES]
        return self._site.page(request, "auditor/policies.html", policies=listed)

    def policy(self, request: Request) -> Response:
        """Show one version of a policy as it was published."""
        auditor_eyes(self._site, request)
        name, said = request.named["policy"], request.named["version"]
        versions = self._site.engine.book.versions(name)
        found = next((one for one in versions if str(one.version) == said), None)
        if found is None:
            raise NotFoundError("there is no such version of a policy; choose one of the list")
        return self._site.page(
            request, "auditor/policy.html",
            name=name, named=policy_label(name), found=found, versions=len(versions),
            document=to_json(found.document, indent=2).decode(),
        )  # fmt: skip


def routes(site: Site) -> tuple[Route, ...]:
    """Give the routes of the auditor's pages."""
    auditor = Auditor(site)
    versions = Label("Policies and their versions", "政策及其版本")
    return (
        Route(
            "GET", "/auditor", "auditor", auditor.front, Label("The auditor", "审计"), page=True
        ),
        Route(
            "POST", "/auditor", "auditor.audit", auditor.audit,
            Label("Audit the log now", "立即审计"), page=True,
        ),
        Route(
            "GET", "/auditor/policies", "auditor.policies", auditor.policies, versions, page=True
        ),
        Route(
            "GET", "/auditor/policies/{policy}/{version}", "auditor.policy", auditor.policy,
            versions, page=True,
        ),
        *case_routes(site),
    )  # fmt: skip
