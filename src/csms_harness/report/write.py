"""Puts reports on disk: written under a temporary name, then renamed, so that nobody reads half a report."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

from csms_harness.evidence import Entry
from csms_harness.foreign import for_json, in_blocks
from csms_harness.record.errors import ReportError, in_turn
from csms_harness.record.facts import FACTS_VERSION, CaseFact, Facts
from csms_harness.report.certificate import certificate_html
from csms_harness.report.extras import require
from csms_harness.report.junit import junit_xml
from csms_harness.report.markdown import report_markdown
from csms_harness.report.wording import transcript_name

__all__ = [
    "FORMATS", "KINDS", "ReportError", "facts_json", "facts_schema", "remove_reports", "replace_file", "report_name",
    "transcript_jsonl", "write_elsewhere", "write_report", "write_reports", "write_to",
]  # fmt: skip

FORMATS: Final = ("html", "junit", "markdown", "facts")
"""The reports a run writes by default."""

KINDS: Final = (*FORMATS, "pdf")
"""All reports there are."""

TRANSCRIPTS: Final = "transcripts"
_EVIDENCE: Final = ("manifest.json", "manifest.json.sig")

_AT_ONCE: Final = 100
"""So many lines of a transcript are looked at, and handed over, in one piece."""

_ENTRY: Final = TypeAdapter(Entry)
_FACTS: Final = TypeAdapter(Facts)


def facts_json(facts: Facts) -> bytes:
    """``facts.json``: valid for :func:`facts_schema`, readable, the same bytes for the same facts."""
    return b"".join(_facts(facts))


def _facts(facts: Facts) -> Iterator[bytes]:
    try:
        data = _FACTS.dump_json(facts, indent=1, fallback=str)
    except (PydanticSerializationError, UnicodeError):  # a lone surrogate, which JSON can only escape
        document = facts.model_dump(mode="json", fallback=str)
        data = json.dumps(document, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")
    return _harmless(data)


def _harmless(data: bytes) -> Iterator[bytes]:
    """JSON that trips up no terminal, block by block."""
    if _is_harmless(data):
        return iter((data,))
    return map(_made_harmless, in_blocks(data))


def _made_harmless(text: str) -> bytes:
    data = text.encode("utf-8", "surrogatepass")
    return data if _is_harmless(data) else for_json(text).encode("utf-8", "surrogatepass")


def _is_harmless(data: bytes) -> bool:
    return data.isascii() and b"\x7f" not in data  # JSON has escaped all other control characters


def facts_schema() -> dict[str, Any]:
    """The JSON Schema of ``facts.json``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Facts of a csms_harness run, version {FACTS_VERSION}",
        **{key: value for key, value in Facts.model_json_schema().items() if key != "title"},
    }


def transcript_jsonl(case: CaseFact) -> bytes:
    """A transcript as JSON Lines: a head with its version and case, then one line per entry."""
    return b"".join(_lines(case))


def _lines(case: CaseFact) -> Iterator[bytes]:
    head = {"version": FACTS_VERSION, "case": case.id, "verdict": str(case.verdict)}
    yield from _harmless(json.dumps(head).encode() + b"\n")
    for at in range(0, len(case.transcript), _AT_ONCE):
        yield from _harmless(b"".join([_line(entry) + b"\n" for entry in case.transcript[at : at + _AT_ONCE]]))


def _line(entry: Entry) -> bytes:
    try:
        return _ENTRY.serializer.to_json(entry, fallback=str)
    except (PydanticSerializationError, UnicodeError):
        return json.dumps(_ENTRY.dump_python(entry, mode="json", fallback=str)).encode()


def _certificate_pdf(facts: Facts) -> bytes:
    require("pdf")
    from csms_harness.report.pdf import certificate_pdf  # noqa: PLC0415 - needs an extra

    return certificate_pdf(facts)


