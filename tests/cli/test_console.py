"""Where a run prints: what a file gets, and what a terminal."""

from __future__ import annotations

import io

import pytest
from rich.padding import Padding
from rich.text import Text

from csms_harness.cli.console import Outlet


@pytest.mark.parametrize(("terminal", "shown"), [(False, "  a\n"), (True, "  a   \n")])
def test_a_line_in_a_file_does_not_end_in_blanks(terminal: bool, shown: str) -> None:
    file = io.StringIO()
    Outlet(file=file, force_terminal=terminal, width=6, color_system=None).print(Padding(Text("a"), (0, 0, 0, 2)))
    assert file.getvalue() == shown
