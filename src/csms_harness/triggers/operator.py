"""The operator adapter: a technician at the CSMS's own screen, asked in one sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from csms_harness.foreign import excerpt
from csms_harness.triggers.base import Declined, Failed, Outcome, Performed, TriggerRequest
from csms_harness.triggers.config import ITEMS
from csms_harness.triggers.masking import Secrets
from csms_harness.triggers.numbers import Numbers
from csms_harness.triggers.sentences import payload_of, sentence_for, to_copy
from csms_harness.triggers.template import Scope, render_text
from csms_harness.triggers.terminal import Terminal

_TICK = 1.0
_KEYS = "[d] done   [c] cannot do this   [s] stop the run"
_LATE = "late"
_STOP = Declined("the operator stopped the run", stop=True)
_OUTCOMES: dict[str, Outcome] = {
    "d": Performed("the operator said it is done"),
    "c": Declined("the operator said that this cannot be done in the CSMS"),
    "s": _STOP,
    "": Declined("the terminal was closed before the operator answered"),
}


def utc_now() -> datetime:
    """The date that decides whether an instant is shown with its date."""
    return datetime.now(UTC)


class OperatorDesk:
    """The one place where the operator is asked: prompts of several lanes are served one after another."""

    def __init__(self, terminal: Terminal, today: Callable[[], datetime] = utc_now) -> None:
        self._terminal = terminal
        self._today = today
        self._turn = asyncio.Lock()
        self._stopped = False

    async def ask(self, request: TriggerRequest, sentence: str, payload: str, copied: Sequence[str] = ()) -> Outcome:
        """Show the prompt until a key is pressed, the time is up, or the caller is cancelled.

        The time of ``request.within`` begins when the prompt is shown: who waits for another lane's prompt
        loses nothing. ``copied`` are lines that the operator copies, at the left edge.
        """
        if not self._terminal.interactive:
            return Declined(
                f"nobody is at the terminal to make the CSMS send {request.action};"
                " give the action a trigger in the target file, or run it interactively"
            )
        async with self._turn:
            if self._stopped:
                return _STOP
            self._terminal.show(_heading(request))
            self._terminal.show(f"  {sentence}")
            self._terminal.show(f"  {payload}")
            for line in copied:
                self._terminal.show(line)
            try:
                return self._outcome(request, await self._answer(request.within))
            finally:
                self._terminal.status("")

    def sentence(self, request: TriggerRequest) -> str:
        """What the operator is asked for, in plain words."""
        return sentence_for(request, self._today())

    async def _answer(self, within: float | None) -> str:
        loop = asyncio.get_running_loop()
        ends = None if within is None else loop.time() + within
        while True:
            left = None if ends is None else max(0.0, ends - loop.time())
            self._terminal.status(f"  {_countdown(left)}{_KEYS}")
            try:
                async with asyncio.timeout(_TICK if left is None else min(_TICK, left)):
                    key = (await self._terminal.key()).lower()
            except TimeoutError:
                if ends is not None and loop.time() >= ends:
                    return _LATE
                continue
            if key in _OUTCOMES:
                return key

    def _outcome(self, request: TriggerRequest, key: str) -> Outcome:
        if key == _LATE:
            return Failed(f"no answer from the operator within {request.within:g} s")
        self._stopped = key == "s"
        return _OUTCOMES[key]


class OperatorTrigger:
    """Asks at the desk, in the words of the target file or in its own."""

    def __init__(self, desk: OperatorDesk, words: str | None, secrets: Secrets, numbers: Numbers) -> None:
        self._desk = desk
        self._words = words
        self._secrets = secrets
        self._numbers = numbers

    async def perform(self, request: TriggerRequest) -> Outcome:
        """Performed, declined (with ``stop`` for the end of the run), or failed when the time is up."""
        scope = Scope(request, self._secrets, numbers=self._numbers)
        try:
            own = render_text(self._words, scope) if self._words else None
        except LookupError as error:
            return Failed(str(error.args[0]))
        sentence = self._secrets.mask(own or self._desk.sentence(request))
        copied = [self._secrets.mask(line) for line in to_copy(request)]
        return await self._desk.ask(request, sentence, self._secrets.mask(payload_of(request)), copied)

    def label(self, request: TriggerRequest) -> str:  # noqa: ARG002 - the same for every adapter
        """The operator."""
        return "the operator"

    async def aclose(self) -> None:
        """Nothing to give back."""


def _heading(request: TriggerRequest) -> str:
    closes = "" if request.action in ITEMS else "closes by itself when the CALL arrives"
    return " · ".join(filter(None, (excerpt(request.charge_point_id, 60), request.action, closes)))


def _countdown(left: float | None) -> str:
    if left is None:
        return ""
    seconds = round(left)
    return f"{seconds // 60}:{seconds % 60:02d}   "
