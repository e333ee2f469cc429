"""certificate.pdf: the pages for signing, typeset by typst from the same facts and in the same words.

Tagged (PDF/UA-1), fonts embedded, the same bytes for the same facts. What came from outside reaches typst as
JSON only, never as markup. Needs the extra ``pdf``.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Callable
from datetime import UTC
from importlib.resources import as_file, files
from typing import Any, Final, Literal

import typst

from csms_harness.foreign import cut, visible
from csms_harness.record.errors import ReportError
from csms_harness.record.facts import Facts
from csms_harness.report.pages import pages

_LONGEST_TEXT: Final = 600
_LONG_WORD: Final = re.compile(r"\S{18}(?=\S{3})")
_ZERO_WIDTH_SPACE: Final = "\u200b"
_NO_GLYPH: Final = "could not be displayed"
_PANIC: Final = "PanicException"


def certificate_pdf(facts: Facts) -> bytes:
    """The document. Its date is the end of the run, or SOURCE_DATE_EPOCH where that is set.

    Raises :class:`ReportError` when that is no date, or typst refuses.
    """
    document = json.dumps(_clean(pages(facts)), ensure_ascii=True)
    return _typeset(document, creation_time(int(facts.run.finished.astimezone(UTC).timestamp())))


def creation_time(otherwise: int) -> int:
    """SOURCE_DATE_EPOCH, or ``otherwise`` where it is not set. Raises :class:`ReportError`."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        return otherwise
    if not given.isascii() or not given.isdigit() or len(given) > 12:
        raise ReportError(f"SOURCE_DATE_EPOCH is {visible(given)[:40]!r}; write whole seconds since 1970, or unset it.")
    return int(given)


def _typeset(document: str, created: int) -> bytes:
    """Set the document in the shipped font. Only where it lacks a glyph, the fonts of this machine help out.

    What no font at all can show is shown as boxes, and then the file no longer claims PDF/UA.
    """
    template = files("csms_harness.report").joinpath("templates/certificate.typ").read_bytes()
    problem = ""
    attempts: tuple[tuple[Callable[[], typst.Fonts], Literal["ua-1"] | None], ...]
    attempts = ((_shipped_fonts, "ua-1"), (_all_fonts, "ua-1"), (_all_fonts, None))
    for fonts, standard in attempts:
        try:
            return typst.compile(
                template,
                format="pdf",
                font_paths=fonts(),
                ignore_system_fonts=True,
                sys_inputs={"data": document},
                pdf_standards=standard,
                timestamp=created,
            )
        except typst.TypstError as error:
            problem = str(error.message)
            if _NO_GLYPH not in problem:
                break
        except BaseException as error:  # a panic of Rust is no Exception, and has no class that could be imported
            if type(error).__name__ != _PANIC:
                raise
            problem = f"typst gave up, as it does where it can have no thread of its own ({error})"
            break
    raise ReportError(f"The PDF could not be typeset: {visible(cut(problem, 300))}")


@functools.cache
def _shipped_fonts() -> typst.Fonts:
    with as_file(files("csms_harness.report").joinpath("fonts")) as folder:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


@functools.cache
def _all_fonts() -> typst.Fonts:
    with as_file(files("csms_harness.report").joinpath("fonts")) as folder:
        return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[str(folder)])


def _clean(value: Any) -> Any:
    """Make every string harmless and breakable, so that no part of the document can forget to."""
    if isinstance(value, str):
        return _LONG_WORD.sub(rf"\g<0>{_ZERO_WIDTH_SPACE}", visible(cut(str(value), _LONGEST_TEXT), keep="\n"))
    if isinstance(value, dict):
        return {key: _clean(member) for key, member in value.items()}
    return [_clean(member) for member in value] if isinstance(value, list | tuple) else value
