"""Filing an appeal 提交诉求: what happens with the data, the form, the receipt with its code."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from zhili.aggregates.wall_words import tells_caller
from zhili.commands.complaint import Register
from zhili.errors import InputError
from zhili.face.problem import UnauthenticatedError
from zhili.pages.citizen_code import case_id_for, code_for, grouped, holder_of
from zhili.pages.citizen_cookie import FOLLOW, RECEIPT
from zhili.pages.citizen_words import in_plain_words
from zhili.pages.form import Fault, Form, Option, form_of
from zhili.pages.form_text import by_name
from zhili.pages.submission import carry_out
from zhili.pages.view import TOKEN_COOKIE
from zhili.policies.division import parse
from zhili.policies.visibility import CONTACT_THROUGH_CENTRE
from zhili.projections.worklist import Earlier
from zhili.values import LINE_LENGTH_MAX, Personal
from zhili.workflows import Label
from zhili.workflows.role import COMPLAINANT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zhili.face import Request, Response
    from zhili.pages.site import Site
    from zhili.policies import Rules
    from zhili.policies.unit import Unit
    from zhili.values import Actor

__all__ = ["Appeal", "complainant_of"]

MATTER: Final = ("kind", "title", "content", "category", "division", "place", "about")
PERSON: Final = ("name", "phone", "address", "no_reply_wanted", "confidentiality")
FIELDS: Final = (*MATTER, "anonymous", *PERSON)

UNITS_MAX: Final = 500
"""Of more nobody finds the right one in a list; the place in words then has to do."""

PLACES: Final = frozenset({"street", "community"})

TELLS_SOMEBODY: Final = Label(
    "Many read this. Leave out your name, telephone and door number, and anybody's number.",
    "此项经办人员都能看到，请勿填写您的姓名、电话、门牌号，以及任何人的电话、证件、车牌等号码。",
)
NOWHERE_TO_REACH: Final = Label(
    "Give a telephone number or an address, or choose to stay anonymous.",
    "请填写电话或地址，或选择匿名提交。",
)


def complainant_of(request: Request) -> Actor | None:
    """Give whoever asks, if the host knows them as somebody who appeals."""
    actor = request.actor
    return actor if actor is not None and actor.role == COMPLAINANT else None


class Appeal:
    """The pages on which an appeal is filed."""

    def __init__(self, site: Site) -> None:
        """Belong to *site*."""
        self._site = site

    def form(self, request: Request) -> Response:
        """Show the form."""
        self._admit(request)
        return self._shown(request, self._blank())

    def file(self, request: Request) -> Response:
        """File the appeal, or show the form again."""
        self._admit(request)
        pairs = self._site.form_of(request)
        texts = by_name(pairs)
        blank = self._blank()
        faults = tuple(_faults(texts))
        key = "".join(texts.get("_key", ())[-1:])
        if faults:
            return self._shown(
                request, replace(blank, texts=texts, faults=faults, key=key, status=422)
            )
        own = complainant_of(request)
        secret = request.cookies.get(TOKEN_COOKIE, "")
        code = "" if own else code_for(secret, key)
        by = own or holder_of(code)
        found = carry_out(
            self._site,
            request,
            blank,
            case_id_for(secret, key, _made(key)),
            by=by,
            fixed=self._fixed(texts),
        )
        if isinstance(found, Form):
            return self._shown(request, found)
        if own:
            return self._site.see_other(request, f"/follow/own/{found.case_id}")
        return RECEIPT.kept(self._site.see_other(request, "/appeal/receipt"), request, code)

    def receipt(self, request: Request) -> Response:
        """Show the receipt to whoever has just filed."""
        code = RECEIPT.code(request)
        if code is None:
            return self._site.see_other(request, "/follow")
        found = self._site.engine.ask(Earlier(subject=holder_of(code).id, size=1)).items
        if not found:
            return RECEIPT.dropped(self._site.see_other(request, "/appeal"), request)
        return self._site.page(request, "citizen/receipt.html", case=found[0], code=grouped(code))

    def kept(self, request: Request) -> Response:
        """Never show the receipt again, and go on to the appeal itself."""
        self._site.form_of(request)
        code = RECEIPT.code(request)
        if code is None:
            return self._site.see_other(request, "/follow")
        onward = self._site.see_other(request, "/follow/case")
        return FOLLOW.kept(RECEIPT.dropped(onward, request), request, code)

    def _admit(self, request: Request) -> None:
        if complainant_of(request) is None and not self._site.settings.citizens:
            raise UnauthenticatedError("appeals are filed by those who have signed in; do so first")

    def _shown(self, request: Request, form: Form) -> Response:
        return self._site.page(
            request,
            "citizen/appeal.html",
            status=form.status,
            form=form,
            matter=[one for one in form.fields if one.name in MATTER],
            anonymous=form.field("anonymous"),
            person=[one for one in form.fields if one.name in PERSON],
            signed_in=complainant_of(request) is not None,
        )

    def _blank(self) -> Form:
        rules = self._site.engine.book.current()
        units = _units(rules, self._site)
        names = {unit.id: unit.name for unit in units}
        places = tuple(_places(units))
        offered = {
            "about": bool(names), "division": bool(places), "category": not rules.routing.open,
        }  # fmt: skip
        asked = [name for name in FIELDS if offered.get(name, True)]
        form = in_plain_words(form_of(Register, rules, only=asked, units=names))
        fields = {one.name: one for one in form.fields}
        if places:
            fields["division"] = replace(fields["division"], options=places)
        # What nobody has chosen is told from what somebody has: the level is not filled in.
        texts = {name: said for name, said in form.texts.items() if name != "confidentiality"}
        return replace(form, fields=tuple(fields[name] for name in asked), texts=texts)

    def _fixed(self, texts: Mapping[str, list[str]]) -> dict[str, Any]:
        """
        Give what the page says itself.

        That is the channel, nothing of who stays anonymous, and that a report of a wrong 举报 is
        protected, unless its maker has chosen otherwise.
        """
        channels = self._site.engine.book.current().procedure.channels
        channel = "website" if "website" in channels else channels[0]
        told = ("name", "phone", "address") if _is_anonymous(texts) else ()
        fixed: dict[str, Any] = {"channel": channel, **dict.fromkeys(told)}
        if _is_report(texts) and not _said(texts, "confidentiality"):
            fixed["confidentiality"] = CONTACT_THROUGH_CENTRE
        return fixed


def _is_anonymous(texts: Mapping[str, list[str]]) -> bool:
    return _said(texts, "anonymous") == "true"


def _is_report(texts: Mapping[str, list[str]]) -> bool:
    return _said(texts, "kind") == "report"


def _said(texts: Mapping[str, list[str]], name: str) -> str:
    return texts.get(name, [""])[-1].strip()


def _faults(texts: Mapping[str, list[str]]) -> Iterator[Fault]:
    """Give what the rules would refuse, in words for the one field that it is about."""
    caller = [  # also of who stays anonymous: what is not recorded shall not stand in the title
        Personal(subject="caller", value=said[:LINE_LENGTH_MAX])
        for name in ("name", "phone", "address")
        if (said := _said(texts, name))
    ]
    for name in ("title", "place"):
        if tells_caller(caller, _said(texts, name)[:LINE_LENGTH_MAX], given=name == "title"):
            yield Fault(name, TELLS_SOMEBODY)
    reached = any(text.strip() for name in ("phone", "address") for text in texts.get(name, ()))
    if not reached and not _is_anonymous(texts):
        yield Fault("phone", NOWHERE_TO_REACH)


def _made(key: str) -> UUID:
    """
    Give the id that the form's key was made with.

    Raises:
        InputError: If it was made elsewhere.
    """
    with suppress(ValueError):
        return UUID(key.removeprefix("page:"))
    message = "this form was not made here; open its page again"
    raise InputError(message)


def _units(rules: Rules, site: Site) -> list[Unit]:
    """Give today's units, none where there are too many to choose from."""
    today = rules.day_of(site.engine.now())
    found = [unit for unit in rules.organisation.units if unit.exists(today)]
    return found if len(found) <= UNITS_MAX else []


def _places(units: list[Unit]) -> Iterator[Option]:
    """Give the streets and communities, each community after its street."""
    listed = [unit for unit in units if unit.level in PLACES]
    for unit in sorted(listed, key=lambda one: one.division or one.id):
        with suppress(InputError):
            code = parse(unit.division or unit.id).code
            yield Option(code, Label(unit.name, unit.name))
