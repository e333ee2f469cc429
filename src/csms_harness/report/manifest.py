"""manifest.json: the SHA-256 of every piece of evidence in the folder of a run, and whether it still holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from csms_harness.foreign import for_terminal
from csms_harness.record.errors import ReportError
from csms_harness.report.write import KINDS, replace_file, report_name

NAME: Final = "manifest.json"
SIGNATURE: Final = f"{NAME}.sig"
VERSION: Final = 1
_PATTERNS: Final = ("journal.jsonl", "transcripts/*.jsonl")
_HEX_DIGEST: Final = 64


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file that is not what the manifest says."""

    kind: Literal["missing", "changed", "extra"]
    file: str

    def __str__(self) -> str:
        return f"{self.kind:<8} {for_terminal(self.file, 300)}"


def write_manifest(folder: Path, extra: Iterable[Path] = ()) -> Path:
    """Write the manifest of what a run left in ``folder``: journal, transcripts, facts, reports.

    ``extra`` are reports under other names; those outside of ``folder`` are left out. A signature of another
    manifest is removed. Raises :class:`ReportError`.
    """
    names = (*_PATTERNS, *(report_name(kind) for kind in KINDS))
    found = {path for name in names for path in folder.glob(name)}
    inside = {path for path in extra if path.resolve().is_relative_to(folder.resolve())}
    files = {path.resolve().relative_to(folder.resolve()).as_posix(): path for path in found | inside}
    try:
        digests = {name: sha256(path) for name, path in sorted(files.items())}
    except OSError as error:
        raise ReportError(f"{error.filename}: cannot be read for the manifest ({error.strerror}).") from error
    data = (json.dumps({"version": VERSION, "sha256": digests}, indent=1) + "\n").encode()
    path = folder / NAME
    if not path.is_file() or path.read_bytes() != data:
        (folder / SIGNATURE).unlink(missing_ok=True)
        replace_file(path, data)
    return path


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_manifest(folder: Path) -> tuple[int, tuple[Trouble, ...]]:
    """How many files the manifest of ``folder`` lists, and what is not as it says.

    Raises :class:`ReportError` when there is no manifest of this version.
    """
    listed = _read(folder)
    return len(listed), (*_differing(folder, listed), *_unlisted(folder, listed))


def _read(folder: Path) -> Mapping[str, str]:
    file = folder / NAME
    shown = for_terminal(str(file), 300)
    try:
        document = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ReportError(f"{shown}: cannot be read ({error.strerror}); give the folder of a run.") from error
    except (ValueError, RecursionError) as error:
        raise ReportError(f"{shown}: not JSON; this is no manifest of a run.") from error
    if not isinstance(document, dict) or document.get("version") != VERSION or not _digests(document.get("sha256")):
        raise ReportError(f"{shown}: no manifest of version {VERSION}; use the harness that wrote it.")
    digests: dict[str, str] = document["sha256"]
    return digests


def _digests(value: object) -> bool:
    """Whether these are names inside a folder, each with a digest."""
    return isinstance(value, dict) and all(
        _inside(name) and isinstance(digest, str) and len(digest) == _HEX_DIGEST for name, digest in value.items()
    )


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name


def _differing(folder: Path, listed: Mapping[str, str]) -> Iterator[Trouble]:
    for name, digest in listed.items():
        path = folder / name
        try:
            if path.is_symlink() or sha256(path) != digest:
                yield Trouble("changed", name)
        except FileNotFoundError:
            yield Trouble("missing", name)
        except OSError:
            yield Trouble("changed", name)


def _unlisted(folder: Path, listed: Mapping[str, str]) -> Iterator[Trouble]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if (path.is_file() or path.is_symlink()) and name not in {*listed, NAME, SIGNATURE}:
            yield Trouble("extra", name)
