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
from importlib.util import find_spec
from typing import Any, Final

from csms_harness.report.errors import ReportError
from csms_harness.report.facts import Facts
from csms_harness.report.foreign import cut, visible
from csms_harness.report.pages import pages

INSTALL: Final = "pip install 'csms-harness[pdf]'"
_LONGEST_TEXT: Final = 600
_LONG_WORD: Final = re.compile(r"\S{36}(?=\S)")
_ZERO_WIDTH_SPACE: Final = "\u200b"
_NO_GLYPH: Final = "could not be displayed"


def available() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("typst") is not None


def require() -> None:
    """Raise :class:`ReportError` when no PDF can be made here: the extra is missing, or its date is no date."""
    if not available():
        raise ReportError(f"A PDF needs the extra 'pdf', which is not installed; run: {INSTALL}")
    _created(0)


def certificate_pdf(facts: Facts) -> bytes:
    """Return the document. Its date is the end of the run, or SOURCE_DATE_EPOCH where that is set.

    Raises :class:`ReportError` when the extra is missing or typst refuses.
    """
    require()
    document = json.dumps(_clean(pages(facts)), ensure_ascii=True)
    return _typeset(document, _created(int(facts.run.finished.astimezone(UTC).timestamp())))


def _created(otherwise: int) -> int:
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
    import typst  # noqa: PLC0415 - an extra

    problem = ""
    for system_fonts, standard in ((False, "ua-1"), (True, "ua-1"), (True, None)):
        try:
            return _compile(typst.compile, document, created, system_fonts, standard)
        except typst.TypstError as error:
            problem = str(error.message)
            if _NO_GLYPH not in problem:
                break
    raise ReportError(f"The PDF could not be typeset: {visible(cut(problem, 300))}")


def _compile(
    compiler: Callable[..., bytes], document: str, created: int, system_fonts: bool, standard: str | None
) -> bytes:
    package = files("csms_harness.report")
    return compiler(
        package.joinpath("templates/certificate.typ").read_bytes(),
        format="pdf",
        font_paths=_fonts(system_fonts),
        ignore_system_fonts=not system_fonts,
        sys_inputs={"data": document},
        pdf_standards=[standard] if standard else [],
        timestamp=created,
    )


@functools.cache
def _fonts(system_fonts: bool) -> Any:
    import typst  # noqa: PLC0415 - an extra

    with as_file(files("csms_harness.report").joinpath("fonts")) as folder:
        return typst.Fonts(
            include_system_fonts=system_fonts, include_embedded_fonts=system_fonts, font_paths=[str(folder)]
        )


def _clean(value: Any) -> Any:
    """Make every string harmless and breakable, so that no part of the document can forget to."""
    if isinstance(value, str):
        return _LONG_WORD.sub(rf"\g<0>{_ZERO_WIDTH_SPACE}", visible(cut(str(value), _LONGEST_TEXT), keep="\n"))
    if isinstance(value, dict):
        return {key: _clean(member) for key, member in value.items()}
    return [_clean(member) for member in value] if isinstance(value, list | tuple) else value
