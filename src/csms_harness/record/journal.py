"""The append-only journal of a run: one JSON line per event, flushed at every case boundary."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

NAME = "journal.jsonl"


class Journal:
    """Writes ``journal.jsonl`` in the folder of a run. Each line is on disk before ``write`` returns."""

    def __init__(self, folder: Path) -> None:
        """Creates the folder. Raises OSError when it cannot be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = (folder / NAME).open("w", encoding="ascii")

    def write(self, kind: str, fact: Any) -> None:
        """Append one line and bring it to the disk."""
        self._file.write(json.dumps({"kind": kind, "fact": fact}, ensure_ascii=True) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """No more lines."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_journal(folder: Path) -> Iterator[tuple[str, Any]]:
    """The lines of a journal; a last line that was cut off by a kill is passed over. Raises OSError."""
    with (folder / NAME).open(encoding="ascii", errors="replace") as file:
        for line in file:
            try:
                record = json.loads(line)
                yield record["kind"], record["fact"]
            except (ValueError, KeyError, TypeError):
                continue
