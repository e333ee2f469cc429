"""What a request keeps of an answer: a value of its JSON, a field of its HTML form, a header, a cookie. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from csms_harness.triggers.answers import as_json
from csms_harness.triggers.picking import pick
from csms_harness.triggers.requests import Kept
from csms_harness.triggers.template import MISSING


def kept(
    how: Kept, body: bytes, headers: Mapping[str, str], set_cookies: list[str], filled: Callable[[str], Any]
) -> Any:
    """The value, or MISSING. ``headers`` have names in lower case; ``set_cookies`` are those of the answer.

    ``filled`` fills in what an element of a list is picked by.
    """
    if how.json_path is not None:
        value = pick(as_json(body), how.json_path, filled)
        return MISSING if value is None else value
    if how.header is not None:
        return headers.get(how.header.lower(), MISSING)
    if how.cookie is not None:
        return _cookie(how.cookie, set_cookies)
    return _form_field(str(how.html), body.decode(errors="replace"))


def _cookie(name: str, set_cookies: list[str]) -> Any:
    for line in reversed(set_cookies):
        try:
            cookies = SimpleCookie(line)
        except CookieError:
            continue
        if name in cookies:
            return cookies[name].value
    return MISSING


def _form_field(name: str, page: str) -> Any:
    reader = _Fields()
    reader.feed(page)
    reader.close()
    return reader.found.get(name, MISSING)


class _Fields(HTMLParser):
    """The value of each field by its name, the first of each: input, textarea, select; and of a meta by its name."""

    _BY_ATTRIBUTE: Final = {"input": "value", "meta": "content", "button": "value"}

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag in self._BY_ATTRIBUTE and name:
            self.found.setdefault(name, given.get(self._BY_ATTRIBUTE[tag], ""))
        elif tag == "textarea" and name:
            self._text = name
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.found.setdefault(self._select, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._text:
            self.found[self._text] = self.found.get(self._text, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        elif tag == "select":
            self._select = ""
