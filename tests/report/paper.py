"""Reading reports back: consoles that write into memory, and HTML as elements."""

from __future__ import annotations

import io
from typing import Any

from lxml import html as untyped_html
from rich.console import Console

lxml_html: Any = untyped_html


def recording(width: int = 120, *, terminal: bool = False) -> tuple[Console, io.StringIO]:
    """A console and what it prints; without colours, so that only other escapes could show up."""
    file = io.StringIO()
    console = Console(
        file=file, width=width, force_terminal=terminal, no_color=True, highlight=False, legacy_windows=False
    )
    return console, file


def printed(renderable: object, width: int = 120) -> str:
    """Print as to a file and return it."""
    console, file = recording(width)
    console.print(renderable, crop=False)
    return file.getvalue()


def parse_html(document: str) -> Any:
    """The root element of an HTML page; where a name may be broken it is no less one word."""
    return lxml_html.document_fromstring(document.replace("<wbr>", "").encode())


def words(element: Any) -> str:
    """The words of an element, each text node apart."""
    return " ".join(" ".join(element.itertext()).split())
