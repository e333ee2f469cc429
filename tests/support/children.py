"""Processes that a test starts never outlive it, however the test run ends."""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def _die_with_the_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


mortal: Callable[[], None] | None = _die_with_the_parent if sys.platform == "linux" else None
"""For ``preexec_fn``: the kernel ends the child when whoever started it has ended. Linux only."""
