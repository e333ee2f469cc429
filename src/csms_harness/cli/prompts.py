"""The operator's prompts and the progress of the run, on one screen that one writer owns."""

from __future__ import annotations

from typing import Final

from csms_harness.report.progress import Progress
from csms_harness.runner.world import Pace
from csms_harness.triggers.terminal import StreamTerminal, Terminal

_KEYS: Final = "  [Enter] next step   [r] run to the end   [s] stop the run"
_PACES: Final = {
    **dict.fromkeys("\n\r n", Pace.STEP),
    "r": Pace.TO_THE_END,
    "s": Pace.STOP,
    "": Pace.STOP,  # there is no terminal any more
}


class PromptScreen:
    """A terminal for prompts that writes through the live progress, so that neither paints over the other."""

    def __init__(self, progress: Progress, keys: StreamTerminal | None = None) -> None:
        self._progress = progress
        self._keys = keys or StreamTerminal()

    @property
    def interactive(self) -> bool:
        """Whether somebody can be asked."""
        return self._keys.interactive

    def show(self, text: str) -> None:
        """Print a line that stays."""
        self._progress.say(text)

    def status(self, text: str) -> None:
        """Keep this line below all others; an empty text removes it."""
        self._progress.ask(text)

    async def key(self) -> str:
        """The next key."""
        return await self._keys.key()


async def next_step(screen: Terminal) -> Pace:
    """Wait for the key that says what comes next; others are passed over."""
    screen.status(_KEYS)
    try:
        while (key := (await screen.key()).lower()) not in _PACES:
            pass
        return _PACES[key]
    finally:
        screen.status("")
