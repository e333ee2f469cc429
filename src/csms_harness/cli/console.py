"""Where a run prints."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from rich.console import Console
from rich.segment import Segment


class Outlet(Console):
    """A console that falls silent when its reader is gone: the run goes on, and keeps its exit code."""

    def on_broken_pipe(self) -> None:
        """Throw away what is still to come; the default would exit 1, which means "the CSMS is wrong"."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)

    def _render_buffer(self, buffer: Iterable[Segment]) -> str:
        """What is written; in a file no line ends in blanks, which only fill the width of a terminal."""
        text = super()._render_buffer(buffer)
        return text if self.is_terminal else re.sub(r" +(?=\n)", "", text)
