"""Stylesheet, script and icon: served from here, named by their content, kept for a year."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from zhili.face import Request, Response, Route
from zhili.face.problem import NotFoundError
from zhili.workflows import Label

if TYPE_CHECKING:
    from zhili.pages.site import Site

__all__ = ["Asset", "asset", "asset_path", "routes"]

ASSETS: Final = {
    "zhili.css": "text/css; charset=utf-8",
    "zhili.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
}
"""What there is to serve, by name, with its type. Nothing else is."""

FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served; `digest` stands in its address."""

    name: str
    body: bytes
    media_type: str
    digest: str

    @property
    def address(self) -> str:
        """Its name with the digest before the ending: another content, another address."""
        stem, _, ending = self.name.rpartition(".")
        return f"{stem}.{self.digest}.{ending}"


@cache
def asset(name: str) -> Asset:
    """Read the file *name*, one of `ASSETS`, once."""
    body = files("zhili.pages").joinpath("static", name).read_bytes()
    digest = hashlib.sha256(body).hexdigest()[:12]
    return Asset(name=name, body=body, media_type=ASSETS[name], digest=digest)


def asset_path(name: str) -> str:
    """Give the path of the file *name*, as it is today."""
    return f"/static/{asset(name).address}"


def _answer(request: Request) -> Response:
    """Serve one file; the address of an older content gives the present one, not to be kept."""
    asked = request.named["name"]
    stem, _, ending = asked.rpartition(".")
    plain = f"{stem.partition('.')[0]}.{ending}"
    if plain not in ASSETS:
        message = f"there is no file {asked!r}; there are: {', '.join(ASSETS)}"
        raise NotFoundError(message)
    found = asset(plain)
    tag = f'"{found.digest}"'
    headers = (
        ("ETag", tag),
        ("Cache-Control", FOREVER if asked == found.address else "no-cache"),
        ("X-Content-Type-Options", "nosniff"),
    )
    return Response(200, found.body, found.media_type, headers)


def _icon(request: Request) -> Response:
    """Serve the icon where browsers look for it without being told."""
    named = {"name": "favicon.svg"}
    return _answer(
        Request("GET", request.path, named=named, headers=request.headers, base=request.base)
    )


def routes(_site: Site) -> tuple[Route, ...]:
    """Give the routes of the files."""
    return (
        Route(
            "GET", "/static/{name}", "static", _answer,
            Label("Stylesheet, script and icon", "样式、脚本与图标"), public=True,
        ),
        Route(
            "GET", "/favicon.ico", "favicon", _icon,
            Label("The icon of the pages", "网页图标"), public=True,
        ),
    )  # fmt: skip
