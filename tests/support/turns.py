"""``csms-harness`` that measures itself: ``python -m tests.support.turns FILE WORDS…``.

The longest turn of its event loop, in seconds of processor time, goes to the file: so long at most did one lane hold up
all others. On a busy machine the time on the wall says more of the machine. The first turns do not count: nobody is
connected yet.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from time import thread_time
from typing import Final

from csms_harness.cli.main import app

BEGINNING: Final = 5


def main() -> None:
    """Run the command line, and write down its longest turn whatever comes of it."""
    file, sys.argv = Path(sys.argv[1]), ["csms-harness", *sys.argv[2:]]
    turn, longest, one_turn = 0, 0.0, asyncio.BaseEventLoop._run_once  # type: ignore[attr-defined]

    def measured(loop: asyncio.BaseEventLoop) -> None:
        nonlocal turn, longest
        began = thread_time()
        one_turn(loop)
        turn += 1
        longest = max(longest, thread_time() - began if turn > BEGINNING else 0.0)

    asyncio.BaseEventLoop._run_once = measured  # type: ignore[attr-defined]
    try:
        app()
    finally:
        file.write_text(f"{longest:.6f}", "ascii")


if __name__ == "__main__":
    main()
