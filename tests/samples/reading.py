"""Certificates read back: the fields of expected.json out of Markdown, HTML and the text of the PDF."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lxml import html as untyped_html
from markdown_it import MarkdownIt
from pypdf import PdfReader

lxml_html: Any = untyped_html
Table = Sequence[Sequence[str]]

IDENTITY = {
    "Holder": "holder",
    "Report number": "number",
    "Product type": "product_type",
    "Product designation": "product",
    "OCPP software version": "software_version",
}
ABSTRACT = {
    "Test laboratory": "laboratory",
    "Location": "location",
    "Test report reference": "reference",
    "Vendor name": "vendor",
    "Device under test": "device_under_test",
    "Communication": "communication",
    "OCPP software version": "software_version",
}
CONFIGURATION = {
    "Vendor": "vendor",
    "DUT / SUT": "dut",
    "Communication": "communication",
    "OCPP software version": "software_version",
}
FIGURES = ("OCPP response timeout", "Response time Authorize")
FUNCTIONALITIES = (
    "Core",
    "Firmware Management",
    "Smart Charging",
    "Reservation",
    "Local Authorization List Management",
    "Remote Trigger",
)
MILLISECONDS = "Supports sending milliseconds in timestamps"


def from_markdown(path: Path) -> dict[str, Any]:
    """The fields, from GitHub-flavoured Markdown."""
    page = MarkdownIt("commonmark").enable("table").render(path.read_text("utf-8"))
    return _from_tables(_tables(page), _first_pairs)


def from_html(path: Path) -> dict[str, Any]:
    """The fields, from the page itself."""
    page = path.read_text("utf-8")
    root = lxml_html.document_fromstring(page.encode())
    (identity,) = root.find_class("identity")
    pairs = [
        [_words(term), _words(value)] for term, value in zip(identity.iter("dt"), identity.iter("dd"), strict=True)
    ]
    return _from_tables(_tables(page), lambda _: pairs)


def from_pdf(path: Path) -> dict[str, Any]:
    """The fields, from the text of the document, whose lines break where the page needs it."""
    text = " ".join("\n".join(page.extract_text() for page in PdfReader(path).pages).split())
    identity = _between(text, "says nothing about the product.", "Result")
    abstract = _between(text, "OCPP 1.6 conformance test", "Test result summary")
    summary = _between(text, "Functionality Result Description Declared Cases", "Performance measurement results")
    performance = _between(text, "Performance measurement results", "The harness noticed")
    configuration = _between(text, "What was tested, with what", "Edition of the test cases")
    milliseconds = re.search(rf"{MILLISECONDS} (\w+) (\w+)", text)
    return {
        **_labelled(identity, IDENTITY, "Report date"),
        "abstract": _labelled(abstract, ABSTRACT, None),
        "functionalities": {name: _after(summary, rf"{name} \S (\w+)") for name in FUNCTIONALITIES},
        "performance": {
            name: {
                "pics": _after(performance, rf"{name} (\d+ s)").replace(" ", ""),
                "measured": _after(performance, rf"{name} \d+ s (\d\d:\d\d:\d\d)"),
            }
            for name in FIGURES
        },
        "configuration": _labelled(configuration, CONFIGURATION, "Tool version"),
        "limits": {MILLISECONDS: milliseconds[1] if milliseconds and milliseconds[1] == milliseconds[2] else None},
    }


def _from_tables(tables: Sequence[Table], identity_of: Callable[[Sequence[Table]], Table]) -> dict[str, Any]:
    summary = _headed(tables, "Functionality")
    performance = _headed(tables, "Name", "PICS value")
    limits = {row[0]: row[1:] for row in _headed(tables, "Limit / setting")}
    declared, observed = limits[MILLISECONDS]
    return {
        **_renamed(identity_of(tables), IDENTITY),
        "abstract": _renamed(_beginning(tables, "Test laboratory"), ABSTRACT),
        "functionalities": {row[0]: row[1].split()[-1] for row in summary if row[0] in FUNCTIONALITIES},
        "performance": {row[0]: {"pics": row[1].replace(" ", ""), "measured": row[2]} for row in performance},
        "configuration": _renamed(_beginning(tables, "Vendor"), CONFIGURATION),
        "limits": {MILLISECONDS: declared if declared == observed else None},
    }


def _tables(page: str) -> list[Table]:
    root = lxml_html.document_fromstring(page.encode())
    return [[[_words(cell) for cell in row] for row in table.iter("tr")] for table in root.iter("table")]


def _words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _first_pairs(tables: Sequence[Table]) -> Table:
    return tables[0][1:]


def _headed(tables: Sequence[Table], *heads: str) -> Table:
    """The body of the only table whose first columns are called so."""
    (found,) = (table for table in tables if tuple(table[0][: len(heads)]) == heads)
    return found[1:]


def _beginning(tables: Sequence[Table], label: str) -> Table:
    """The table of pairs that begins with this label, below its head if it has one."""
    bodies = [table[1:] if list(table[0]) == ["Item", "Value"] else table for table in tables]
    return next(body for body in bodies if body and body[0][0] == label)


def _renamed(rows: Table, names: Mapping[str, str]) -> dict[str, str]:
    return {names[row[0]]: row[1] for row in rows if row[0] in names}


def _between(text: str, start: str, end: str) -> str:
    begin = text.index(start) + len(start)
    return text[begin : text.index(end, begin)]


def _labelled(text: str, names: Mapping[str, str], end: str | None) -> dict[str, str]:
    """Values between labels that follow each other in this order."""
    labels = [*names, *([end] if end else [])]
    pattern = r"\s*".join(f"{re.escape(label)}(.*?)" for label in labels) + ("" if end else "$")
    found = re.search(pattern if end is None else pattern.removesuffix("(.*?)"), text.strip())
    assert found, f"{labels} do not follow each other in {text!r}"
    return {name: value.strip() for name, value in zip(names.values(), found.groups(), strict=True)}


def _after(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in {text!r}"
    return found[1]
