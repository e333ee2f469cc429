"""Where a fault or a noise is declared: the line of its table, taken when the table is read."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent

MAKERS: Final = ("origin.py", "faults/model.py", "faults/spots.py", "noise/making.py")
"""Modules that make faults and noises out of the tables of others; no line in them declares one."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A line of this package, in a module (a path relative to the package) and the function or module body there."""

    module: str
    line: int
    function: str

    def __str__(self) -> str:
        """`reference_faults/faults/frames.py:47`, and the function if it is in one."""
        place = f"{PACKAGE.name}/{self.module}:{self.line}"
        return place if self.function == "<module>" else f"{place}, in {self.function}"


def here() -> Origin:
    """The line that declares what is being made: the innermost of this package that is not in one of the MAKERS."""
    frame = inspect.currentframe()
    while frame is not None:
        module = _module(frame)
        if module is not None and module not in MAKERS:
            return Origin(module, frame.f_lineno, frame.f_code.co_name)
        frame = frame.f_back
    raise LookupError(f"no table of {PACKAGE.name} declares this")


def _module(frame: FrameType) -> str | None:
    """The path of a frame's module inside the package; None when it is elsewhere, or made at run time."""
    path = Path(frame.f_code.co_filename)
    return path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else None
