"""The body of Django's request, read within a limit whichever server it comes from."""

# Django ships no types.
# pyright: basic

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

from zhili.errors import InputError
from zhili.face.problem import TooLargeError

__all__ = ["body_of"]

LINGER: Final = 16 * 1024 * 1024
"""How much more is taken in of a body that has been refused: a client that is still sending would
otherwise find its connection reset and never see the answer."""


def body_of(asked: HttpRequest, most: int) -> bytes:
    """
    Give the body of *asked*, *most* bytes of it at most.

    Raises:
        TooLargeError: If it is, or says that it will be, more.
        InputError: If it says a length that is none, or something of the host's has read it.
    """
    declared: str = asked.META.get("CONTENT_LENGTH") or ""
    if declared and not (declared.isascii() and declared.isdecimal()):
        raise InputError("the body's length is no number")
    try:
        if not declared and asked.META.get("wsgi.input_terminated"):
            body = _in_pieces(asked, most)
        else:
            length = int(declared[:18] or 0)
            body = b"" if length > most else asked.body
            if length > most:
                _take_in(asked, length)
                raise _too_large(most)
    except RequestDataTooBig as error:
        raise _too_large(most) from error
    except (RawPostDataException, UnreadablePostError) as error:
        raise InputError("the body was read, or broke off, before it came here") from error
    if len(body) > most:
        raise _too_large(most)
    return body


def _in_pieces(asked: HttpRequest, most: int) -> bytes:
    """Read what does not say beforehand how long it is: Django itself would read nothing of it."""
    body: bytes = asked.META["wsgi.input"].read(most + 1)
    if len(body) > most:
        _take_in(asked, LINGER)
    return body


def _take_in(asked: HttpRequest, left: int) -> None:
    """Take in what nobody reads, unless it is more than anybody would wait for."""
    stream: Any = asked.META.get("wsgi.input")
    if stream is None or left > LINGER:
        return
    with suppress(OSError):
        while left > 0 and (part := stream.read(min(left, 65536))):
            left -= len(part)


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"at most {most} bytes are read; send less at once", limit=most)
