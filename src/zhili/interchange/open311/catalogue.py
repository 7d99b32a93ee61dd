"""The services that may be asked for: the categories of the routing catalogue, as GeoReport's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple, get_args

from zhili.commands.complaint import Kind
from zhili.interchange.open311.settings import Open311Settings, ServiceWords
from zhili.interchange.open311.spark import Plain
from zhili.policies.organisation import Organisation
from zhili.policies.routing import Routing
from zhili.workflows import Label

__all__ = ["DIVISION", "KIND", "KINDS", "OTHER", "Catalogue", "Service", "category_of", "code_of"]

OTHER: Final = "other"
"""The service of a matter that has no category yet."""

KIND: Final = "kind"
DIVISION: Final = "division"
"""What a service asks besides what the standard does: the codes of its attributes."""

KINDS: Final[dict[Kind, Label]] = {
    "enquiry": Label("Enquiry", "咨询"),
    "help": Label("Request for help", "求助"),
    "complaint": Label("Complaint", "投诉"),
    "report": Label("Report of a wrong, kept confidential", "举报(保密办理)"),
    "suggestion": Label("Suggestion", "建议"),
}
assert tuple(KINDS) == get_args(Kind), "every kind of appeal has a name"

DIVISIONS_MAX: Final = 500
"""More places than anybody picks from a list: beyond, their code is asked for."""

_PLACES: Final = ("street", "community")
_ESCAPES: Final = (("~", "~0"), (".", "~1"), (",", "~2"), ("/", "."))
"""A code stands in a path before a format, and in lists between commas."""


def code_of(category: str) -> str:
    """Give the service code of *category*: `environment/refuse` → `environment.refuse`."""
    for plain, escaped in _ESCAPES:
        category = category.replace(plain, escaped)
    return category


def category_of(code: str) -> str:
    """Give the category that has the service *code*."""
    for plain, escaped in reversed(_ESCAPES):
        code = code.replace(escaped, plain)
    return code


class Service(NamedTuple):
    """One service: its category, None for matters without one, and how it is called."""

    category: str | None
    code: str
    words: ServiceWords


class Catalogue:
    """The services of one day, from the routing catalogue in force."""

    def __init__(
        self, routing: Routing, organisation: Organisation, on: date, settings: Open311Settings
    ) -> None:
        """Read the rows that *routing* has in force *on* that day."""
        self.on = on
        self.organisation = organisation
        self._routing = routing
        self._settings = settings
        rows = [row for row in routing.rows if row.holds(on)]
        self.services: tuple[Service, ...] = tuple(
            Service(row.category, code_of(row.category), self._words(row.category, row.legal_basis))
            for row in rows
        )
        self._by_category = {one.category: one for one in self.services}
        if OTHER not in self._by_category:
            self.services = (*self.services, Service(None, OTHER, self._words(OTHER, None)))
        self._by_code = {one.code: one for one in self.services}

    def service(self, code: str) -> Service | None:
        """Give the service that has *code*, None if there is none."""
        return self._by_code.get(code)

    def of(self, category: str | None, name: str | None = None) -> Service:
        """
        Give the service of a matter of *category*: the nearest row's.

        A category that the catalogue does not have, of an imported case for instance, is a service
        of its own, called by *name*; it is not among those that may be asked for.
        """
        if category is None:
            return self._by_code[OTHER]
        row = self._routing.route(category, self.on)
        if row is not None:
            return self._by_category[row.category]
        words = self._settings.services.get(category)
        called = ServiceWords(Label(name or category, name or category))
        return Service(category, code_of(category), words or called)

    def below(self, category: str) -> tuple[str, ...]:
        """Give the categories under *category* that are services of their own."""
        return tuple(
            one.category
            for one in self.services
            if one.category is not None and one.category.startswith(f"{category}/")
        )

    def document(self, language: str) -> Plain:
        """Give the services as `GET services` answers."""
        return [
            {
                "service_code": one.code,
                "service_name": _said(one.words.name, language),
                "description": _said(one.words.description, language),
                "metadata": True,
                "type": "batch" if self._settings.batch else "realtime",
                "keywords": ", ".join(one.words.keywords) or None,
                "group": _said(one.words.group, language),
            }
            for one in self.services
        ]

    def definition(self, service: Service, language: str) -> Plain:
        """Give what *service* asks besides what the standard does, all of it optional."""
        kinds = [{"key": kind, "name": _said(name, language)} for kind, name in KINDS.items()]
        places = self._places()
        said = _said(PLACE_ASKED, language)
        where: dict[str, Plain] = {
            **_attribute(DIVISION, 2, said),
            "datatype": "singlevaluelist" if places else "string",
            "datatype_description": None if places else _said(PLACE_TYPED, language),
        }
        if places:
            where["values"] = [{"key": key, "name": name} for key, name in places.items()]
        what = {**_attribute(KIND, 1, _said(KIND_ASKED, language)), "values": kinds}
        return {"service_code": service.code, "attributes": [what, where]}

    def _places(self) -> Mapping[str, str]:
        """Give the streets and communities of the organisation, none if they are too many."""
        found = {
            unit.division: unit.name
            for unit in self.organisation.units
            if unit.division and unit.level in _PLACES and unit.exists(self.on)
        }
        return found if len(found) <= DIVISIONS_MAX else {}

    def _words(self, category: str, basis: str | None) -> ServiceWords:
        """Give the host's words for *category*, or such as can be made of its code."""
        words = self._settings.services.get(category)
        if words is not None:
            return words
        if category == OTHER:
            return ServiceWords(OTHER_NAME, description=OTHER_ABOUT)
        parts = category.split("/")
        return ServiceWords(
            name=self._settings.names.get(category) or Label(" / ".join(parts), " / ".join(parts)),
            group=Label(parts[0], parts[0]) if len(parts) > 1 else None,
            description=Label(f"Legal basis: {basis}", f"法律依据:{basis}") if basis else None,
            keywords=tuple(dict.fromkeys(parts)),
        )


OTHER_NAME: Final = Label("Something else", "其他事项")
OTHER_ABOUT: Final = Label(
    "Any matter; whoever receives it finds its category", "任何事项;由受理人员归类"
)
KIND_ASKED: Final = Label("What is it? A complaint, if nothing is said", "诉求类型;不选即为投诉")
PLACE_ASKED: Final = Label("In which street or community?", "所在街道或社区")
PLACE_TYPED: Final = Label("a division code of 6, 9 or 12 digits", "6、9或12位区划代码")


def _attribute(code: str, order: int, description: Plain) -> dict[str, Plain]:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist",
        "required": False,
        "datatype_description": None,
        "order": order,
        "description": description,
    }


def _said(label: Label | None, language: str) -> str | None:
    if label is None:
        return None
    return label.zh if language == "zh" else label.en
