"""What a hostile Central System does, as data, and what a run of the harness must make of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.hostile.wire import Wire

SENDS: Final = "TC_003_CSMS"
"""The case in which the Charge Point sends: it boots, authorises, and starts a transaction."""

ASKED: Final = "TC_061_CSMS"
"""The case in which the Central System is made to send: ClearCache."""

BENT, HONEST = "BENT", "HONEST"
"""The identities: the hostile Central System is hostile to the first one only."""

Deed = Callable[[Wire, str], Awaitable[Any]]
"""What is done in place of an answer; it is given the connection and the uniqueId of the CALL."""

Door = Callable[[Wire], Awaitable[bool]]
"""What is done in place of a handshake; whether the connection goes on."""


@dataclass(frozen=True, slots=True)
class Script:
    """How to treat a Charge Point; what is not named is done well.

    ``greeting`` follows the handshake; ``on`` stands for the answer to an action, and for what a Central System says
    when it is made to act; ``pong`` answers a PING, ``api`` a wish at the control API.
    """

    door: Door | None = None
    greeting: Deed | None = None
    on: Mapping[str, Deed] = field(default_factory=dict)
    api: Deed | None = None
    closing: Deed | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """One way to be hostile, and what has to come of it.

    ``reason`` is a pattern that the verdict's sentence must hold, ``waits`` how many deadlines pass one after another
    at most, ``broken`` the standing rules that the run must find broken. ``alone``: nothing else runs beside it.
    ``weighs``: so much is said that all objects of a run are counted.
    """

    name: str
    about: str
    script: Script
    verdict: str
    reason: str = ""
    case: str = SENDS
    waits: int = 1
    broken: tuple[str, ...] = ()
    alone: bool = False
    weighs: bool = False
