"""What a browser would send of the forms of a page: read from its HTML, by the standard's rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["HtmlForm", "forms_in"]


@dataclass
class HtmlForm:
    """One form: where it goes, what it would send, and the names of its controls."""

    action: str
    method: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects the successful controls of every form."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[HtmlForm] = []
        self._form: HtmlForm | None = None
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a control."""
        told = dict(attrs)
        if tag == "form":
            self._form = HtmlForm(told.get("action") or "", told.get("method") or "get")
            self.forms.append(self._form)
        if self._form is None:
            return
        name = told.get("name") or ""
        if name:
            self._form.names.append(name)
        if tag == "input":
            ticked = told.get("type") not in {"checkbox", "radio"} or "checked" in told
            if name and ticked:
                self._form.pairs.append((name, told.get("value") or ""))
        elif tag == "select":
            self._select, self._options = name, []
        elif tag == "option":
            self._options.append((told.get("value") or "", "selected" in told))
        elif tag == "textarea":
            self._area, self._words = name, []

    def handle_data(self, data: str) -> None:
        """Keep what stands in a text area."""
        if self._area is not None:
            self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Send what a control holds that has an end."""
        if tag == "form":
            self._form = None
        elif self._form is not None and tag == "select" and self._select is not None:
            chosen = [value for value, selected in self._options if selected]
            first = [value for value, _ in self._options[:1]]
            self._form.pairs += [(self._select, value) for value in chosen[-1:] or first]
            self._select = None
        elif self._form is not None and tag == "textarea" and self._area is not None:
            # HTML drops the first line break of a text area, and sends each as two characters.
            words = "".join(self._words).removeprefix("\n")
            self._form.pairs.append((self._area, words.replace("\n", "\r\n")))
            self._area = None


def forms_in(html: str) -> list[HtmlForm]:
    """Give the forms of a page, as a browser would send them untouched."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.forms
