"""Where something stands in a file somebody wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where something stands: file name, line and column, both counted from 1; 0 and 0 for the file as a whole."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @classmethod
    def whole(cls, file: str) -> Location:
        """The file itself, where no line of it could be read."""
        return cls(file, 0, 0)
