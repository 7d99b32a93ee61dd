"""The discovery document: where the endpoint is, in which formats, and whom to ask for a key."""

from __future__ import annotations

from typing import Final

from zhili.interchange.open311.settings import Open311Settings
from zhili.interchange.open311.spark import Plain

__all__ = ["SPECIFICATION", "discovery"]

SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
"""How the standard names itself; nothing is fetched from there."""


def discovery(settings: Open311Settings, url: str, changed: str | None) -> Plain:
    """Give the document of an endpoint at *url* whose services *changed* last at that instant."""
    return {
        "changeset": changed,
        "contact": settings.contact,
        "key_service": settings.key_service,
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": url,
                "changeset": changed,
                "type": "production" if settings.live else "test",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
