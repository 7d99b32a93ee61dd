"""
Open311 GeoReport v2: complaints and categories as its services and requests, and back.

Everything here is pure: rows of the register become documents, forms become commands, recorded
answers become rows of an import. Where requests come in and answers go out is the face's affair.
"""

from zhili.interchange.open311.catalogue import Catalogue, Service
from zhili.interchange.open311.lookup import RequestPage, RequestRow, Requests
from zhili.interchange.open311.settings import Keys, Open311Settings, ServiceWords

__all__ = [
    "Catalogue", "Keys", "Open311Settings", "RequestPage", "RequestRow", "Requests", "Service",
    "ServiceWords",
]  # fmt: skip
