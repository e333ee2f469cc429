"""Every deadline by name, in seconds; from the command line, else the target, else the PICS, else the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import AfterValidator, ValidatorFunctionWrapHandler, WrapValidator

from csms_harness.documents.durations import parse_duration
from csms_harness.documents.mistakes import did_you_mean
from csms_harness.engine.case import Limits
from csms_harness.target.options import named_duration
from csms_harness.target.pics import Seconds


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Deadlines in seconds.

    ``response``: answer to our CALL; ``authorize``: to Authorize.req; ``action``: a CALL after its trigger, and
    the trigger itself; ``operator``: a person; ``connection``: a handshake; ``close``: the end of a connection;
    ``pace``: the least time between our answer to a CALL and the next trigger or the end of the connection, and
    between a handshake and our first CALL; ``thinking``: the time the Charge Point takes to answer a CALL;
    ``registration``: how long it repeats a BootNotification that is not Accepted; ``reboot``: the least time between
    the end of a connection and the next one; ``settle``: the least time between a case that ended a transaction, a
    reservation or a connection and the next; ``reconnect``: how long a refused connection is tried again;
    ``calls``: the least time between two CALLs of the Charge Point on the average of a second.
    """

    response: float = 30.0
    authorize: float | None = None
    action: float = 30.0
    operator: float = 180.0
    connection: float = 10.0
    close: float = 2.0
    pace: float = 0.1
    thinking: float = 0.02
    registration: float = 30.0
    reboot: float = 2.0
    settle: float = 0.5
    reconnect: float = 10.0
    calls: float = 0.025

    def limits(self) -> Limits:
        """What the engine needs to know of them."""
        authorize = self.response if self.authorize is None else self.authorize
        return Limits(
            action=self.action,
            pace=self.pace,
            responses={"": self.response, "Authorize": authorize},
            registration=self.registration,
            reboot=self.reboot,
            settle=self.settle,
            reconnect=self.reconnect,
            calls=self.calls,
        )

    def as_facts(self) -> dict[str, float]:
        """Name to seconds, for the report."""
        return {name: value for name in NAMES if (value := getattr(self, name)) is not None}


NAMES = (
    "response",
    "authorize",
    "action",
    "operator",
    "connection",
    "close",
    "pace",
    "thinking",
    "registration",
    "reboot",
    "settle",
    "reconnect",
    "calls",
)

WITHOUT = frozenset({"pace", "thinking", "reboot", "settle", "reconnect", "calls"})
"""Deadlines that may be 0: what is done then without a wait."""


def _known_deadline(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"unknown deadline; {did_you_mean(name, NAMES) or 'known are ' + ', '.join(NAMES)}")
    return name


DeadlineName = Annotated[str, AfterValidator(_known_deadline)]


class _Without(float):
    """A deadline of 0 that may be one."""


def without(value: Any) -> Any:
    """Take ``0 s`` where a deadline may be 0; anything else is looked at where it stands."""
    if not isinstance(value, dict):
        return value
    return {name: _Without() if name in WITHOUT and _is_nothing(text) else text for name, text in value.items()}


def _is_nothing(text: Any) -> bool:
    try:
        return isinstance(text, str) and parse_duration(text) == 0
    except ValueError:
        return False


def _deadline(value: Any, otherwise: ValidatorFunctionWrapHandler) -> float:
    return 0.0 if isinstance(value, _Without) else float(otherwise(value))


DeadlineSeconds = Annotated[Seconds, WrapValidator(_deadline)]


def decide(
    options: Mapping[str, float], target: Mapping[str, float], declared: Mapping[str, float | None]
) -> Deadlines:
    """Put the sources together; ``declared`` are the PICS values for response and authorize."""
    named = {name: value for name, value in declared.items() if value is not None} | dict(target)
    if "response" in options and "authorize" not in options:
        named.pop("authorize", None)  # who sets the response deadline of a run means every response
    return replace(Deadlines(), **{**named, **options})


def parse_option(text: str) -> tuple[str, float]:
    """``response=2s`` as name and seconds. Raises ValueError with one sentence."""
    return named_duration("deadline", text, NAMES, f"one of {', '.join(NAMES)}", WITHOUT)
