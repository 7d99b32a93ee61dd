"""What a host decides about the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from zhili.face import Limits
from zhili.interchange.open311.settings import Open311Settings
from zhili.workflows import Label

__all__ = ["Settings"]

NAME: Final = Label("Grassroots governance", "基层治理")


@dataclass(frozen=True, slots=True)
class Settings:
    """
    What a host decides about the pages.

    Args:
        name: What the pages are called, on top of each.

        citizens: Whether somebody without an account may file an appeal and follow it. How often
            one address may do so is for the server in front to limit.

        posting: Whether residents may bring a problem to the wall here.

        voting: Whether residents may vote on an echo here: whoever has the role `resident` or
            `complainant`, once on each echo, of whichever village. Who lives where only the host
            knows; the policy `wall` can leave the vote to those `concerned`.

        privacy_url: The host's own notice of what becomes of personal data, linked where some is
            asked for.

        sign_in_url: Where the host signs people in; None shows no such link.

        account_url: Where somebody who is signed in finds their account, or signs out.

        demonstration: What is said on top of every page of a demonstration.

        limits: How much anybody may send at once.

        open311: How Open311 clients are served. None serves none: what they read is public.
    """

    name: Label = NAME
    citizens: bool = True
    posting: bool = False
    voting: bool = False
    privacy_url: str | None = None
    sign_in_url: str | None = None
    account_url: str | None = None
    demonstration: Label | None = None
    limits: Limits = field(default_factory=Limits)
    open311: Open311Settings | None = None
