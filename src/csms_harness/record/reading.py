"""Reads ``facts.json`` back, so that every report can be made again without another run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from csms_harness.foreign import for_terminal
from csms_harness.record.errors import ReportError
from csms_harness.record.facts import FACTS_VERSION, Facts


def read_facts(path: Path) -> Facts:
    """The facts in ``path``, a ``facts.json`` or the folder of a run.

    Raises :class:`ReportError` with one sentence when it is no facts file of this version.
    """
    file = path / "facts.json" if path.is_dir() else path
    document = _document(file)
    version = document.get("version")
    if version != FACTS_VERSION:
        raise ReportError(
            f"{_shown(file)}: the facts have version {for_terminal(repr(version), 40)}, "
            f"this harness reads version {FACTS_VERSION}; "
            "run the cases again, or use the harness that wrote them."
        )
    try:
        return Facts.model_validate(document)
    except ValidationError as error:
        raise ReportError(f"{_shown(file)}: no facts of a run; {_first_mistake(error)}.") from error


def _document(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text("utf-8"), parse_constant=_refuse)
    except OSError as error:
        raise ReportError(
            f"{_shown(file)}: cannot be read ({error.strerror}); give the folder of a run or its facts.json."
        ) from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{_shown(file)}: not JSON ({for_terminal(str(error), 120)}); give a facts.json.") from error
    if not isinstance(document, dict) or "version" not in document or "run" not in document:
        raise ReportError(f"{_shown(file)}: no facts of a run; give the facts.json that a run has written.")
    return document


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _shown(file: Path) -> str:
    return for_terminal(str(file), 300)


def _first_mistake(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    more = f", and {error.error_count() - 1} more" if error.error_count() > 1 else ""
    return for_terminal(f"at {where}: {first['msg']}{more}", 300)