_Content = str | bytes | Iterator[bytes]
_REPORTS: Final[dict[str, tuple[str, Callable[[Facts], _Content]]]] = {
    "html": ("certificate.html", certificate_html),
    "junit": ("junit.xml", junit_xml),
    "markdown": ("report.md", report_markdown),
    "facts": ("facts.json", _facts),
    "pdf": ("certificate.pdf", _certificate_pdf),
}


def write_reports(facts: Facts, folder: Path, formats: Iterable[str] = FORMATS) -> dict[str, Path]:
    """Write the transcripts and the reports named by ``formats`` into ``folder``; return where each one is.

    Raises :class:`ReportError` for a format nobody knows, and, when all others are written, for those that the disk
    refuses or that cannot be made.
    """
    places = {kind: folder / report_name(kind) for kind in formats}
    each = (partial(_written, facts, kind, place) for kind, place in places.items())
    return in_turn(partial(_write_transcripts, facts, folder), *each)


def _write_transcripts(facts: Facts, folder: Path) -> dict[str, Path]:
    with _told(folder):
        _own(folder / TRANSCRIPTS)
        _remove_parts(folder)
    for case in (*facts.cases, *facts.pack):
        replace_file(folder / transcript_name(case), _lines(case))
    return {}


def _written(facts: Facts, kind: str, place: Path) -> dict[str, Path]:
    return {kind: write_report(facts, kind, place)}


def remove_reports(folder: Path) -> None:
    """Remove what an earlier run left in ``folder``, so that nothing of it is taken for the next one's.

    Raises OSError when the disk refuses.
    """
    for name in (*(name for name, _ in _REPORTS.values()), *_EVIDENCE):
        (folder / name).unlink(missing_ok=True)
    for transcript in _own(folder / TRANSCRIPTS).glob("*.jsonl"):
        transcript.unlink()
    _remove_parts(folder)


def _remove_parts(folder: Path) -> None:
    """Take away what a process that was killed had not written to its end."""
    for part in (*folder.glob(".*.part"), *(folder / TRANSCRIPTS).glob(".*.part")):
        part.unlink(missing_ok=True)


def _own(folder: Path) -> Path:
    """A folder of a run that lies in it; a link to elsewhere is taken away, or what lies there would be ours."""
    if folder.is_symlink():
        folder.unlink()
    return folder


def write_report(facts: Facts, kind: str, path: Path) -> Path:
    """Write one report (one of :data:`KINDS`) to ``path`` and return it."""
    _write(path, _report(kind)[1](facts))
    return path


def write_elsewhere(facts: Facts, kind: str, path: Path) -> Path:
    """Write one report where a user points, perhaps to ``/dev/stdout``, and return the path."""
    write_to(path, _bytes(_report(kind)[1](facts)))
    return path


def report_name(kind: str) -> str:
    """The file name of a report in the folder of its run. Raises :class:`ReportError`."""
    return _report(kind)[0]


def _report(kind: str) -> tuple[str, Callable[[Facts], _Content]]:
    if kind not in _REPORTS:
        raise ReportError(f"There is no report {kind!r}; choose one of {', '.join(_REPORTS)}.")
    return _REPORTS[kind]


def _write(path: Path, content: _Content) -> None:
    replace_file(path, _bytes(content))


def _bytes(content: _Content) -> bytes | Iterator[bytes]:
    return content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content


def write_to(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write into a device or a pipe, in place of any other file. Raises :class:`ReportError`."""
    if not path.exists() or path.is_file() or path.is_dir():
        replace_file(path, data)
        return
    with _told(path), path.open("wb") as stream:
        stream.writelines((data,) if isinstance(data, bytes) else data)


def replace_file(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Put ``data``, in one piece or many, in place of ``path``, whole or not at all. Raises :class:`ReportError`."""
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with _replacing(path) as temporary, temporary.open("xb") as file:
            file.writelines((data,) if isinstance(data, bytes) else data)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReportError(
            f"The report {str(path)!r} could not be written: {error.strerror or error}. Give another path."
        ) from error


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Offer a path that takes the place of ``path`` at the end; links are replaced, not followed."""
    temporary = path.with_name(f".{path.name[:80]}.{os.getpid()}.part")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
