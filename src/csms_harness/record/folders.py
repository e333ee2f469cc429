"""Where the runs lie: a folder each, called by the time, and a name that points to the newest one."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

REPORTS: Final = Path("reports")
"""Where runs lie that were given no folder."""

LATEST: Final = "latest"
"""The name there that points to the newest run."""

_SIGNS: Final = ("journal.jsonl", "facts.json", "manifest.json")
_POINTS_TO: Final = "The newest run: "
_LONGEST: Final = 300


def holds_run(folder: Path) -> bool:
    """Whether a run has left something in a folder."""
    return any(os.path.lexists(resolved(folder) / name) for name in _SIGNS)


def new_folder(parent: Path, begun: datetime, prefix: str = "") -> Path:
    """A new folder below ``parent``, called by the time (UTC). Raises OSError when it cannot be made."""
    parent.mkdir(parents=True, exist_ok=True)
    name = f"{prefix}{begun.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}"
    number = 1
    while True:
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            number += 1
        else:
            return folder


def point(pointer: Path, folder: Path) -> Path | None:
    """Let ``pointer`` lead to a folder beside it: a symbolic link, or a small file where there are none.

    A real folder of that name, which an older version wrote, is moved out of the way; returned is where to. Raises
    OSError.
    """
    moved = None
    if pointer.is_dir() and not pointer.is_symlink():
        written = datetime.fromtimestamp(pointer.stat().st_mtime, UTC)
        moved = new_folder(pointer.parent, written)
        moved.rmdir()
        pointer.rename(moved)
    made = pointer.with_name(f".{pointer.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    try:
        made.symlink_to(folder.name, target_is_directory=True)
    except OSError:
        made.write_text(f"{_POINTS_TO}{folder.name}\n", "utf-8")
    made.replace(pointer)
    return moved


def resolved(path: Path) -> Path:
    """The folder that a pointer leads to; any other path as it is."""
    with suppress(OSError, UnicodeDecodeError):
        if path.is_file() and path.stat().st_size <= _LONGEST:
            text = path.read_text("utf-8")
            if text.startswith(_POINTS_TO):
                return path.parent / Path(text.removeprefix(_POINTS_TO).strip()).name
    return path
