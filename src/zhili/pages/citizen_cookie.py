"""The cookies of somebody without an account: for a while they hold the code of a receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from zhili.face import Request, Response
from zhili.pages.citizen_code import read_code

__all__ = ["FOLLOW", "RECEIPT", "Keep"]


class Keep:
    """
    One such cookie. No script reads it, no other site's page has it sent, and it soon ends.

    A code stands in no address, so that neither history, log nor Referer ever holds one.
    """

    def __init__(self, name: str, path: str, seconds: int) -> None:
        """Keep a code under *name* for *seconds*, sent to *path* and below."""
        self._name = name
        self._path = path
        self._seconds = seconds

    def code(self, request: Request) -> str | None:
        """Give the code that came along; None if there is none."""
        return read_code(request.cookies.get(self._name, ""))

    def kept(self, response: Response, request: Request, code: str) -> Response:
        """Give *response* so that the browser keeps *code*."""
        return self._set(response, request, code, self._seconds)

    def dropped(self, response: Response, request: Request) -> Response:
        """Give *response* so that the browser forgets it."""
        return self._set(response, request, "", 0)

    def _set(self, response: Response, request: Request, value: str, seconds: int) -> Response:
        secure = "; Secure" if request.secure else ""
        where = f"Path={request.base}{self._path}; Max-Age={seconds}"
        cookie = f"{self._name}={value}; {where}; HttpOnly; SameSite=Strict{secure}"
        return replace(response, headers=(*response.headers, ("Set-Cookie", cookie)))


RECEIPT: Final = Keep("zhili_receipt", "/appeal/receipt", 15 * 60)
"""For the page of the receipt, which may be printed, read again, read in the other language."""

FOLLOW: Final = Keep("zhili_follow", "/follow", 30 * 60)
"""For following an appeal, until one leaves it."""
