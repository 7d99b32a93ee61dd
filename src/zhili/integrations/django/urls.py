"""
The face's routes, for a host's `path("governance/", include("zhili.integrations.django.urls"))`.

What comes after it below the same prefix is never reached: what is not there is told as a problem.
"""

# Django ships no types.
# pyright: basic

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from django.urls import URLPattern, URLResolver, path

from zhili.face import Route
from zhili.integrations.django.engines import face
from zhili.integrations.django.views import place, rest
from zhili.integrations.hosting import in_order

__all__ = ["app_name", "urlpatterns"]

app_name: Final = "zhili"


def _patterns(routes: Iterable[Route]) -> list[URLPattern | URLResolver]:
    """Give a pattern for each path, under the name of each route there."""
    found: list[URLPattern | URLResolver] = []
    places: dict[str, list[Route]] = {}
    for route in in_order(routes):
        places.setdefault(route.path, []).append(route)
    for where, some in places.items():
        view = place(some)
        pattern = re.sub(r"\{(\w+)\}", r"<str:\1>", where.removeprefix("/"))
        found.extend(path(pattern, view, name=route.name) for route in some)
    return [*found, path("<path:rest>", rest())]


urlpatterns: Final = _patterns(face().routes)
