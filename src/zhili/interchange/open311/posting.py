"""A posted service request as the command that registers an appeal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from zhili.aggregates.wall_words import tells_caller
from zhili.commands.complaint import Kind, Register
from zhili.errors import InputError
from zhili.interchange.open311.asked import Given
from zhili.interchange.open311.catalogue import DIVISION, KIND, KINDS, Service
from zhili.interchange.open311.settings import Open311Settings
from zhili.policies.division import parse
from zhili.policies.visibility import CONTACT_THROUGH_CENTRE
from zhili.values import LINE_LENGTH_MAX, TEXT_LENGTH_MAX, Actor, Personal
from zhili.workflows.role import COMPLAINANT

__all__ = ["SAID_AS", "attributes_in", "register_of"]

SAID_AS: Final = {
    "content": "description",
    "address": "email",
    "name": "first_name, last_name",
    "subject": "account_id",
    "place": "address_string",
}
"""What the fields of the command are called by the standard, where they differ."""

_ATTRIBUTE: Final = re.compile(r"attribute\[([^\[\]]{1,64})\](?:\[\])?")
_HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def register_of(given: Given, service: Service, settings: Open311Settings, by: Actor) -> Register:
    """
    Give the command that what was *given* for *service* comes to.

    The title says the service, for it must tell nothing about anybody; the caller's words are its
    content. Where the matter is goes into the place, unless it tells who called or a number that
    leads to a person: then it is told in the content only. A device's id is not kept.

    Raises:
        InputError: If there is no location, or something cannot be understood.
        ValidationError: If something is longer than what is kept.
    """
    said = {name: value.strip() for name, value in given if value.strip()}
    attributes = attributes_in(given)
    kind = _kind(attributes.get(KIND))
    place, division = _location(said), _division(said, attributes)
    phone, email = said.get("phone"), said.get("email")
    anonymous = not (phone or email)
    name = None if anonymous else _name(said.get("first_name"), said.get("last_name"))
    caller = [Personal(subject="caller", value=one) for one in (name, phone, email) if one]
    tells = tells_caller(caller, place or "", given=False)
    short = place if not tells and len(place or "") <= LINE_LENGTH_MAX else None
    return Register(
        kind=kind,
        channel=settings.channel,
        title=_title(service),
        content=_content(said, service, place if short is None else None),
        subject=_subject(said.get("account_id"), by),
        name=name,
        phone=phone,
        address=email,
        anonymous=anonymous,
        category=service.category,
        division=division,
        place=short,
        confidentiality=CONTACT_THROUGH_CENTRE if kind == "report" else 0,
    )


def attributes_in(given: Given) -> dict[str, str]:
    """
    Give the answers to what a service definition asks.

    Raises:
        InputError: If it does not ask that, or asks for one answer and was given several.
    """
    answers: dict[str, str] = {}
    for name, value in given:
        found = _ATTRIBUTE.fullmatch(name)
        if found is None or not value.strip():
            continue
        code = found[1]
        if code not in {KIND, DIVISION}:
            message = f"attribute {code!r} is not asked; there are: {KIND}, {DIVISION}"
            raise InputError(message)
        if answers.get(code, value.strip()) != value.strip():
            raise InputError(f"attribute {code!r} was given twice; it has one value")
        answers[code] = value.strip()
    return answers


def _kind(text: str | None) -> Kind:
    if text is None:
        return "complaint"
    for kind in KINDS:
        if kind == text:
            return kind
    message = f"attribute {KIND!r} {text[:40]!r} is not known; there are: {', '.join(KINDS)}"
    raise InputError(message)


def _location(said: dict[str, str]) -> str | None:
    """
    Give where it is, in words; None if only an address id says it.

    Raises:
        InputError: If nothing says it, or half of a coordinate does.
    """
    latitude, longitude = said.get("lat"), said.get("long")
    if (latitude is None) != (longitude is None):
        raise InputError("lat and long go together; send both, or address_string, or address_id")
    words = [said["address_string"]] if "address_string" in said else []
    if latitude is not None and longitude is not None:
        north, east = _degrees("lat", latitude, 90), _degrees("long", longitude, 180)
        words.append(f"{north:.6f}, {east:.6f} (WGS84)")
    if not words and "address_id" not in said:
        raise InputError("where is it? Send lat and long, or address_string, or address_id")
    return " · ".join(" ".join(word.split()) for word in words) or None


def _degrees(name: str, text: str, most: int) -> float:
    if not re.fullmatch(r"[+-]?\d{1,3}(?:\.\d{1,20})?", text, re.ASCII) or abs(float(text)) > most:
        raise InputError(f"{name} {text[:40]!r} is no number of degrees from -{most} to {most}")
    return float(text)


def _division(said: dict[str, str], attributes: dict[str, str]) -> str | None:
    """Give the division code that the attribute or the address id tells."""
    for name, text in ((f"attribute[{DIVISION}]", attributes.get(DIVISION)),
                       ("address_id", said.get("address_id"))):  # fmt: skip
        if text is not None:
            try:
                return parse(text).code
            except InputError as error:
                raise InputError(f"{name}: {error.message}") from error
    return None


def _title(service: Service) -> str:
    name = service.words.name
    said = name.zh if name.zh == name.en else f"{name.zh} {name.en}"
    return said[:LINE_LENGTH_MAX]


def _content(said: dict[str, str], service: Service, place: str | None) -> str:
    """Give the caller's words, with what has no other room here: a picture's address, the place."""
    words = said.get("description") or _title(service)
    further = [f"{name}: {said[name]}" for name in ("media_url",) if name in said]
    if place is not None:
        further.append(f"address: {place}")
    whole = "\n".join((words, *further))
    if len(words) <= TEXT_LENGTH_MAX < len(whole):
        room = TEXT_LENGTH_MAX - (len(whole) - len(words))
        message = f"the description has {len(words)} characters; with the rest that was sent"
        raise InputError(f"{message} there is room for {max(room, 0)}")
    return whole


def _subject(account: str | None, by: Actor) -> str | None:
    """Give whose it is: an account is the client's own, and one client cannot name another's."""
    if by.role == COMPLAINANT:
        return by.id
    return f"{by.id}/{account}" if account else None


def _name(first: str | None, last: str | None) -> str | None:
    """Give the name in the order of its script."""
    parts: Iterable[str | None] = (first, last)
    if _HAN.search(f"{first}{last}"):
        return "".join(part for part in (last, first) if part) or None
    return " ".join(part for part in parts if part) or None
