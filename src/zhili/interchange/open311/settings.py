"""What a host says of its GeoReport endpoint: whose it is, who may post, the services' names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from zhili.values import Actor
from zhili.workflows import Label

__all__ = ["Keys", "Open311Settings", "ServiceWords"]

Keys: TypeAlias = Callable[[str], Actor | None]
"""Gives the actor to whom an `api_key` was handed out; None if it was handed to nobody."""


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """How one category of the routing catalogue is called in front of people."""

    name: Label
    group: Label | None = None
    description: Label | None = None
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open311Settings:
    """
    How a host offers GeoReport v2.

    Args:
        jurisdiction: The id of the one jurisdiction served, such as `city.gov.cn`. A request that
            names another is not found; one that names none is answered all the same.

        keys: Whose an `api_key` is. Without it nobody posts but whom the host has authenticated.

        services: Words for categories of the catalogue.

        names: What those are called for which `services` has no words; one that is not named here
            either is called by its own code.

        channel: The channel of the procedure through which what is posted comes in.

        batch: Whether a post is answered by a token, which `/tokens` exchanges for the id.

        contact: How to reach whoever runs the endpoint.

        key_service: How to get an `api_key`.

        live: Whether what is posted will be acted upon; a demonstration says no.
    """

    jurisdiction: str | None = None
    keys: Keys | None = None
    services: Mapping[str, ServiceWords] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, Label] = field(default_factory=lambda: MappingProxyType({}))
    channel: str = "app"
    batch: bool = False
    contact: str = "Ask whoever runs this service 请联系本服务的运行单位"
    key_service: str = "Ask whoever runs this service for a key 请向运行单位申请密钥"
    live: bool = True
