"""Where a run prints."""

from __future__ import annotations

import os

from rich.console import Console


class Outlet(Console):
    """A console that falls silent when its reader is gone: the run goes on, and keeps its exit code."""

    def on_broken_pipe(self) -> None:
        """Throw away what is still to come; the default would exit 1, which means "the CSMS is wrong"."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)
