"""Reading personal data 查阅个人信息: what for is asked first, recorded, and shown once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pydantic import ValidationError

from zhili.errors import InputError, RoleRefusedError
from zhili.face import Request, Response, Route
from zhili.face.problem import ForbiddenError, status_of
from zhili.face.reading import case_id_of
from zhili.pages.staff import staff_eyes
from zhili.values import LINE_LENGTH_MAX
from zhili.workflows import Label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zhili.access import SeenCase
    from zhili.pages.site import Site

__all__ = ["personal_routes"]

MISSING = Label(
    "Say what it is for, in a few words, and choose what is read.",
    "请简要写明查阅目的，并选择要查阅的内容。",
)
REFUSED = Label("This is not for your role to read.", "当前岗位不能查阅此内容。")


def personal_routes(site: Site) -> tuple[Route, ...]:
    """Give the routes of the page that asks for the purpose, and then shows."""
    path, title = "/desk/cases/{case_id}/personal", Label("Read personal data", "查阅个人信息")
    return (
        Route("GET", path, "desk.personal", partial(_ask, site), title, page=True),
        Route("POST", path, "desk.personal.read", partial(_read, site), title, page=True),
    )


def _ask(site: Site, request: Request) -> Response:
    seen = staff_eyes(site, request).case(case_id_of(request))
    if not any(field.may_read for field in seen.personal):
        raise ForbiddenError("nothing personal of this case is for this role to read")
    return _form(site, request, seen)


def _form(  # noqa: PLR0913 - what was typed is kept
    site: Site,
    request: Request,
    seen: SeenCase,
    *,
    wrong: Label | None = None,
    purpose: str = "",
    chosen: Sequence[str] = (),
    status: int = 200,
) -> Response:
    fields = {f"{one.field}@{one.version}": one for one in seen.personal if one.may_read}
    return site.page(
        request, "case/personal.html", status=status,
        seen=seen, fields=fields, wrong=wrong, purpose=purpose, chosen=chosen,
        length_max=LINE_LENGTH_MAX,
    )  # fmt: skip


def _read(site: Site, request: Request) -> Response:
    """Record that it is read and what for; then show it, on this answer and on no other."""
    eyes = staff_eyes(site, request)
    seen = eyes.case(case_id_of(request))
    pairs = site.form_of(request)
    chosen = [value for name, value in pairs if name == "field"]
    purpose = "".join(value for name, value in pairs if name == "purpose").strip()
    again = partial(_form, site, request, seen, purpose=purpose, chosen=chosen)
    if not purpose or not chosen:
        return again(wrong=MISSING, status=422)
    try:
        found = eyes.read(seen.case_id, chosen, purpose)
    except (InputError, ValidationError, RoleRefusedError) as error:
        is_refused = isinstance(error, RoleRefusedError)
        return again(wrong=REFUSED if is_refused else MISSING, status=int(status_of(error)))
    return site.page(request, "case/personal_shown.html", seen=seen, found=found, purpose=purpose)
